"""The worker: every record once, state over restarts, dead letters, timers, lost partitions, a log that is away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from services.settings import WorkerSettings
from services.vitals import Vitals
from services.worker import Worker
from tests.builders import NOON
from tests.services.worker_fixtures import (
    CountingCore,
    Tally,
    a_worker,
    announcements,
    open_log,
    publish,
    records,
    run_to_the_end,
    run_until,
)
from tocsin import codec
from tocsin.clock import ManualClock, SystemClock
from tocsin.events import Fact, RecordDeadLettered
from tocsin.log.base import Draft, EventLog, FencedError, LogUnavailableError, Subscription, TruncatedError
from tocsin.log.sqlite import SqliteLog


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    opened = await open_log(tmp_path / "log.db")
    yield opened
    await opened.aclose()


def some(count: int, start: int = 1) -> list[tuple[str, str]]:
    return [(f"a{number}", "quiet") for number in range(start, start + count)]


async def letters(log: SqliteLog) -> list[RecordDeadLettered]:
    facts = [codec.decode(record) for record in await records(log, "tocsin.dead-letters")]
    return [fact for fact in facts if isinstance(fact, RecordDeadLettered)]


# --- deciding --------------------------------------------------------------------------------------------------------


async def test_every_record_is_decided_once_and_in_order(log: SqliteLog) -> None:
    await publish(log, *some(5))
    await run_to_the_end(a_worker(log), log)
    assert await announcements(log) == ["a1:1", "a2:2", "a3:3", "a4:4", "a5:5"]


async def test_what_follows_from_a_record_carries_its_correlation(log: SqliteLog) -> None:
    await publish(log, ("a7", "quiet"))
    await run_to_the_end(a_worker(log), log)
    assert [record.correlation for record in await records(log, "tocsin.announcements")] == ["a7"]


async def test_of_a_batch_that_takes_long_what_is_decided_is_committed_before_the_rest(log: SqliteLog) -> None:
    await publish(log, ("a1", "one"), ("a2", "two"), ("a3", "three"))
    core, is_at_third, may_go_on = CountingCore(), asyncio.Event(), asyncio.Event()

    async def decide(state: Tally, fact: Fact, now: datetime) -> tuple[Tally, Sequence[Fact]]:
        if state.seen == 2:
            is_at_third.set()
            await may_go_on.wait()
        return core.decide(state, fact, now)

    settings = WorkerSettings(batch=10, batch_seconds=1e-9)
    stop = asyncio.Event()
    work = asyncio.create_task(Worker(core, log, ManualClock(NOON), settings, decide=decide).run(stop))
    await is_at_third.wait()
    assert await announcements(log) == ["a1:1", "a2:2"]
    stop.set()
    may_go_on.set()
    await work
    assert await announcements(log) == ["a1:1", "a2:2", "a3:3"]


async def test_a_restart_folds_the_tail_without_its_outputs(log: SqliteLog) -> None:
    await publish(log, *some(3))
    await run_to_the_end(a_worker(log), log)
    await publish(log, ("a4", "quiet"))
    await run_to_the_end(a_worker(log), log)
    assert await announcements(log) == ["a1:1", "a2:2", "a3:3", "a4:4"]


async def test_a_restart_begins_at_the_newest_snapshot(log: SqliteLog) -> None:
    await publish(log, *some(4))
    await run_to_the_end(a_worker(log, snapshot_every=4), log)
    await publish(log, ("a5", "news"))
    refuses_the_old = CountingCore(poisonous=frozenset({"quiet"}))
    await run_to_the_end(a_worker(log, refuses_the_old), log)
    assert (await announcements(log))[-1] == "a5:5"


async def test_a_tail_that_retention_deleted_stops_the_stage_and_says_what_to_do(log: SqliteLog) -> None:
    await publish(log, *some(3))
    await run_to_the_end(a_worker(log), log)
    await log.maintain(NOON + timedelta(days=1000))
    await publish(log, ("a4", "quiet"))
    with pytest.raises(TruncatedError, match=r"counting cannot rebuild its state for tocsin\.articles\[0\]"):
        await run_to_the_end(a_worker(log), log)


async def test_a_snapshot_of_another_version_is_not_read(log: SqliteLog) -> None:
    await publish(log, *some(4))
    await run_to_the_end(a_worker(log, snapshot_every=2), log)
    core = CountingCore()
    core.version = "2"
    await publish(log, ("a5", "quiet"))
    await run_to_the_end(a_worker(log, core), log)
    assert (await announcements(log))[-1] == "a5:5"


# --- time ------------------------------------------------------------------------------------------------------------


async def test_a_timer_fires_once_when_the_partition_is_read_to_its_end(log: SqliteLog) -> None:
    clock = ManualClock(NOON + timedelta(hours=1))
    await publish(log, *some(5))

    async def has_fired() -> bool:
        clock.advance(1)
        return "over after 5" in await announcements(log)

    await run_until(a_worker(log, CountingCore(due=NOON), clock=clock), has_fired)
    await publish(log, ("a6", "quiet"))
    await run_to_the_end(a_worker(log, CountingCore(due=NOON), clock=clock), log)
    assert await announcements(log) == ["a1:1", "a2:2", "a3:3", "a4:4", "a5:5", "over after 5", "a6:6"]


class MarkedLog:
    """A log whose partitions end in a mark that is no record, as a broker's do after a transaction."""

    def __init__(self, log: SqliteLog) -> None:
        self._log = log

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)

    async def ends(self, topic: str) -> dict[int, int]:
        return {number: end + 1 for number, end in (await self._log.ends(topic)).items()}


async def test_a_timer_fires_though_what_stands_before_the_end_is_no_record(log: SqliteLog) -> None:
    clock = ManualClock(NOON + timedelta(hours=1))
    await publish(log, *some(3))

    async def has_fired() -> bool:
        clock.advance(1)
        return "over after 3" in await announcements(log)

    marked = cast(EventLog, MarkedLog(log))
    await run_until(a_worker(marked, CountingCore(due=NOON), clock=clock), has_fired)


async def test_a_stage_that_comes_after_retention_emptied_its_topic_stands_at_the_end(log: SqliteLog) -> None:
    clock = ManualClock(NOON + timedelta(days=1000))
    await publish(log, *some(3))
    await log.maintain(clock.now())

    async def has_fired() -> bool:
        clock.advance(1)
        return "over after 0" in await announcements(log)

    await run_until(a_worker(log, CountingCore(due=NOON), clock=clock), has_fired)


# --- trouble with the log --------------------------------------------------------------------------------------------


class TroubledLog:
    """A log whose first commit raises an error, after it was written or instead of that."""

    def __init__(self, log: SqliteLog, error: Exception, *, is_written: bool) -> None:
        self._log, self.error, self.is_written = log, error, is_written
        self.is_over = False

    def __getattr__(self, name: str) -> object:
        return getattr(self._log, name)

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[object]:
        async with self._log.subscribe(group, topics) as subscription:
            yield TroubledSubscription(subscription, self)


class TroubledSubscription:
    """One member of a troubled log."""

    def __init__(self, subscription: Subscription, log: TroubledLog) -> None:
        self._subscription, self._log = subscription, log

    def __getattr__(self, name: str) -> object:
        return getattr(self._subscription, name)

    async def commit(self, topic: str, partition: int, next_position: int, outputs: Sequence[Draft] = ()) -> None:
        is_over, self._log.is_over = self._log.is_over, True
        if is_over or self._log.is_written:
            await self._subscription.commit(topic, partition, next_position, outputs)
        if not is_over:
            raise self._log.error


@pytest.mark.parametrize("error", [FencedError("taken"), LogUnavailableError("disk full"), TimeoutError()], ids=repr)
@pytest.mark.parametrize("is_written", [False, True])
async def test_a_commit_that_fails_loses_nothing_and_doubles_nothing(
    log: SqliteLog, error: Exception, is_written: bool
) -> None:
    await publish(log, *some(5))
    troubled = cast(EventLog, TroubledLog(log, error, is_written=is_written))
    await run_to_the_end(a_worker(troubled, clock=SystemClock(), retry_after=0.01), log)
    assert await announcements(log) == ["a1:1", "a2:2", "a3:3", "a4:4", "a5:5"]


async def test_a_stage_that_waits_for_its_log_says_so_and_stops_when_told(log: SqliteLog) -> None:
    await publish(log, ("a1", "quiet"))
    vitals = Vitals("counting")
    troubled = cast(EventLog, TroubledLog(log, LogUnavailableError("disk full"), is_written=False))
    worker = Worker(CountingCore(), troubled, ManualClock(NOON), WorkerSettings(), vitals=vitals)

    async def is_ill() -> bool:
        await log.ends("tocsin.articles")
        return vitals.trouble == "LogUnavailableError: disk full"

    await run_until(worker, is_ill)


# --- several workers -------------------------------------------------------------------------------------------------


async def test_two_workers_share_the_partitions_and_decide_each_record_once(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "shared.db", clock=SystemClock())
    other = await SqliteLog.open(tmp_path / "shared.db", clock=SystemClock())
    stop = asyncio.Event()
    beside = asyncio.create_task(a_worker(other, clock=SystemClock()).run(stop))
    await publish(log, *some(40))
    await run_to_the_end(a_worker(log, clock=SystemClock()), log)
    stop.set()
    await beside
    seen = []
    for partition in range(6):
        async for record in log.read("tocsin.announcements", partition, 0):
            seen.append(record.correlation)
    assert sorted(seen) == sorted(name for name, _ in some(40))
    await log.aclose()
    await other.aclose()
