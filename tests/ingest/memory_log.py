"""As much of a log as one ingest worker uses, in memory: appends, the newest record of a key, and faults to order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from tocsin.clock import Clock
from tocsin.codec import decode
from tocsin.events import Fact
from tocsin.log.base import Batch, Draft, EventLog, FencedError, LogUnavailableError, Record, Subscription


class OnlyMember(Subscription):
    """Owns the one partition for one ``tenure`` of the log. Nothing is fetched: ingest passes over what it is given."""

    def __init__(self, log: "MemoryLog", topic: str) -> None:
        self._log = log
        self._topic = topic
        self._tenure = log.tenure

    async def fetch(self, limit: int, wait: float) -> Batch | None:
        self._check()
        return None

    async def commit(self, topic: str, partition: int, next_position: int, outputs: Sequence[Draft] = ()) -> None:
        self._check()
        await self._log.append(outputs)

    async def rewind(self, topic: str, partition: int) -> None:
        return

    def assigned(self) -> frozenset[tuple[str, int]]:
        return frozenset({(self._topic, 0)})

    def _check(self) -> None:
        if self._tenure != self._log.tenure:
            raise FencedError("ordered to be fenced")


class MemoryLog(EventLog):
    """``is_down`` makes appends fail, another ``tenure`` fences who subscribed. What ingest does not call is not here.

    ``largest`` is how many bytes a record may have, as on Kafka.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.records: list[Record] = []
        self.is_down = False
        self.tenure = 1
        self.largest = 1_000_000
        self._grown = asyncio.Condition()

    async def append(self, drafts: Sequence[Draft]) -> None:
        if self.is_down:
            raise LogUnavailableError("ordered to fail")
        if any(len(draft.value) > self.largest for draft in drafts):
            raise ValueError("a record is too large")
        start = len(self.records)
        self.records += [
            Record(
                topic=draft.topic,
                partition=0,
                position=start + number,
                key=draft.key,
                id=draft.id,
                type=draft.type,
                source=draft.source,
                time=draft.time,
                correlation=draft.correlation,
                recorded=self._clock.now(),
                value=draft.value,
            )
            for number, draft in enumerate(drafts)
        ]
        async with self._grown:
            self._grown.notify_all()

    async def until(self, condition: Callable[[list[Fact]], bool]) -> None:
        """Wait until the log's facts meet a condition."""
        async with self._grown:
            await self._grown.wait_for(lambda: condition(self.facts()))

    async def latest(self, topic: str, key: str) -> Record | None:
        found = (record for record in reversed(self.records) if (record.topic, record.key) == (topic, key))
        return next(found, None)

    async def latest_of(self, topic: str, keys: Collection[str]) -> Mapping[str, Record]:
        return {key: record for key in keys if (record := await self.latest(topic, key)) is not None}

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[Subscription]:
        yield OnlyMember(self, *topics)

    def read(self, topic: str, partition: int, start: int, stop: int | None = None) -> AsyncIterator[Record]:
        raise NotImplementedError

    async def partitions(self, topic: str) -> int:
        return 1

    async def home(self, topic: str, key: str) -> int:
        raise NotImplementedError

    async def starts(self, topic: str) -> Mapping[int, int]:
        raise NotImplementedError

    async def ends(self, topic: str) -> Mapping[int, int]:
        return {0: len(self.records)}

    async def committed(self, group: str, topic: str) -> Mapping[int, int]:
        raise NotImplementedError

    async def maintain(self, now: datetime) -> None:
        raise NotImplementedError

    async def aclose(self) -> None:
        raise NotImplementedError

    def facts(self, start: int = 0) -> list[Fact]:
        return [decode(record) for record in self.records[start:]]
