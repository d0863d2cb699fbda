"""How long relate takes to be back at work after its end, with much behind it.

    python -m bench.restart [--announcements 100000] [--log kafka|sqlite]

Announcements of twelve theatres are related by a worker as it runs in production. Then another starts on the same log,
as after a crash: it joins, restores the state of every partition from the newest snapshots and the tail, and has
related one more announcement of each theatre when the clock is stopped. The reference is decoding the newest
snapshots alone, which no restart can do without.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import msgspec

from bench.relate import a_detected
from processors.relate.stage import RelateCore
from services import logs, snapshots
from services.observability import configure_logging
from services.settings import KafkaSettings, LoggingSettings, LogSettings, Settings
from services.worker import Worker
from tocsin import codec
from tocsin.clock import SystemClock
from tocsin.events import AnnouncementDetected, SnapshotTaken
from tocsin.log.base import EventLog
from tocsin.packing import unpack
from tools.kafka.cluster import running

_THEATRES = ("SY", "YE", "IQ", "UA", "SD", "LY", "ET", "AZ", "CD", "ML", "MM", "AF")
_TOPIC = "tocsin.announcements"
_TARGET = 5.0  # seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.restart", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--announcements", type=int, default=100_000)
    parser.add_argument("--log", choices=["kafka", "sqlite"], default="kafka")
    arguments = parser.parse_args()
    with _a_log(arguments.log) as log:
        settings = Settings(log=log, logging=LoggingSettings(level="error"))
        configure_logging(settings)
        asyncio.run(_measure(settings, arguments.announcements))


@contextmanager
def _a_log(kind: str) -> Iterator[LogSettings]:
    if kind == "kafka":
        with running(1) as cluster:
            yield LogSettings(kafka=KafkaSettings(servers=cluster.bootstrap))
    else:
        with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
            yield LogSettings(path=Path(folder) / "restart.db")


async def _measure(settings: Settings, count: int) -> None:
    log = await logs.open_log(settings)
    for first in range(0, count, 1000):
        await log.append([codec.draft(fact) for fact in _facts(range(first, min(first + 1000, count)))])
    filled = await _related(log, settings)
    await log.append([codec.draft(fact) for fact in _facts(range(count, count + len(_THEATRES)))])
    await log.aclose()
    began = time.perf_counter()
    log = await logs.open_log(settings)
    await _related(log, settings)
    seconds = time.perf_counter() - began
    decoding, size = await _decoding(log)
    await log.aclose()
    verdict = "met" if seconds <= _TARGET else "MISSED"
    sys.stdout.write(
        f"{count:,} announcements ({count / filled:,.0f}/s), snapshots of {size / 1e6:.1f} MB: "
        f"back at work after {seconds:.2f} s (target {_TARGET:g}: {verdict}), "
        f"{seconds / decoding:.1f} × decoding the snapshots\n"
    )


async def _related(log: EventLog, settings: Settings) -> float:
    """Run relate until it has read everything; return how many seconds that took."""
    stop, began = asyncio.Event(), time.perf_counter()
    work = asyncio.create_task(Worker(RelateCore.load(), log, SystemClock(), settings.worker).run(stop))
    while await _is_behind(log):
        if work.done():
            break
        await SystemClock().sleep(0.02)
    seconds = time.perf_counter() - began
    stop.set()
    await work
    return seconds


async def _is_behind(log: EventLog) -> bool:
    done = await log.committed("relate", _TOPIC)
    for partition, end in (await log.ends(_TOPIC)).items():
        if end > done.get(partition, 0):
            async for _ in log.read(_TOPIC, partition, done.get(partition, 0), end):
                return True
    return False


async def _decoding(log: EventLog) -> tuple[float, int]:
    """Return how many seconds decoding the newest snapshots takes, and their bytes."""
    names = [snapshots.name_of("relate", _TOPIC, number) for number in range(await log.partitions(_TOPIC))]
    records = list((await log.latest_of(SnapshotTaken.topic, names)).values())
    began = time.perf_counter()
    for record in records:
        taken = codec.decode(record)
        assert isinstance(taken, SnapshotTaken)
        unpack(taken.state, RelateCore.state_type)
    return time.perf_counter() - began, sum(len(record.value) for record in records)


def _facts(numbers: Sequence[int]) -> Iterator[AnnouncementDetected]:
    """Yield the announcements of some numbers, the theatres in turn: together one every four minutes."""
    for number in numbers:
        theatre = _THEATRES[number % len(_THEATRES)]
        fact = a_detected(number // len(_THEATRES))
        at = fact.at + timedelta(minutes=4 * number) - timedelta(minutes=4 * (number // len(_THEATRES)))
        place = tuple(msgspec.structs.replace(one, country=theatre) for one in fact.announcement.place)
        announcement = msgspec.structs.replace(
            fact.announcement, id=f"n{number}", article_id=f"a{number}", theatre=theatre, place=place
        )
        article = msgspec.structs.replace(fact.article, id=f"a{number}", published=at, observed=at)
        yield AnnouncementDetected(at=at, announcement=announcement, article=article, detector="bench")


if __name__ == "__main__":
    main()
