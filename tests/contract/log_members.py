"""What every EventLog must do for a consumer group with several members. Part of ``LogContract``."""

from contextlib import AsyncExitStack

import pytest

from tests.contract.log_store import (
    EVENTS,
    LEASE,
    LINE,
    OUTPUTS,
    Store,
    a_draft,
    consume,
    drafts,
    fetch_all,
    ids,
    settle,
)
from tocsin.log.base import FencedError


class MembersContract:
    """Several members: shares, leases, fences."""

    async def test_the_only_member_owns_every_partition(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [EVENTS, LINE]) as member:
            await settle([member], store.patience)
            assert member.assigned() == {(EVENTS, 0), (EVENTS, 1), (EVENTS, 2), (EVENTS, 3), (LINE, 0)}

    async def test_members_share_the_partitions_evenly(self, store: Store) -> None:
        one, two = await store.open(), await store.open()
        async with AsyncExitStack() as stack:
            members = [await stack.enter_async_context(log.subscribe("g", [EVENTS])) for log in (one, two, two)]
            await settle(members, store.patience)
            shares = [member.assigned() for member in members]
            assert sorted(len(share) for share in shares) == [1, 1, 2]
            assert len(frozenset.union(*shares)) == 4

    async def test_more_members_than_partitions_leaves_some_standing_by(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [LINE]) as one, log.subscribe("g", [LINE]) as other:
            await settle([one, other], store.patience)
            assert sorted([len(one.assigned()), len(other.assigned())]) == [0, 1]

    async def test_who_leaves_frees_its_partitions_at_once(self, store: Store) -> None:
        log = await store.open()
        async with log.subscribe("g", [EVENTS]) as staying:
            async with log.subscribe("g", [EVENTS]) as leaving:
                await settle([staying, leaving], store.patience)
            await settle([staying], store.patience)
            assert len(staying.assigned()) == 4

    async def test_a_partition_with_records_in_hand_is_not_taken_from_a_live_member(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(40))
        async with log.subscribe("g", [EVENTS]) as busy:
            batches = await fetch_all(busy)
            async with log.subscribe("g", [EVENTS]) as newcomer:
                await settle([newcomer, busy], store.patience)
                assert newcomer.assigned() == frozenset()
                for batch in batches:
                    await busy.commit(batch.topic, batch.partition, batch.next_position)
                await settle([busy, newcomer], store.patience)
                assert len(newcomer.assigned()) == len(busy.assigned()) == 2

    async def test_two_members_together_get_each_record_once(self, store: Store) -> None:
        one, two = await store.open(), await store.open()
        async with one.subscribe("g", [EVENTS]) as first, two.subscribe("g", [EVENTS]) as second:
            await settle([first, second], store.patience)
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
            await store.outlast_leases()
            assert await waiting.fetch(10, 0) == batch

    async def test_a_commit_by_who_lost_the_partition_is_fenced_and_writes_nothing(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(3, topic=LINE))
        async with log.subscribe("g", [LINE]) as silent, log.subscribe("g", [LINE]) as taking:
            batch = await silent.fetch(10, 0)
            assert batch is not None
            await store.outlast_leases()
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
            await store.outlast_leases()
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
