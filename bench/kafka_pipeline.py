"""The whole pipeline on Kafka: from an article's append to its sent alert at 100 articles/s, and articles/s.

    python -m bench.kafka_pipeline [--rate 100] [--seconds 30] [--backlog 6000]

A broker, the stages (a process each, as `tocsin run` has them, less the feeds) and a webhook's receiver share this
machine. Of twenty articles one is news; the rest are such as a newswire mostly carries. The latency's reference is the
append itself: until the brokers have it and show it. The rate's reference is the pipeline with one process a stage.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from bench.log import articles as filler
from bench.pipeline import a_settings, an_article, as_tree, quantiles
from bench.sink import sink
from services import logs
from services.observability import configure_logging
from services.settings import KafkaSettings, LogSettings, Settings
from tocsin import codec
from tocsin.clock import SystemClock
from tocsin.events import DeliveryMade
from tocsin.log.base import Draft, EventLog, Record
from tools.kafka.cluster import running

_NEWS_EVERY = 20  # articles
_A_BATCH = 10  # articles that one append brings, as a poll does
_TARGET = 0.5  # seconds, of p99
_READS = (("detect", "tocsin.articles"), ("relate", "tocsin.announcements"), ("deliver", "tocsin.alerts"))


def main() -> None:
    """Run the measurements and print their figures."""
    parser = argparse.ArgumentParser(prog="bench.kafka_pipeline", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rate", type=float, default=100.0, help="articles a second")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long they come at that rate")
    parser.add_argument("--backlog", type=int, default=6_000, help="articles that wait when the stages start")
    arguments = parser.parse_args()
    with running(1) as cluster:
        asyncio.run(_measure(cluster.bootstrap, arguments))


async def _measure(servers: str, arguments: argparse.Namespace) -> None:
    async with sink() as address:
        settings = _settings(servers, "latency-", address)
        configure_logging(settings)
        async with as_tree(settings):
            await _print_latency(settings, arguments.rate, arguments.seconds)
        rates = [
            await _rate(_settings(servers, f"rate{each}-", address), arguments.backlog, each) for each in (1, 1, 2, 2)
        ]
    one, two = max(rates[:2]), max(rates[2:])
    sys.stdout.write(
        f"a backlog of {arguments.backlog:,} articles: {one:,.0f}/s with one process a stage, {two:,.0f}/s with two"
        f" (ratio {two / one:.2f})\n"
    )


def _settings(servers: str, prefix: str, address: str) -> Settings:
    settings = a_settings(Path(tempfile.gettempdir()) / "unused.db", address)
    kafka = KafkaSettings(servers=servers, prefix=f"{prefix}{time.monotonic_ns()}-")
    return settings.model_copy(update={"log": LogSettings(kafka=kafka)})


async def _print_latency(settings: Settings, rate: float, seconds: float) -> None:
    log = await logs.open_log(settings)
    await _warm(log)
    before = len(await _sent(log))
    appends = await _append_steadily(log, rate, int(rate * seconds))
    await SystemClock().sleep(3)
    recorded = {record.key: record.recorded for record in await _all(log, "tocsin.articles")}
    sent = (await _sent(log))[before:]
    await log.aclose()
    times = [(record.recorded - recorded[record.correlation]).total_seconds() for record in sent]
    (p50, p99), (of50, of99) = quantiles(times), quantiles(appends)
    sys.stdout.write(
        f"{rate:g} articles/s, {len(times)} alerts: article appended to alert sent p50 {p50 * 1000:.0f} ms, "
        f"p99 {p99 * 1000:.0f} ms (target {_TARGET * 1000:.0f}: {'met' if p99 <= _TARGET else 'MISSED'});\n"
        f"    the append alone p50 {of50 * 1000:.0f} ms, p99 {of99 * 1000:.0f} ms"
        f" (ratios {p50 / of50:.1f} and {p99 / of99:.1f})\n"
    )


async def _warm(log: EventLog) -> None:
    """Let a first pair of articles go all the way: then every stage has started."""
    await log.append([codec.draft(an_article(number)) for number in range(2)])
    while not await _sent(log):
        await SystemClock().sleep(0.1)


async def _append_steadily(log: EventLog, rate: float, count: int) -> list[float]:
    """Append articles at a rate; return how many seconds each append took."""
    took, started = list[float](), time.perf_counter()
    for first in range(0, count, _A_BATCH):
        drafts = [_draft(first + number) for number in range(_A_BATCH)]
        began = time.perf_counter()
        await log.append(drafts)
        took.append(time.perf_counter() - began)
        await SystemClock().sleep(max(0.0, started + (first + _A_BATCH) / rate - time.perf_counter()))
    return took


async def _rate(settings: Settings, backlog: int, each: int) -> float:
    """Return articles a second until a backlog has been read, related and planned."""
    log = await logs.open_log(settings)
    for first in range(0, backlog, 500):
        await log.append([_draft(number) for number in range(first, first + 500)])
    async with AsyncExitStack() as stack:
        for _ in range(each):
            await stack.enter_async_context(as_tree(settings))
        while not await log.committed("detect", "tocsin.articles"):
            await SystemClock().sleep(0.02)
        done, started = await _done(log), time.perf_counter()
        while any([await _lag(log, group, topic) for group, topic in _READS]):
            await SystemClock().sleep(0.1)
        seconds = time.perf_counter() - started
    await log.aclose()
    return (backlog - done) / seconds


def _draft(number: int) -> Draft:
    """Return an article: one of twenty is news, two of which together give an alert."""
    if number % _NEWS_EVERY == 0:
        return codec.draft(an_article(2 + number // _NEWS_EVERY))
    fact = msgspec.structs.replace(_FILLER[number % len(_FILLER)])
    return msgspec.structs.replace(fact, id=f"{number:032x}", key=f"{number:032x}", time=datetime.now(UTC))


async def _lag(log: EventLog, group: str, topic: str) -> int:
    ends, done = await log.ends(topic), await log.committed(group, topic)
    return sum(end - done.get(partition, 0) for partition, end in ends.items())


async def _done(log: EventLog) -> int:
    return sum((await log.committed("detect", "tocsin.articles")).values())


async def _sent(log: EventLog) -> list[Record]:
    found = [record for record in await _all(log, "tocsin.deliveries") if record.type == DeliveryMade.wire]
    return sorted(found, key=lambda record: record.recorded)


async def _all(log: EventLog, topic: str) -> list[Record]:
    return [record for partition in await log.ends(topic) async for record in log.read(topic, partition, 0)]


_FILLER: Sequence[Draft] = filler(200)


if __name__ == "__main__":
    main()
