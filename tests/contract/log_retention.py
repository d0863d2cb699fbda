"""What every EventLog must do about records that are no longer kept. Part of ``LogContract``."""

from datetime import timedelta

import pytest

from tests.contract.log_store import (
    EVENTS,
    OUTPUTS,
    START,
    STATES,
    Store,
    a_draft,
    consume,
    drafts,
    fetch_all,
    ids,
    read_all,
)
from tocsin.log.base import TruncatedError


class RetentionContract:
    """Retention and compaction."""

    async def test_retention_deletes_what_is_older_and_keeps_the_rest(self, store: Store) -> None:
        log = await store.open()
        await log.append(drafts(20, prefix="old"))
        store.clock.advance(6 * 86_400)
        await log.append(drafts(20, prefix="new"))
        await store.maintain(log, START + timedelta(days=11))
        assert all(id_.startswith("new") for id_ in await ids(log, EVENTS))
        assert len(await ids(log, EVENTS)) == 20

    async def test_retention_never_gives_a_position_again(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1")])
        before = await log.ends(EVENTS)
        await store.maintain(log, START + timedelta(days=30))
        assert await log.ends(EVENTS) == await log.starts(EVENTS) == before

    async def test_topics_without_retention_keep_for_ever(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1", topic=OUTPUTS)])
        await store.maintain(log, START + timedelta(days=10_000))
        assert await ids(log, OUTPUTS) == ["1"]

    async def test_reading_what_retention_deleted_fails_loudly(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1")])
        (record,) = await read_all(log, EVENTS)
        await store.maintain(log, START + timedelta(days=30))
        with pytest.raises(TruncatedError):
            _ = [r async for r in log.read(EVENTS, record.partition, record.position)]

    async def test_a_group_whose_next_records_were_deleted_fails_loudly(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1")])
        async with log.subscribe("g", [EVENTS]) as member:
            assert len(await consume(member)) == 1
        await log.append([a_draft("2")])
        await store.maintain(log, START + timedelta(days=30))
        await log.append([a_draft("3")])
        async with log.subscribe("g", [EVENTS]) as member:
            with pytest.raises(TruncatedError):
                await fetch_all(member)

    async def test_a_new_group_starts_after_what_retention_deleted(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft("1")])
        await store.maintain(log, START + timedelta(days=30))
        await log.append([a_draft("2")])
        async with log.subscribe("g", [EVENTS]) as member:
            assert [record.id for record in await consume(member)] == ["2"]

    async def test_compaction_keeps_the_newest_record_of_each_key(self, store: Store) -> None:
        log = await store.open()
        for round_ in range(5):
            await log.append(drafts(7, topic=STATES, prefix=f"{round_}-"))
        await store.maintain(log, START)
        assert await ids(log, STATES) == [f"4-{number}" for number in range(7)]

    async def test_a_compacted_topic_is_read_over_its_gaps(self, store: Store) -> None:
        log = await store.open()
        for round_ in range(5):
            await log.append(drafts(7, topic=STATES, prefix=f"{round_}-"))
        await store.maintain(log, START)
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
            await store.maintain(log, START)

    async def test_a_key_that_never_was_has_no_latest_record(self, store: Store) -> None:
        log = await store.open()
        assert await log.latest(STATES, "nobody") is None

    async def test_the_latest_records_of_many_keys_are_found_at_once(self, store: Store) -> None:
        log = await store.open()
        await log.append([a_draft(f"{n}", topic=STATES, key=f"k{n % 5}") for n in range(10)])
        found = await log.latest_of(STATES, ["k1", "k2", "k3", "nobody"])
        assert {key: record.id for key, record in found.items()} == {"k1": "6", "k2": "7", "k3": "8"}

    async def test_only_compacted_topics_know_the_latest_record(self, store: Store) -> None:
        log = await store.open()
        with pytest.raises(ValueError, match="not compacted"):
            await log.latest(EVENTS, "k")
