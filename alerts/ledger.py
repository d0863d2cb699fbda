"""The outbox's partitions that this process owns: restored, kept up with the log, and written to under its fence.

What is known of a partition is the fold of the whole of it (newest snapshot and tail, up to the end), so the group's
committed position decides nothing: it marks what was read, and up to where a snapshot reaches. Without a snapshot the
fold starts at the oldest record that retention left; what is queued from before that is then never sent
(``OutboxState.forgotten``).
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
import structlog

from alerts.outbox import VERSION, OutboxState, Owed, correlated, fold
from tocsin import codec
from tocsin.clock import Clock
from tocsin.events import DeliveryQueued, Fact, SnapshotTaken
from tocsin.log.base import Draft, EventLog, LogUnavailableError, Record, Subscription
from tocsin.packing import pack, unpack
from tocsin.topics import topic_named

GROUP = "outbox"
TOPIC = DeliveryQueued.topic
_KEPT = topic_named(TOPIC).retention or timedelta(0)  # what was deleted is older
_BATCH = 500  # records
_SNAPSHOT_EVERY = 1000  # facts
_OLD_SNAPSHOT = timedelta(hours=1)  # quiet partitions too: retention must never overtake the newest snapshot
_WRITE_TRIES = 60  # a second apart: an outcome that is not written down means a second send


@dataclass(slots=True)
class _Partition:
    state: OutboxState
    position: int  # the next to read
    committed: int
    unsaved: int  # facts folded since the newest snapshot
    saved_at: datetime

    def is_snapshot_due(self, now: datetime) -> bool:
        """Return whether enough facts, or time with any, passed since the newest snapshot."""
        return self.unsaved >= _SNAPSHOT_EVERY or (self.unsaved > 0 and now - self.saved_at > _OLD_SNAPSHOT)


class Ledger:
    """One membership's view of ``tocsin.deliveries``. Made anew for each subscription."""

    def __init__(self, log: EventLog, subscription: Subscription, clock: Clock) -> None:
        self._log, self._subscription, self._clock = log, subscription, clock
        self._partitions: dict[int, _Partition] = {}
        self._say = structlog.get_logger(stage=GROUP)

    def states(self) -> Sequence[OutboxState]:
        """Return the fold of each owned partition."""
        return [partition.state for partition in self._partitions.values()]

    async def read(self, wait: float) -> None:
        """Fold all that is new, waiting up to ``wait`` seconds for the first of it; then move the group's position."""
        while batch := await self._subscription.fetch(_BATCH, wait):
            await self._keep_up()
            if partition := self._partitions.get(batch.partition):
                partition.position = batch.next_position
                partition.state = _fold(partition.state, batch.records)
                partition.unsaved += len(batch.records)
            wait = 0.0
        await self._keep_up()
        now = self._clock.now()
        for number, partition in self._partitions.items():
            if partition.position > partition.committed or partition.is_snapshot_due(now):
                await self._commit(number, [])

    async def record(self, facts: Iterable[tuple[Owed, Fact]]) -> None:
        """Append facts about what is owed, and fold them. What is owed in a partition that left is another's now.

        Raises FencedError.
        """
        by_partition: dict[int, list[tuple[Owed, Fact]]] = {}
        for item, fact in facts:
            home = self._home(item)
            if home is None:
                self._say.warning("partition left during a send; its outcome is dropped", alert_id=item.key.alert_id)
            else:
                by_partition.setdefault(home, []).append((item, fact))
        for number, pairs in by_partition.items():
            await self._commit(number, [codec.draft(fact, item.correlation) for item, fact in pairs])
            partition = self._partitions[number]
            partition.state = fold(partition.state, [fact for _, fact in pairs])
            partition.unsaved += len(pairs)

    async def save(self) -> None:
        """Take a snapshot of every partition that changed."""
        for number, partition in self._partitions.items():
            if partition.unsaved:
                await self._commit(number, [], is_time=True)

    async def _keep_up(self) -> None:
        """Let go of partitions that left, restore those that came."""
        owned = {number for _, number in self._subscription.assigned()}
        for number in self._partitions.keys() - owned:
            del self._partitions[number]
        for number in owned - self._partitions.keys():
            self._partitions[number] = await self._restore(number)

    async def _restore(self, number: int) -> _Partition:
        oldest, now = (await self._log.starts(TOPIC))[number], self._clock.now()
        snapshot = await self._from_snapshot(number)
        state, start = snapshot or (OutboxState(), oldest)
        records = [record async for record in self._log.read(TOPIC, number, start)]
        if snapshot is None and oldest > 0:
            state = msgspec.structs.replace(state, forgotten=now - _KEPT)
            self._say.warning("outbox restored from what retention left", partition=number, forgotten=state.forgotten)
        committed = (await self._log.committed(GROUP, TOPIC)).get(number, oldest)
        return _Partition(_fold(state, records), committed, committed, unsaved=len(records), saved_at=now)

    async def _from_snapshot(self, number: int) -> tuple[OutboxState, int] | None:
        """Return the newest snapshot's state and the position after it; None where there is none of this version."""
        record = await self._log.latest(SnapshotTaken.topic, _snapshot_name(number))
        snapshot = codec.decode(record) if record else None
        if not isinstance(snapshot, SnapshotTaken) or snapshot.version != VERSION:
            return None
        return unpack(snapshot.state, OutboxState), snapshot.position

    async def _commit(self, number: int, outputs: Sequence[Draft], *, is_time: bool = False) -> None:
        """Append outputs and move the position, with a snapshot where it ``is_time`` for one or one is due."""
        partition, drafts, now = self._partitions[number], list(outputs), self._clock.now()
        if is_time := is_time or partition.is_snapshot_due(now):
            drafts.append(self._snapshot(number, now))
        await self._write(number, partition.position, drafts)
        partition.committed = partition.position
        if is_time:
            partition.unsaved, partition.saved_at = 0, now

    async def _write(self, number: int, position: int, drafts: Sequence[Draft]) -> None:
        for left in reversed(range(_WRITE_TRIES)):
            try:
                return await self._subscription.commit(TOPIC, number, position, drafts)
            except LogUnavailableError as error:
                if not left:
                    raise
                self._say.warning("log unavailable, trying again", error=str(error))
                await asyncio.sleep(1.0)  # real time: the log's trouble, not the news'
        return None

    def _snapshot(self, number: int, now: datetime) -> Draft:
        """Return the snapshot. Our own outputs past the position may be in it: folding them again changes nothing."""
        partition = self._partitions[number]
        return codec.draft(
            SnapshotTaken(
                at=now,
                name=_snapshot_name(number),
                position=partition.position,
                version=VERSION,
                state=pack(partition.state),
            )
        )

    def _home(self, item: Owed) -> int | None:
        key = item.key.id
        return next((number for number, one in self._partitions.items() if key in one.state.owed), None)


def _fold(state: OutboxState, records: Sequence[Record]) -> OutboxState:
    told = [(codec.decode(record), record.correlation) for record in records]
    state = fold(state, [fact for fact, _ in told])
    return correlated(state, [(fact, article) for fact, article in told if isinstance(fact, DeliveryQueued)])


def _snapshot_name(number: int) -> str:
    return f"{GROUP}/{TOPIC}/{number}"
