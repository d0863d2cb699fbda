"""What a run left in the log, to be compared with another's, and what became of its deliveries."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from services import logs, wiring
from services.settings import DetectSettings, LogSettings, Settings, WorkerSettings
from services.worker import Worker
from tests.kafka.fleet import NEVER
from tocsin import codec
from tocsin.clock import SystemClock
from tocsin.events import AlertRaised, Fact
from tocsin.log.base import EventLog, Record
from tocsin.stage import StageCore

S = TypeVar("S")
Content = tuple[str, str, bytes]  # type, id, value
ByKey = dict[str, list[Content]]

COMPARED = ("tocsin.articles", "tocsin.announcements", "tocsin.alerts")


async def undisturbed(folder: Path, facts: Sequence[Fact]) -> dict[str, ByKey]:
    """Return what detect and relate make of some articles on the embedded log, one worker each, nothing in the way."""
    settings = Settings(
        log=LogSettings(path=folder / "undisturbed.db", partitions=1),
        worker=WorkerSettings(tick_every=NEVER),
        detect=DetectSettings(is_isolated=False),
    )
    log = await logs.open_log(settings)
    try:
        await log.append([codec.draft(fact) for fact in facts])
        await _run(wiring.build_detect(settings), log, settings)
        await _run(wiring.build_relate(settings), log, settings)
        return await by_key(log)
    finally:
        await log.aclose()


async def _run(core: StageCore[S], log: EventLog, settings: Settings) -> None:
    stop = asyncio.Event()
    work = asyncio.create_task(Worker(core, log, SystemClock(), settings.worker).run(stop))
    while await lag(log, core.name, core.topics[0]):
        assert not work.done(), "the worker ended by itself"
        await asyncio.sleep(0.05)
    stop.set()
    await work


async def lag(log: EventLog, group: str, topic: str) -> int:
    """Return how many positions of a topic a group has still before it."""
    ends, starts, done = await log.ends(topic), await log.starts(topic), await log.committed(group, topic)
    return sum(end - done.get(partition, starts[partition]) for partition, end in ends.items())


async def by_key(log: EventLog) -> dict[str, ByKey]:
    """Return what stands in the compared topics: each key's records, in order."""
    found: dict[str, ByKey] = {}
    for topic in COMPARED:
        found[topic] = defaultdict(list)
        for record in await records(log, topic):
            found[topic][record.key].append((record.type, record.id, record.value))
    return found


async def records(log: EventLog, topic: str) -> list[Record]:
    """Return all records of a topic."""
    return [record for partition in await log.ends(topic) async for record in log.read(topic, partition, 0)]


async def assert_delivered_once(log: EventLog, posted: Sequence[str]) -> int:
    """Assert that every alert was recorded as delivered once, and posted once but where a crash lay in between.

    Return how many were posted again: each by an attempt whose outcome a crash kept from being recorded.
    """
    facts = [codec.decode(record) for record in await records(log, "tocsin.alerts")]
    alerts = {fact.alert_id for fact in facts if isinstance(fact, AlertRaised)}
    deliveries = await records(log, "tocsin.deliveries")
    kinds = Counter(one.type for one in deliveries)
    delivered = Counter(one.key for one in deliveries if one.type == "delivery.delivered.v1")
    assert set(delivered) == alerts
    assert set(delivered.values()) <= {1}
    again = len(posted) - len(set(posted))
    in_doubt = kinds["delivery.attempted.v1"] - kinds["delivery.delivered.v1"] - kinds["delivery.failed.v1"]
    assert len(set(posted)) == len(alerts)
    assert again <= in_doubt
    return again
