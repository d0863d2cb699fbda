"""The index of newest records reads each record once, and is not led astray by compaction."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

from tocsin.log.base import Record
from tocsin.log.kafka_newest import Newest

PLACE = ("test.states", 0)
NOON = datetime(2016, 11, 3, 12, 0, tzinfo=UTC)


def a_record(position: int, key: str) -> Record:
    return Record(
        topic=PLACE[0],
        partition=PLACE[1],
        position=position,
        key=key,
        id=f"{key}{position}",
        type="test.happened.v1",
        source="test",
        time=NOON,
        correlation="c",
        recorded=NOON,
        value=b"{}",
    )


class Kept:
    """One partition, which notes the positions that were read.

    When it ``meddles``, a newer record of ``a`` comes, and compaction takes the older, as that one is to be read.
    """

    def __init__(self, keys: str) -> None:
        self.records = [a_record(position, key) for position, key in enumerate(keys)]
        self.seen: list[int] = []
        self.meddles = False

    async def ends(self, topic: str) -> Mapping[int, int]:
        return {PLACE[1]: self.records[-1].position + 1}

    async def read(self, topic: str, partition: int, start: int, stop: int) -> AsyncIterator[Record]:
        if self.meddles and start == 0:
            self.append("a")
            self.records = [record for record in self.records if record.position > 0]
        for record in self.records:
            if start <= record.position < stop:
                self.seen.append(record.position)
                yield record

    def append(self, keys: str) -> None:
        self.records += [a_record(number, key) for number, key in enumerate(keys, self.records[-1].position + 1)]


def found(newest: Newest, keys: str) -> dict[str, int]:
    records = asyncio.run(newest.find(PLACE, set(keys)))
    return {key: record.position for key, record in records.items()}


def test_the_first_search_reads_everything_and_later_ones_only_what_they_want() -> None:
    kept = Kept("abcabc")
    newest = Newest(kept.ends, kept.read)
    assert found(newest, "a") == {"a": 3}
    assert kept.seen == [0, 1, 2, 3, 4, 5]
    assert found(newest, "b") == {"b": 4}
    assert kept.seen[6:] == [4]


def test_what_came_since_is_found() -> None:
    kept = Kept("abc")
    newest = Newest(kept.ends, kept.read)
    assert found(newest, "abx") == {"a": 0, "b": 1}
    kept.append("xb")
    assert found(newest, "abx") == {"a": 0, "b": 4, "x": 3}


def test_a_record_that_compaction_took_in_the_middle_of_a_search_gives_way_to_the_newer_one() -> None:
    kept = Kept("abc")
    newest = Newest(kept.ends, kept.read)
    assert found(newest, "x") == {}
    kept.meddles = True
    assert found(newest, "a") == {"a": 3}
