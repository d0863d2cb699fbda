"""A member of a consumer group on the embedded log."""

import asyncio
import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

import msgspec

from tocsin.clock import Clock
from tocsin.log import sqlite_groups as groups
from tocsin.log import sqlite_records as records
from tocsin.log.base import Batch, Draft, FencedError, Record
from tocsin.log.bell import Bell
from tocsin.log.sqlite_schema import Layout
from tocsin.log.sqlite_thread import SqliteThread

_WATCH_EVERY = 1.0  # seconds between looks at whether the other members still live


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """What a subscription shares with its log."""

    writer: SqliteThread
    reader: SqliteThread
    layout: Layout
    clock: Clock
    bell: Bell
    lease: float


class _Cursor(msgspec.Struct):
    """How far one owned partition is committed and fetched; between them lies what is in hand."""

    committed: int
    fetched: int


class _View(msgspec.Struct, frozen=True):
    """What one look at the file brought. ``passed`` holds positions of partitions where compaction left only gaps."""

    generation: int
    batch: Batch | None
    passed: dict[int, int]


class SqliteSubscription:
    """Implements ``Subscription``. Leases run on the log's clock; ``wait`` is real time."""

    def __init__(self, engine: Engine, member: groups.Member) -> None:
        self._engine = engine
        self._member = member
        self._cursors: dict[int, _Cursor] = {}  # in the order of serving: whoever was served goes last
        self._generation = 0
        self._surplus = 0  # partitions to let go as soon as nothing of them is in hand
        self._watch_at = engine.clock.now()
        self._renew_at = engine.clock.now()
        self._is_fenced = False

    async def fetch(self, limit: int, wait: float) -> Batch | None:
        """See ``Subscription.fetch``."""
        until = asyncio.get_running_loop().time() + wait
        had = set(self._cursors)
        while True:
            mark = self._engine.bell.mark()
            await self._keep_membership()
            view = await self._engine.reader.run(partial(self._look, limit=limit, served=self._served()))
            if view.generation != self._generation:
                await self.balance()
                continue
            self._go_on(view)
            left = until - asyncio.get_running_loop().time()
            if view.batch is not None or left <= 0 or set(self._cursors) != had:
                return view.batch
            await self._engine.bell.heard(mark, left)

    async def commit(self, topic: str, partition: int, next_position: int, outputs: Sequence[Draft] = ()) -> None:
        """See ``Subscription.commit``."""
        partition_id = self._engine.layout.partition_id(topic, partition)
        if self._is_fenced or partition_id not in self._cursors:
            raise FencedError(f"{topic}[{partition}] is not ours; nothing was written")
        work = partial(self._write, partition=partition_id, position=next_position, outputs=outputs)
        try:
            await self._engine.writer.run(work)
        except FencedError:
            self._is_fenced = True
            raise
        cursor = self._cursors[partition_id]
        cursor.committed = next_position
        cursor.fetched = max(cursor.fetched, next_position)
        self._renew_at = self._next_renewal()

    async def rewind(self, topic: str, partition: int) -> None:
        """See ``Subscription.rewind``."""
        partition_id = self._engine.layout.partition_id(topic, partition)
        if partition_id in self._cursors:
            # By way of the writer: a commit whose caller was cancelled may still be on its way.
            committed = await self._engine.writer.run(
                partial(groups.start, group=self._member.group, partition=partition_id)
            )
            self._cursors[partition_id] = _Cursor(committed, committed)

    def assigned(self) -> frozenset[tuple[str, int]]:
        """See ``Subscription.assigned``."""
        return frozenset(self._engine.layout.named(partition_id) for partition_id in self._cursors)

    async def leave(self) -> None:
        """Free the partitions at once rather than at the end of the lease."""
        self._is_fenced = True
        await self._engine.writer.run(partial(groups.leave, group=self._member.group, member=self._member.id))

    async def _keep_membership(self) -> None:
        """Renew the lease in time, and see now and then whether a member died."""
        if self._is_fenced:
            raise FencedError("this member's partitions belong to others now: subscribe again")
        now = self._engine.clock.now()
        if now >= self._renew_at or (self._surplus > 0 and self._idle()):
            await self.balance()
        elif now >= self._watch_at:
            self._watch_at = now + timedelta(seconds=min(_WATCH_EVERY, self._engine.lease / 3))
            if await self._engine.reader.run(self._find_dead):
                await self.balance()

    async def balance(self) -> None:
        """Take or let go of partitions, to come to a fair share."""
        idle = self._idle()
        now = self._engine.clock.now()
        try:
            holding = await self._engine.writer.run(
                partial(
                    groups.balance,
                    member=self._member,
                    idle=idle,
                    now=records.stamp(now),
                    expires=self._expiry(now),
                )
            )
        except FencedError:
            self._is_fenced = True
            raise
        kept = {p: cursor for p, cursor in self._cursors.items() if p in holding.positions}
        new = {p: _Cursor(at, at) for p, at in holding.positions.items() if p not in kept}
        self._cursors = kept | new
        self._generation = holding.generation
        self._surplus = holding.surplus
        self._renew_at = self._next_renewal()

    def _idle(self) -> set[int]:
        """Return the partitions with nothing in hand."""
        return {partition for partition, cursor in self._cursors.items() if cursor.committed >= cursor.fetched}

    def _go_on(self, view: _View) -> None:
        """Move the cursors past what was fetched; the partition just served goes to the end of the turn."""
        for partition, position in view.passed.items():
            cursor = self._cursors[partition]
            if cursor.committed == cursor.fetched:  # then there is nothing to commit either
                cursor.committed = position
            cursor.fetched = position
        if view.batch is not None:
            served = self._engine.layout.partition_id(view.batch.topic, view.batch.partition)
            cursor = self._cursors.pop(served)
            cursor.fetched = view.batch.next_position
            self._cursors[served] = cursor

    def _served(self) -> list[tuple[int, int]]:
        return [(partition, cursor.fetched) for partition, cursor in self._cursors.items()]

    def _expiry(self, now: datetime) -> str:
        return records.stamp(now + timedelta(seconds=self._engine.lease))

    def _next_renewal(self) -> datetime:
        return self._engine.clock.now() + timedelta(seconds=self._engine.lease / 3)

    # --- what runs on the log's threads ------------------------------------------------------------------------------

    def _look(self, connection: sqlite3.Connection, limit: int, served: Sequence[tuple[int, int]]) -> _View:
        """Return the next records of the first partition in turn that has some."""
        passed: dict[int, int] = {}
        generation = groups.generation(connection, self._member.group)
        for partition, position in served:
            end = records.span(connection, partition).next
            if position >= end:
                continue
            found = records.page(connection, self._engine.layout, partition, position, end, limit)
            if found:
                return _View(generation, _batch(found, end, limit), passed)
            passed[partition] = end
        return _View(generation, None, passed)

    def _find_dead(self, connection: sqlite3.Connection) -> list[int]:
        now = records.stamp(self._engine.clock.now())
        return groups.dead_members(connection, self._member.group, now, but=self._member.id)

    def _write(self, connection: sqlite3.Connection, partition: int, position: int, outputs: Sequence[Draft]) -> None:
        groups.move(connection, self._member, partition, position)
        now = self._engine.clock.now()
        groups.renew(connection, self._member.id, self._expiry(now))
        records.append(connection, self._engine.layout, outputs, records.stamp(now))


def _batch(found: tuple[Record, ...], end: int, limit: int) -> Batch:
    """Make a batch; one shorter than its limit was read to the end, gaps behind its last record included."""
    last = found[-1]
    after = last.position + 1 if len(found) == limit else end
    return Batch(topic=last.topic, partition=last.partition, records=found, next_position=after)
