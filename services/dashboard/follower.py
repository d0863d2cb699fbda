"""Follows the log: reads what is new, folds it into the read model, and tells who waits that something changed."""

import asyncio
import time

import structlog

from services.dashboard.model.fold import TOPICS, folded
from services.dashboard.model.store import Store
from services.pauses import pause
from services.vitals import Vitals
from tocsin.clock import Clock, SystemClock
from tocsin.log.base import EventLog, LogUnavailableError, Record

_BATCH = 500  # records folded in one transaction: what follows them waits no longer than that takes
_LARGE_BATCH = 5_000  # while there is much to catch up with
_LOOK_EVERY = 0.2  # seconds, real time
_LONGEST_PAUSE = 30.0


class Follower:
    """Keeps a store up with a log. ``changed`` is set, and replaced, after every transaction that brought something."""

    def __init__(self, log: EventLog, store: Store, clock: Clock, vitals: Vitals) -> None:
        self._log, self._store, self._clock, self._vitals = log, store, clock, vitals
        self._next: dict[tuple[str, int], int] = {}
        self.changed = asyncio.Event()
        self.is_caught_up = False
        self.folded = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Follow until ``stop`` is set; what keeps the log away is waited out."""
        self._next = dict(await self._store.positions())
        wait = 1.0
        while not stop.is_set():
            try:
                count = await self.catch_up()
                self._vitals.alive(self._clock.now())
                wait = 1.0
            except (LogUnavailableError, TimeoutError) as error:
                self._vitals.ill(f"{type(error).__name__}: {error}")
                await pause(SystemClock(), wait, stop)
                wait = min(wait * 2, _LONGEST_PAUSE)
                continue
            if not count:
                await pause(SystemClock(), _LOOK_EVERY, stop)

    async def is_ahead(self) -> bool:
        """Say whether the read model has seen more than the log holds: then it was made from another."""
        ends = {topic: await self._log.ends(topic) for topic in TOPICS}
        positions = await self._store.positions()
        return any(position > ends[topic].get(part, 0) for (topic, part), position in positions.items())

    async def catch_up(self) -> int:
        """Fold all that the log holds now, and return how many records that were."""
        if not self._next:
            self._next = dict(await self._store.positions())
        before = self.folded
        for topic in TOPICS:
            for partition, end in (await self._log.ends(topic)).items():
                if self._next.get((topic, partition), 0) < end:
                    await self._fold_up_to(topic, partition, end)
        self.is_caught_up = True
        return self.folded - before

    async def _fold_up_to(self, topic: str, partition: int, end: int) -> None:
        start = await self._start(topic, partition)
        size = _LARGE_BATCH if end - start > _LARGE_BATCH else _BATCH
        batch: list[Record] = []
        async for record in self._log.read(topic, partition, start, end):
            batch.append(record)
            if len(batch) >= size:
                await self._fold(topic, partition, batch, batch[-1].position + 1)
                batch = []
        await self._fold(topic, partition, batch, end)

    async def _start(self, topic: str, partition: int) -> int:
        """Return where to go on. What retention deleted meanwhile is passed over, with a warning."""
        wanted = self._next.get((topic, partition), 0)
        oldest = (await self._log.starts(topic))[partition]
        if 0 < wanted < oldest:
            structlog.get_logger().warning("retention overtook the dashboard", topic=topic, partition=partition)
        return max(wanted, oldest)

    async def _fold(self, topic: str, partition: int, batch: list[Record], position: int) -> None:
        rows = folded(batch)
        await self._store.fold(rows, topic, partition, position)
        self._next[topic, partition] = position
        self.folded += len(batch)
        self._vitals.beat = self._clock.now()  # it lives, however long there is to catch up with
        if batch:
            self.changed.set()
            self.changed = asyncio.Event()
            await asyncio.sleep(0)


async def rebuilt(log: EventLog, store: Store, clock: Clock) -> float:
    """Fold a whole log and return the facts a second. For the benchmark, and to warm a store before it is shown."""
    follower, began = Follower(log, store, clock, Vitals("dashboard")), time.perf_counter()
    await follower.catch_up()
    return follower.folded / (time.perf_counter() - began)
