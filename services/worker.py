"""Runs a stage's pure core over the log: fetch, decide, and commit outputs and position in one step.

Nothing is kept that the log does not know: whatever goes wrong, the worker drops its work in hand and subscribes
again, and the state is folded anew from the newest snapshot and the tail.
"""

import asyncio
import time
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog
from structlog.contextvars import bound_contextvars

from services import dead_letters, growth, snapshots
from services.growth import Layout
from services.metrics import StageMetrics
from services.partition import Standing
from services.pauses import pause
from services.settings import WorkerSettings
from services.snapshots import Decide
from services.vitals import Vitals
from tocsin import codec
from tocsin.clock import Clock
from tocsin.events import Fact, RecordDeadLettered, SnapshotTaken
from tocsin.log.base import Batch, Draft, EventLog, FencedError, LogUnavailableError, Record, Subscription
from tocsin.stage import StageCore

S = TypeVar("S")
Place = tuple[str, int]  # topic, partition
_LONGEST_PAUSE = 60.0  # seconds
_FETCH_WAIT = 0.5  # seconds at most; bounds how long a stop takes
_OLD_SNAPSHOT = timedelta(hours=1)  # quiet partitions too: retention must never overtake the newest snapshot


class PoisonRunError(RuntimeError):
    """Too many records in a row failed: more likely the stage is broken than each of them."""


@dataclass(frozen=True, slots=True)
class _Step(Generic[S]):
    """What one record led to."""

    standing: Standing[S]
    outputs: Sequence[Draft]
    error: str = ""  # why it was dead-lettered


class Worker(Generic[S]):
    """One member of a stage's consumer group.

    ``decide`` replaces the core's own decision where that must run elsewhere (a thread, a killable process); its
    exceptions, time limits included, dead-letter the record.
    """

    def __init__(
        self,
        core: StageCore[S],
        log: EventLog,
        clock: Clock,
        settings: WorkerSettings,
        *,
        decide: Decide[S] | None = None,
        metrics: StageMetrics | None = None,
        vitals: Vitals | None = None,
    ) -> None:
        self._core, self._log, self._clock, self._settings = core, log, clock, settings
        self._decide = decide or self._decide_here
        self._metrics = metrics or StageMetrics(core.name)
        self._vitals = vitals or Vitals(core.name)
        self._standings: dict[Place, Standing[S]] = {}
        self._layouts: dict[str, Layout] = {}
        self._snapshot_times: dict[Place, datetime] = {}
        self._wait = settings.retry_after
        self._say = structlog.get_logger(stage=core.name)

    async def run(self, stop: asyncio.Event) -> None:
        """Work until ``stop`` is set; what was decided by then is committed.

        Raises PoisonRunError and TruncatedError, which a person must look at. Everything else is tried again.
        """
        while not stop.is_set():
            self._drop(set(self._standings))
            try:
                async with self._log.subscribe(self._core.name, self._core.topics) as subscription:
                    await self._consume(subscription, stop)
            except (FencedError, LogUnavailableError, TimeoutError) as error:
                await self._back_off(error, stop)

    async def _back_off(self, error: Exception, stop: asyncio.Event) -> None:
        trouble = f"{type(error).__name__}: {error}"
        self._vitals.ill(trouble)
        self._metrics.erred(error, self._clock.now())
        self._say.warning("work in hand dropped", error=trouble, again_in=self._wait)
        await pause(self._clock, self._wait, stop)
        self._wait = min(self._wait * 2, _LONGEST_PAUSE)

    async def _consume(self, subscription: Subscription, stop: asyncio.Event) -> None:
        next_tick = self._clock.now() + timedelta(seconds=self._settings.tick_every)
        wait = min(self._settings.tick_every, _FETCH_WAIT)
        while not stop.is_set():
            async with asyncio.timeout(self._settings.log_timeout + wait):
                batch = await subscription.fetch(self._settings.batch, wait)
            self._drop(self._standings.keys() - subscription.assigned())
            if batch is not None:
                await self._work_off(subscription, batch)
            now = self._clock.now()
            self._well(now)
            if now >= next_tick:
                await self._tick(subscription, now, is_idle=batch is None)
                next_tick = now + timedelta(seconds=self._settings.tick_every)

    def _well(self, now: datetime) -> None:
        self._vitals.alive(now)
        self._metrics.progressed(now)
        self._wait = self._settings.retry_after

    def _drop(self, places: Set[Place]) -> None:
        """Forget partitions that are not ours, or may not be any more."""
        for place in places:
            del self._standings[place]
            self._metrics.left(*place)

    # --- records -----------------------------------------------------------------------------------------------------

    async def _work_off(self, subscription: Subscription, batch: Batch) -> None:
        """Decide a batch and commit it, in parts where that takes long: who is silent too long loses the partition.

        A run of failures commits what came before its last, and raises.
        """
        place = (batch.topic, batch.partition)
        standing = await self._standing(place)
        outputs: list[Draft] = []
        began = time.monotonic()
        for record in batch.records:
            if time.monotonic() > began + self._settings.batch_seconds:
                await self._commit(subscription, place, replace(standing, position=record.position), outputs)
                standing, outputs, began = self._standings[place], [], time.monotonic()
            step = await self._step(standing, record)
            if step.standing.failures >= self._settings.dead_letter_run:
                await self._commit(subscription, place, replace(standing, position=record.position), outputs)
                raise PoisonRunError(_advice(self._core.name, record, step))
            standing = step.standing
            outputs += step.outputs
        standing = replace(standing, position=batch.next_position)
        await self._commit(subscription, place, standing, outputs)
        if batch.records:
            self._metrics.reached(batch.records[-1], self._clock.now())

    async def _step(self, standing: Standing[S], record: Record) -> _Step[S]:
        with bound_contextvars(correlation=record.correlation):
            if (passed := dead_letters.passed_over(self._core.name, standing, record)) is not None:
                return _Step(passed, ())
            first = standing.holds_back(record)
            if first is not None:
                self._metrics.dead_lettered(record, "held_back")
                return self._dead_letter(standing, record, dead_letters.of_held_back(self._core.name, record, first))
            started = time.perf_counter()
            try:
                fact = codec.decode(record)
                state, facts = await self._decide(standing.state, fact, fact.at)
            except Exception as error:  # noqa: BLE001  whatever a record breaks, the others must go on
                self._metrics.dead_lettered(record, "failed")
                return self._dead_letter(standing, record, dead_letters.of_failure(self._core.name, record, error))
            self._metrics.decided(record, time.perf_counter() - started)
            return _Step(standing.decided(record, state), [codec.draft(fact, record.correlation) for fact in facts])

    def _dead_letter(self, standing: Standing[S], record: Record, letter: RecordDeadLettered) -> _Step[S]:
        self._say.error("record dead-lettered", key=record.key, error=letter.error, retry=letter.put_back)
        return _Step(standing.dead_lettered(record), [codec.draft(letter, record.correlation)], letter.error)

    # --- time --------------------------------------------------------------------------------------------------------

    async def _tick(self, subscription: Subscription, now: datetime, *, is_idle: bool) -> None:
        """Let time pass in every owned partition that is read to its end.

        One that is short of its end in an idle turn may have nothing but gaps before it (``EventLog.ends``).
        """
        for topic in self._core.topics:
            async with asyncio.timeout(self._settings.log_timeout):
                ends = await self._log.ends(topic)
            for place in sorted(subscription.assigned()):
                if place[0] == topic:
                    standing, end = await self._standing(place), ends.get(place[1], 0)
                    if is_idle and standing.position < end and await self._is_gap(place, standing.position, end):
                        standing = standing.at_end(end)
                    lag = max(end - standing.position, 0)
                    self._metrics.stands(*place, lag=lag, parked=len(standing.parked))
                    if not lag:
                        await self._tick_one(subscription, place, standing, now)

    async def _is_gap(self, place: Place, start: int, stop: int) -> bool:
        async with asyncio.timeout(self._settings.log_timeout):
            async for _ in self._log.read(*place, start, stop):
                return False
        return True

    async def _tick_one(self, subscription: Subscription, place: Place, standing: Standing[S], now: datetime) -> None:
        state, facts = self._core.tick(standing.state, now)
        standing = replace(standing, state=state)
        if facts or self._is_snapshot_old(place, standing, now):
            drafts = [*map(codec.draft, facts), self._snapshot(place, standing, now)]
            await self._commit(subscription, place, replace(standing, since_snapshot=0), drafts)
        else:
            self._standings[place] = standing

    # --- the log -----------------------------------------------------------------------------------------------------

    async def _standing(self, place: Place) -> Standing[S]:
        if place not in self._standings:
            if place[0] not in self._layouts:
                self._layouts[place[0]] = await growth.layout(self._log, place[0], self._core.name)
            layout = self._layouts[place[0]]
            self._standings[place] = await snapshots.restore(self._log, self._core, *place, self._decide, layout)
            self._snapshot_times[place] = self._clock.now()
        return self._standings[place]

    async def _commit(
        self, subscription: Subscription, place: Place, standing: Standing[S], outputs: Sequence[Draft]
    ) -> None:
        if standing.since_snapshot >= self._settings.snapshot_every and not standing.failures:
            outputs = [*outputs, self._snapshot(place, standing, self._clock.now())]
            standing = replace(standing, since_snapshot=0)
        started = time.perf_counter()
        async with asyncio.timeout(self._settings.log_timeout):
            await subscription.commit(*place, standing.position, outputs)
        self._metrics.committed(outputs, time.perf_counter() - started)
        self._metrics.stands(*place, parked=len(standing.parked))
        self._standings[place] = standing
        for draft in outputs:
            if draft.type != SnapshotTaken.wire:
                self._say.info(draft.type, id=draft.id, key=draft.key, correlation=draft.correlation)

    def _snapshot(self, place: Place, standing: Standing[S], now: datetime) -> Draft:
        self._snapshot_times[place] = now
        partitions = self._layouts[place[0]].partitions
        return codec.draft(snapshots.take(self._core, *place, standing, now, partitions))

    def _is_snapshot_old(self, place: Place, standing: Standing[S], now: datetime) -> bool:
        return standing.since_snapshot > 0 and now - self._snapshot_times[place] > _OLD_SNAPSHOT

    async def _decide_here(self, state: S, fact: Fact, now: datetime) -> tuple[S, Sequence[Fact]]:
        await asyncio.sleep(0)  # let the health server answer between two decisions
        return self._core.decide(state, fact, now)


def _advice(stage: str, record: Record, step: _Step[S]) -> str:
    return (
        f"stage {stage} stopped: {step.standing.failures} records in a row failed, the last at "
        f"{record.topic}[{record.partition}]@{record.position} with {step.error}. It was left in its place. "
        f"Mend the cause and start the stage again; then retry the others (tocsin dead-letters list)."
    )
