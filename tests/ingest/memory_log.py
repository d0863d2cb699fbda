"""As much of a log as ingest uses, in memory: atomic appends, the newest record of a key, and a fault to order."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from tocsin.clock import Clock
from tocsin.codec import decode
from tocsin.events import Fact
from tocsin.log.base import Draft, EventLog, LogUnavailableError, Record, Subscription


class MemoryLog(EventLog):
    """``is_down`` makes appends fail. What ingest does not call is not here."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.records: list[Record] = []
        self.is_down = False
        self._grown = asyncio.Condition()

    async def append(self, drafts: Sequence[Draft]) -> None:
        if self.is_down:
            raise LogUnavailableError("ordered to fail")
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

    def subscribe(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[Subscription]:
        raise NotImplementedError

    def read(self, topic: str, partition: int, start: int, stop: int | None = None) -> AsyncIterator[Record]:
        raise NotImplementedError

    async def partitions(self, topic: str) -> int:
        raise NotImplementedError

    async def starts(self, topic: str) -> Mapping[int, int]:
        raise NotImplementedError

    async def ends(self, topic: str) -> Mapping[int, int]:
        raise NotImplementedError

    async def committed(self, group: str, topic: str) -> Mapping[int, int]:
        raise NotImplementedError

    async def maintain(self, now: datetime) -> None:
        raise NotImplementedError

    async def aclose(self) -> None:
        raise NotImplementedError

    def facts(self, start: int = 0) -> list[Fact]:
        return [decode(record) for record in self.records[start:]]
