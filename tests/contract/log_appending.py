"""What every EventLog must do when it is appended to and read. Part of ``LogContract``."""

import asyncio
from collections import defaultdict
from datetime import timedelta

import pytest

from tests.contract.log_store import EVENTS, LINE, OUTPUTS, START, Store, a_draft, drafts, ids, read_all, read_partition


class AppendingContract:
    """Appending and reading, outside any group."""

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

    async def test_a_key_is_told_its_home_before_anything_is_there(self, store: Store) -> None:
        log = await store.open()
        homes = {key: await log.home(EVENTS, key) for key in ("a", "b", "ключ")}
        await log.append([a_draft(key, topic=EVENTS, key=key) for key in homes])
        assert {record.key: record.partition for record in await read_all(log, EVENTS)} == homes
        with pytest.raises(KeyError, match=r"test\.nowhere"):
            await log.home("test.nowhere", "a")

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
