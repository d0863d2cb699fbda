"""What every EventLog must do. An implementation's tests inherit ``LogContract`` and give it a ``store`` fixture."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from tocsin.clock import Clock, ManualClock
from tocsin.log.base import Batch, Draft, EventLog, FencedError, Record, Subscription, TruncatedError
from tocsin.topics import Topic

START = datetime(2016, 11, 3, 12, 0, tzinfo=UTC)
LEASE = 30.0
EVENTS, OUTPUTS, STATES, LINE = "test.events", "test.outputs", "test.states", "test.line"
TOPICS = (
    Topic(EVENTS, 4, timedelta(days=10)),
    Topic(OUTPUTS, 2, None),
    Topic(STATES, 2, None, is_compacted=True),
    Topic(LINE, 1, None),
)


class Store(Protocol):
    """Where one test's records live. Each ``open`` gives another handle on it, as another process would have."""

    clock: ManualClock

    async def open(self, clock: Clock | None = None) -> EventLog: ...


def a_draft(id_: str = "1", *, topic: str = EVENTS, key: str = "k", value: bytes = b"{}") -> Draft:
    """Return a record to append."""
    return Draft(
        topic=topic, key=key, id=id_, type="test.happened.v1", source="test", time=START, correlation="c", value=value
    )


def drafts(count: int, *, topic: str = EVENTS, keys: int = 7, prefix: str = "") -> list[Draft]:
    """Return numbered records over several keys."""
    return [a_draft(f"{prefix}{number}", topic=topic, key=f"k{number % keys}") for number in range(count)]


async def read_partition(log: EventLog, topic: str, partition: int) -> list[Record]:
    """Return what is kept of a partition."""
    start = (await log.starts(topic))[partition]
    return [record async for record in log.read(topic, partition, start)]


async def read_all(log: EventLog, topic: str) -> list[Record]:
    """Return what is kept of a topic, partition by partition."""
    return [
        record for number in range(await log.partitions(topic)) for record in await read_partition(log, topic, number)
    ]


async def ids(log: EventLog, topic: str) -> list[str]:
    """Return the ids kept in a topic, sorted."""
    return sorted(record.id for record in await read_all(log, topic))


async def fetch_all(subscription: Subscription, limit: int = 100) -> list[Batch]:
    """Fetch until nothing comes."""
    batches = []
    while batch := await subscription.fetch(limit, 0):
        batches.append(batch)
    return batches


async def consume(subscription: Subscription, limit: int = 100) -> list[Record]:
    """Fetch and commit until nothing comes."""
    done: list[Record] = []
    while batch := await subscription.fetch(limit, 0):
        await subscription.commit(batch.topic, batch.partition, batch.next_position)
        done += batch.records
    return done


async def settle(subscriptions: Sequence[Subscription]) -> None:
    """Let members that have nothing to read come to their fair shares."""
    for _ in range(3):
        for subscription in subscriptions:
            await subscription.fetch(1, 0)


class LogContract:
    """The suite. Times stand still unless a test moves ``store.clock``."""

    # --- appending and reading ---------------------------------------------------------------------------------------

    async def test_a_record_comes_back_as_it_was_appended(self, store: Store) -> None:
        log = await store.open()
        draft = a_draft("1", topic=LINE, key="ключ", value='{"text":"حلب"}'.encode())
        await log.append([draft])
        (record,) = await read_all(log, LINE)
        assert (record.topic, record.partition, record.position) == (LINE, 0, 0)
        assert (record.key, record.id, record.type, record.source) == (draft.key, draft.id, draft.type, draft.source)
        assert (record.time, record.correlation, record.value) == (draft.time, draft.correlation, draft.value)

    async def test_the_log_notes_its_own_time_of_appending(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1", topic=LINE)])
        store.clock.advance(60)
        await log.append([a_draft("2", topic=LINE)])
        recorded = [record.recorded for record in await read_all(log, LINE)]
        assert recorded == [START, START + timedelta(seconds=60)]

    async def test_records_of_one_key_stay_in_the_order_of_appending(self, store: Store) -> None:
        log = await store.open()
        for start in range(0, 60, 20):
            await log.append(drafts(20, prefix=f"{start}-"))
        by_key = defaultdict(list)
        for record in await read_all(log, EVENTS):
            by_key[record.key].append(record)
        for key, found in by_key.items():
            appended = [f"{start}-{n}" for start in range(0, 60, 20) for n in range(20) if f"k{n % 7}" == key]
            assert [record.id for record in found] == appended
            assert len({record.partition for record in found}) == 1

    async def test_one_append_may_span_topics(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1", topic=EVENTS), a_draft("2", topic=OUTPUTS), a_draft("3", topic=LINE)])
        assert [await ids(log, topic) for topic in (EVENTS, OUTPUTS, LINE)] == [["1"], ["2"], ["3"]]

    async def test_an_append_that_fails_in_the_middle_writes_nothing(self, store: Store) -> None:
        log = await store.open()
        with pytest.raises(KeyError, match=r"test\.nowhere"):
            await log.append([a_draft("1"), a_draft("2", topic="test.nowhere")])
        assert await ids(log, EVENTS) == []

    async def test_appending_nothing_changes_nothing(self, store: Store) -> None:
        log = await store.open()
        await log.append([])
        assert set((await log.ends(EVENTS)).values()) == {0}

    async def test_appends_made_at_once_are_all_kept(self, store: Store) -> None:
        log = await store.open()
        async with asyncio.TaskGroup() as group:
            for number in range(100):
                group.create_task(log.append([a_draft(f"{number:03}", key=f"k{number}")]))
        assert await ids(log, EVENTS) == [f"{number:03}" for number in range(100)]

    async def test_positions_rise_and_ends_is_the_next_one(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(30))
        ends = await log.ends(EVENTS)
        for number, end in ends.items():
            positions = [record.position for record in await read_partition(log, EVENTS, number)]
            assert positions == sorted(set(positions))
            assert all(position < end for position in positions)

    async def test_reading_starts_and_stops_where_asked(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(10, topic=LINE))
        every = await read_partition(log, LINE, 0)
        part = [record async for record in log.read(LINE, 0, every[3].position, every[6].position)]
        assert part == every[3:6]

    async def test_reading_beyond_the_end_yields_nothing(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(2, topic=LINE))
        assert [record async for record in log.read(LINE, 0, 99)] == []

    async def test_reading_yields_everything_of_a_long_partition(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(1_500, topic=LINE))
        assert [record.id for record in await read_partition(log, LINE, 0)] == [str(n) for n in range(1_500)]

    async def test_a_second_handle_sees_what_the_first_appended(self, store: Store) -> None:
        first, second = await store.open(), await store.open()
        await first.append(drafts(5))
        await second.append(drafts(5, prefix="x"))
        assert await read_all(first, EVENTS) == await read_all(second, EVENTS)
        assert len(await ids(first, EVENTS)) == 10

    async def test_what_was_appended_is_there_after_closing_and_opening(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(20))
        before = await read_all(log, EVENTS)
        await log.aclose()
        assert await read_all(await store.open(), EVENTS) == before

    async def test_unknown_topics_are_named_in_the_error(self, store: Store) -> None:
        log = await store.open()
        with pytest.raises(KeyError, match=r"test\.nowhere"):
            await log.partitions("test.nowhere")
        with pytest.raises(KeyError, match=r"test\.nowhere"):
            await log.ends("test.nowhere")

    async def test_closing_twice_is_harmless(self, store: Store) -> None:
        log = await store.open()
        await log.aclose()
        await log.aclose()

    # --- consumer groups ---------------------------------------------------------------------------------------------

    async def test_a_group_that_never_committed_starts_at_the_oldest(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(20))
        async with log.subscribe("g", [EVENTS]) as member:
            assert len(await consume(member)) == 20
        assert await log.committed("g", EVENTS) == {n: end for n, end in (await log.ends(EVENTS)).items() if end}

    async def test_each_fetch_goes_on_where_the_last_one_ended(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(10, topic=LINE))
        async with log.subscribe("g", [LINE]) as member:
            batches = await fetch_all(member, limit=4)
        assert [[record.id for record in batch.records] for batch in batches] == [
            ["0", "1", "2", "3"],
            ["4", "5", "6", "7"],
            ["8", "9"],
        ]

    async def test_uncommitted_records_come_again_to_the_next_member(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(10, topic=LINE))
        async with log.subscribe("g", [LINE]) as member:
            first = await member.fetch(4, 0)
            assert first is not None
            await member.commit(LINE, 0, first.next_position)
            await member.fetch(4, 0)
        async with log.subscribe("g", [LINE]) as member:
            assert [record.id for record in await consume(member)] == ["4", "5", "6", "7", "8", "9"]

    async def test_a_part_of_a_batch_may_be_committed(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(4, topic=LINE))
        async with log.subscribe("g", [LINE]) as member:
            batch = await member.fetch(4, 0)
            assert batch is not None
            await member.commit(LINE, 0, batch.records[1].position)
            assert await member.fetch(4, 0) is None
        async with log.subscribe("g", [LINE]) as member:
            assert [record.id for record in await consume(member)] == ["1", "2", "3"]

    async def test_rewinding_gives_the_uncommitted_records_again(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(6, topic=LINE))
        async with log.subscribe("g", [LINE]) as member:
            first = await member.fetch(2, 0)
            assert first is not None
            await member.commit(LINE, 0, first.next_position)
            second = await member.fetch(2, 0)
            await member.rewind(LINE, 0)
            assert await member.fetch(2, 0) == second

    async def test_groups_do_not_disturb_each_other(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(20))
        async with log.subscribe("g", [EVENTS]) as one, log.subscribe("h", [EVENTS]) as other:
            assert len(await consume(one)) == len(await consume(other)) == 20

    async def test_partitions_are_served_in_turn(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(200, keys=50))
        async with log.subscribe("g", [EVENTS]) as member:
            served = [batch.partition for _ in range(8) if (batch := await member.fetch(1, 0))]
        assert sorted(served[:4]) == sorted(served[4:]) == [0, 1, 2, 3]

    async def test_a_commit_appends_its_outputs_and_moves_the_position(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(3, topic=LINE))
        async with log.subscribe("g", [LINE]) as member:
            batch = await member.fetch(10, 0)
            assert batch is not None
            await member.commit(LINE, 0, batch.next_position, drafts(3, topic=OUTPUTS))
        assert await log.committed("g", LINE) == {0: batch.next_position}
        assert await ids(log, OUTPUTS) == ["0", "1", "2"]

    async def test_a_commit_whose_outputs_cannot_be_written_moves_nothing(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(3, topic=LINE))
        async with log.subscribe("g", [LINE]) as member:
            batch = await member.fetch(10, 0)
            assert batch is not None
            with pytest.raises(KeyError):
                await member.commit(LINE, 0, batch.next_position, [a_draft(topic=OUTPUTS), a_draft(topic="test.no")])
        assert await log.committed("g", LINE) == {}
        assert await ids(log, OUTPUTS) == []

    async def test_outputs_alone_may_be_committed_at_the_same_position(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [LINE]) as member:
            await member.fetch(1, 0)
            await member.commit(LINE, 0, 0, [a_draft("tick", topic=OUTPUTS)])
        assert await ids(log, OUTPUTS) == ["tick"]

    async def test_a_waiting_fetch_wakes_when_a_record_comes(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [LINE]) as member:
            await member.fetch(1, 0)
            waiting = asyncio.create_task(member.fetch(1, 30))
            await log.append([a_draft("1", topic=LINE)])
            async with asyncio.timeout(5):
                batch = await waiting
        assert batch is not None
        assert batch.records[0].id == "1"

    async def test_a_waiting_fetch_wakes_for_another_handles_record(self, store: Store) -> None:
        reading, writing = await store.open(), await store.open()
        async with reading.subscribe("g", [LINE]) as member:
            await member.fetch(1, 0)
            waiting = asyncio.create_task(member.fetch(1, 30))
            await writing.append([a_draft("1", topic=LINE)])
            async with asyncio.timeout(5):
                assert await waiting is not None

    async def test_a_fetch_that_finds_nothing_returns_none(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [LINE]) as member:
            assert await member.fetch(1, 0.05) is None

    # --- members -----------------------------------------------------------------------------------------------------

    async def test_the_only_member_owns_every_partition(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [EVENTS, LINE]) as member:
            await settle([member])
            assert member.assigned() == {(EVENTS, 0), (EVENTS, 1), (EVENTS, 2), (EVENTS, 3), (LINE, 0)}

    async def test_members_share_the_partitions_evenly(self, store: Store) -> None:
        one, two = await store.open(), await store.open()
        async with AsyncExitStack() as stack:
            members = [await stack.enter_async_context(log.subscribe("g", [EVENTS])) for log in (one, two, two)]
            await settle(members)
            shares = [member.assigned() for member in members]
            assert sorted(len(share) for share in shares) == [1, 1, 2]
            assert len(frozenset.union(*shares)) == 4

    async def test_more_members_than_partitions_leaves_some_standing_by(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [LINE]) as one, log.subscribe("g", [LINE]) as other:
            await settle([one, other])
            assert sorted([len(one.assigned()), len(other.assigned())]) == [0, 1]

    async def test_who_leaves_frees_its_partitions_at_once(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [EVENTS]) as staying:
            async with log.subscribe("g", [EVENTS]) as leaving:
                await settle([staying, leaving])
            await settle([staying])
            assert len(staying.assigned()) == 4

    async def test_a_partition_with_records_in_hand_is_not_taken_from_a_live_member(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(40))
        async with log.subscribe("g", [EVENTS]) as busy:
            batches = await fetch_all(busy)
            async with log.subscribe("g", [EVENTS]) as newcomer:
                await settle([newcomer, busy])
                assert newcomer.assigned() == frozenset()
                for batch in batches:
                    await busy.commit(batch.topic, batch.partition, batch.next_position)
                await settle([busy, newcomer])
                assert len(newcomer.assigned()) == len(busy.assigned()) == 2

    async def test_two_members_together_get_each_record_once(self, store: Store) -> None:
        one, two = await store.open(), await store.open()
        async with one.subscribe("g", [EVENTS]) as first, two.subscribe("g", [EVENTS]) as second:
            await settle([first, second])
            await one.append(drafts(100, keys=30))
            got = [record.id for record in await consume(first) + await consume(second)]
        assert sorted(got) == sorted(str(number) for number in range(100))

    async def test_who_is_silent_past_its_lease_loses_its_partitions(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(3, topic=LINE))
        async with log.subscribe("g", [LINE]) as silent, log.subscribe("g", [LINE]) as waiting:
            batch = await silent.fetch(10, 0)
            assert batch is not None
            assert await waiting.fetch(10, 0) is None
            store.clock.advance(LEASE + 1)
            assert await waiting.fetch(10, 0) == batch

    async def test_a_commit_by_who_lost_the_partition_is_fenced_and_writes_nothing(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(3, topic=LINE))
        async with log.subscribe("g", [LINE]) as silent, log.subscribe("g", [LINE]) as taking:
            batch = await silent.fetch(10, 0)
            assert batch is not None
            store.clock.advance(LEASE + 1)
            await taking.fetch(10, 0)
            with pytest.raises(FencedError):
                await silent.commit(LINE, 0, batch.next_position, [a_draft("late", topic=OUTPUTS)])
            assert await log.committed("g", LINE) == {}
            assert await ids(log, OUTPUTS) == []

    async def test_a_fenced_member_stays_fenced_even_when_the_partition_is_free_again(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(3, topic=LINE))
        async with log.subscribe("g", [LINE]) as silent:
            batch = await silent.fetch(10, 0)
            assert batch is not None
            store.clock.advance(LEASE + 1)
            async with log.subscribe("g", [LINE]) as taking:
                assert len(await consume(taking)) == 3
            with pytest.raises(FencedError):
                await silent.fetch(10, 0)
            with pytest.raises(FencedError):
                await silent.commit(LINE, 0, batch.next_position, [a_draft("late", topic=OUTPUTS)])
        assert await ids(log, OUTPUTS) == []

    async def test_committing_a_partition_that_is_not_ours_is_fenced(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [LINE]) as member:
            with pytest.raises(FencedError):
                await member.commit(EVENTS, 0, 0, [a_draft(topic=OUTPUTS)])

    async def test_who_keeps_calling_keeps_its_partitions(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [LINE]) as working, log.subscribe("g", [LINE]) as waiting:
            for _ in range(6):
                store.clock.advance(LEASE / 2)
                await working.fetch(1, 0)
                await waiting.fetch(1, 0)
            assert working.assigned() == {(LINE, 0)}
            assert waiting.assigned() == frozenset()

    # --- retention and compaction ------------------------------------------------------------------------------------

    async def test_retention_deletes_what_is_older_and_keeps_the_rest(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(20, prefix="old"))
        store.clock.advance(6 * 86_400)
        await log.append(drafts(20, prefix="new"))
        await log.maintain(START + timedelta(days=11))
        assert all(id_.startswith("new") for id_ in await ids(log, EVENTS))
        assert len(await ids(log, EVENTS)) == 20

    async def test_retention_never_gives_a_position_again(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1")])
        before = await log.ends(EVENTS)
        await log.maintain(START + timedelta(days=30))
        assert await log.ends(EVENTS) == await log.starts(EVENTS) == before

    async def test_topics_without_retention_keep_for_ever(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1", topic=OUTPUTS)])
        await log.maintain(START + timedelta(days=10_000))
        assert await ids(log, OUTPUTS) == ["1"]

    async def test_reading_what_retention_deleted_fails_loudly(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1")])
        (record,) = await read_all(log, EVENTS)
        await log.maintain(START + timedelta(days=30))
        with pytest.raises(TruncatedError):
            _ = [r async for r in log.read(EVENTS, record.partition, record.position)]

    async def test_a_group_whose_next_records_were_deleted_fails_loudly(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1")])
        async with log.subscribe("g", [EVENTS]) as member:
            assert len(await consume(member)) == 1
        await log.append([a_draft("2")])
        await log.maintain(START + timedelta(days=30))
        await log.append([a_draft("3")])
        async with log.subscribe("g", [EVENTS]) as member:
            with pytest.raises(TruncatedError):
                await fetch_all(member)

    async def test_a_new_group_starts_after_what_retention_deleted(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1")])
        await log.maintain(START + timedelta(days=30))
        await log.append([a_draft("2")])
        async with log.subscribe("g", [EVENTS]) as member:
            assert [record.id for record in await consume(member)] == ["2"]

    async def test_compaction_keeps_the_newest_record_of_each_key(self, store: Store) -> None:
        log = await store.open()
        for round_ in range(5):
            await log.append(drafts(7, topic=STATES, prefix=f"{round_}-"))
        await log.maintain(START)
        assert await ids(log, STATES) == [f"4-{number}" for number in range(7)]

    async def test_a_compacted_topic_is_read_over_its_gaps(self, store: Store) -> None:
        log = await store.open()
        for round_ in range(5):
            await log.append(drafts(7, topic=STATES, prefix=f"{round_}-"))
        await log.maintain(START)
        found = [record for number in range(2) async for record in log.read(STATES, number, 0)]
        assert sorted(record.id for record in found) == [f"4-{number}" for number in range(7)]
        async with log.subscribe("g", [STATES]) as member:
            assert len(await consume(member, limit=2)) == 7

    async def test_the_latest_record_of_a_key_is_found_before_and_after_compaction(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1", topic=STATES), a_draft("2", topic=STATES)])
        await log.append([a_draft("3", topic=STATES), a_draft("9", topic=STATES, key="other")])
        for _ in range(2):
            latest = await log.latest(STATES, "k")
            assert latest is not None
            assert latest.id == "3"
            await log.maintain(START)

    async def test_a_key_that_never_was_has_no_latest_record(self, store: Store) -> None:
        log = await store.open()
        assert await log.latest(STATES, "nobody") is None

    async def test_only_compacted_topics_know_the_latest_record(self, store: Store) -> None:
        log = await store.open()
        with pytest.raises(ValueError, match="not compacted"):
            await log.latest(EVENTS, "k")
