"""The embedded log keeps the contract, and what only a file on a disk can be asked: crashes, locks, a full disk."""

import asyncio
import random
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.contract.log_contract import (
    EVENTS,
    LEASE,
    LINE,
    OUTPUTS,
    START,
    TOPICS,
    LogContract,
    Store,
    a_draft,
    consume,
    drafts,
    ids,
    read_all,
)
from tocsin.clock import Clock, ManualClock, SystemClock
from tocsin.log.base import EventLog, LogUnavailableError
from tocsin.log.sqlite import LogMismatchError, SqliteLog
from tocsin.topics import Topic


class SqliteStore:
    """One file; the machine does not crash in these tests, so nothing is synced."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = ManualClock(START)
        self.patience = 0.0
        self.opened: list[SqliteLog] = []

    async def open(self, clock: Clock | None = None) -> SqliteLog:
        """Return another handle on the file."""
        log = await SqliteLog.open(
            self.path, topics=TOPICS, lease=LEASE, clock=clock or self.clock, synchronous="OFF", busy=0.2
        )
        self.opened.append(log)
        return log

    async def outlast_leases(self) -> None:
        """Leases run on the log's clock."""
        self.clock.advance(LEASE + 1)

    async def maintain(self, log: EventLog, now: datetime) -> None:
        """The log does it itself."""
        await log.maintain(now)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A new file, whose handles are closed after the test."""
    store = SqliteStore(tmp_path / "folder" / "log.db")
    yield store
    for log in store.opened:
        await log.aclose()


class TestSqliteLog(LogContract):
    """The contract, held by the embedded log."""


class Consumer:
    """Another process that turns every event into an output and commits both (tests/contract/consumer.py)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, path: Path) -> "Consumer":
        """Start the process and return once it has joined its group."""
        command = [sys.executable, "-m", "tests.contract.consumer", str(path)]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        consumer = cls(process)
        assert await consumer.line() == "joined"
        return consumer

    async def line(self) -> str:
        """Return the next line that the process prints."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            return (await self.process.stdout.readline()).decode().strip()

    async def kill(self) -> None:
        """Kill it as the system would: at once, without a word."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


async def test_killed_in_the_middle_again_and_again_nothing_is_lost_and_nothing_is_done_twice(
    store: SqliteStore,
) -> None:
    log = await store.open()
    await log.append(drafts(400, keys=40))
    chance = random.Random(7)  # noqa: S311 (a seed, so that a failure can be repeated)
    for _ in range(4):
        consumer = await Consumer.start(store.path)
        for _ in range(chance.randrange(1, 12)):
            await consumer.line()
        await consumer.kill()
        done = len(await read_all(log, OUTPUTS))
        assert done == sum((await log.committed("copy", EVENTS)).values())
    consumer = await Consumer.start(store.path)
    while await consumer.line() != "idle":
        pass
    await consumer.kill()
    assert await ids(log, OUTPUTS) == sorted(f"out-{number}" for number in range(400))


async def test_a_killed_owners_partitions_are_taken_over_without_waiting_for_its_lease(store: SqliteStore) -> None:
    clock = ManualClock(SystemClock().now())  # it stands still: no lease runs out, for us or for the consumer
    log = await store.open(clock)
    consumer = await Consumer.start(store.path)
    async with log.subscribe("copy", [EVENTS]) as member:
        await consumer.kill()
        clock.advance(1)
        await member.fetch(1, 0)
        assert len(member.assigned()) == 4


async def test_a_member_in_another_process_gets_its_share(store: SqliteStore) -> None:
    log = await store.open(SystemClock())
    async with log.subscribe("copy", [EVENTS]) as member:
        consumer = await Consumer.start(store.path)
        await member.fetch(1, 0)
        assert len(member.assigned()) == 2
        await log.append(drafts(100, keys=30))
        mine = len(await consume(member))
        while await consumer.line() != "idle" or len(await read_all(log, OUTPUTS)) + mine < 100:
            pass
        await consumer.kill()
    assert len(await ids(log, OUTPUTS)) + mine == 100


async def test_two_processes_may_write_at_once(store: SqliteStore) -> None:
    log = await store.open()
    consumer = await Consumer.start(store.path)
    for number in range(50):
        await log.append(drafts(4, keys=40, prefix=f"{number}-"))
    while len(await read_all(log, OUTPUTS)) < 200:
        await consumer.line()
    await consumer.kill()
    assert len(set(await ids(log, OUTPUTS))) == 200


async def test_a_full_disk_is_reported_and_loses_nothing(store: SqliteStore) -> None:
    log = await store.open()
    await log.append(drafts(5))
    await _limit_pages(log, 40)
    big = [a_draft("big", value=b"x" * 300_000)]
    with pytest.raises(LogUnavailableError, match=r"log\.db: .*full.*make room"):
        await log.append([a_draft("small", topic=LINE), *big])
    assert await ids(log, LINE) == []
    await _limit_pages(log, 100_000)
    await log.append(big)
    assert len(await ids(log, EVENTS)) == 6


async def test_a_commit_on_a_full_disk_moves_nothing_and_may_be_repeated(store: SqliteStore) -> None:
    log = await store.open()
    await log.append(drafts(3, topic=LINE))
    async with log.subscribe("g", [LINE]) as member:
        batch = await member.fetch(10, 0)
        assert batch is not None
        outputs = [a_draft("big", topic=OUTPUTS, value=b"x" * 300_000)]
        await _limit_pages(log, 40)
        with pytest.raises(LogUnavailableError):
            await member.commit(LINE, 0, batch.next_position, outputs)
        assert await log.committed("g", LINE) == {}
        await _limit_pages(log, 100_000)
        await member.commit(LINE, 0, batch.next_position, outputs)
    assert await ids(log, OUTPUTS) == ["big"]


async def test_a_file_locked_by_another_is_reported_and_the_append_may_be_repeated(store: SqliteStore) -> None:
    log = await store.open()
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LogUnavailableError, match="locked"):
            await log.append([a_draft("1")])
    await log.append([a_draft("1")])
    assert await ids(log, EVENTS) == ["1"]


async def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LogUnavailableError):
        await SqliteLog.open(tmp_path / "file" / "log.db")


async def test_a_file_that_is_no_log_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    path.write_text("this is no database, whatever its name says" * 100)
    with pytest.raises(LogUnavailableError, match="not a database"):
        await SqliteLog.open(path)


async def test_opening_with_another_number_of_partitions_says_what_to_do(store: SqliteStore) -> None:
    await store.open()
    with pytest.raises(LogMismatchError, match=r"test\.events was made with 4 partition.*new file"):
        await SqliteLog.open(store.path, topics=[Topic(EVENTS, 5, None)])


async def test_a_file_of_a_newer_version_is_left_alone(store: SqliteStore) -> None:
    await (await store.open()).aclose()
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(LogMismatchError, match="version 99"):
        await store.open()


async def test_many_handles_may_make_the_same_file_at_once(store: SqliteStore) -> None:
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(store.open()) for _ in range(8)]
    await tasks[0].result().append(drafts(8))
    assert len(await ids(tasks[7].result(), EVENTS)) == 8


async def test_positions_are_dense_from_zero(store: SqliteStore) -> None:
    log = await store.open()
    for _ in range(3):
        await log.append(drafts(30))
    for number in range(4):
        positions = [record.position async for record in log.read(EVENTS, number, 0)]
        assert positions == list(range(len(positions)))


async def test_with_one_partition_a_topic_is_read_in_the_order_of_appending(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", topics=TOPICS, partitions=1)
    await log.append(drafts(50))
    assert [record.id async for record in log.read(EVENTS, 0, 0)] == [str(number) for number in range(50)]
    await log.aclose()


async def test_a_closed_log_says_so(store: SqliteStore) -> None:
    log = await store.open()
    await log.aclose()
    with pytest.raises(LogUnavailableError, match="closed"):
        await log.append([a_draft("1")])
    with pytest.raises(LogUnavailableError, match="closed"):
        await log.ends(EVENTS)


async def test_closing_lets_what_was_asked_for_finish(store: SqliteStore) -> None:
    log = await store.open()
    appending = asyncio.create_task(log.append([a_draft("1")]))
    await asyncio.sleep(0)  # lets it be asked for
    await log.aclose()
    await appending
    assert await ids(await store.open(), EVENTS) == ["1"]


async def test_a_group_may_be_left_after_the_log_was_closed(store: SqliteStore) -> None:
    log = await store.open()
    async with log.subscribe("g", [EVENTS]):
        await log.aclose()


async def test_rewinding_after_a_cancelled_commit_does_not_give_committed_records_again(store: SqliteStore) -> None:
    log = await store.open()
    await log.append(drafts(3, topic=LINE))
    async with log.subscribe("g", [LINE]) as member:
        batch = await member.fetch(10, 0)
        assert batch is not None
        commit = asyncio.create_task(member.commit(LINE, 0, batch.next_position))
        await asyncio.sleep(0)  # lets it reach the writer
        commit.cancel()
        await member.rewind(LINE, 0)
        assert await member.fetch(10, 0) is None


async def test_one_callers_mistake_does_not_touch_its_neighbours(store: SqliteStore) -> None:
    log = await store.open()
    results = await asyncio.gather(
        log.append([a_draft("1")]),
        log.append([a_draft("2"), a_draft("3", topic="test.nowhere")]),
        log.append([a_draft("4")]),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [type(None), KeyError, type(None)]
    assert await ids(log, EVENTS) == ["1", "4"]


async def test_a_file_that_may_not_be_written_is_named_with_what_to_do(store: SqliteStore) -> None:
    log = await store.open()
    await log._engine.writer.run(lambda connection: connection.execute("PRAGMA query_only = ON"))
    with pytest.raises(LogUnavailableError, match=r"log\.db: .*readonly.*check who owns it"):
        await log.append([a_draft("1")])


async def test_a_damaged_file_is_named_with_what_to_do_and_not_written(store: SqliteStore) -> None:
    log = await store.open()
    await log.append([a_draft(str(number), topic=LINE, value=b"x" * 3000) for number in range(50)])
    await log.aclose()
    data = store.path.read_bytes()
    store.path.write_bytes(data[:40_000] + b"\xa5" * (len(data) - 40_000))
    with pytest.raises(LogUnavailableError, match=r"log\.db: .*damaged: stop every stage.*restore a backup"):
        await read_all(await store.open(), LINE)


async def test_a_file_shrinks_once_much_of_it_was_deleted(store: SqliteStore) -> None:
    log = await store.open()
    await log.append([a_draft(str(number), value=b"x" * 3000) for number in range(400)])
    full = await _pages(log)
    await log.maintain(START + timedelta(days=30))
    assert await _pages(log) < full / 4
    await log.append(drafts(5, prefix="new"))
    assert len(await ids(log, EVENTS)) == 5


async def test_a_little_free_room_is_kept_for_what_comes_next(store: SqliteStore) -> None:
    log = await store.open()
    await log.append([a_draft(str(number), value=b"x" * 3000) for number in range(40)])
    store.clock.advance(20 * 86_400)
    await log.append([a_draft(f"new{number}", value=b"x" * 3000) for number in range(400)])
    full = await _pages(log)
    await log.maintain(START + timedelta(days=20))
    assert await _pages(log) == full


async def _pages(log: SqliteLog) -> int:
    """Return how many pages the file has, free ones too."""
    return int(await log._engine.writer.run(lambda c: c.execute("PRAGMA page_count").fetchone()[0]))


async def _limit_pages(log: SqliteLog, pages: int) -> None:
    """Let the file grow to so many pages only, as a full disk would."""
    await log._engine.writer.run(lambda connection: connection.execute(f"PRAGMA max_page_count = {pages}"))


_: type[Store] = SqliteStore
