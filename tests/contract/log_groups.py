"""What every EventLog must do for a consumer group with one member. Part of ``LogContract``."""

import asyncio

import pytest

from tests.contract.log_store import EVENTS, LINE, OUTPUTS, Store, a_draft, consume, drafts, fetch_all, ids


class GroupsContract:
    """One member: fetching, committing, rewinding, waiting."""

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
