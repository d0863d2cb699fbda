"""The embedded log: one SQLite file that several processes of one machine may share.

WAL mode with ``synchronous=FULL``: a commit is synced to disk before an append returns, so it survives a crash of
the machine (with NORMAL the newest commits may be lost then, though never torn). One thread writes, another
reads; the file's own lock orders the writers of different processes.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Self

from tocsin.clock import Clock, SystemClock
from tocsin.log import sqlite_groups as groups
from tocsin.log import sqlite_records as records
from tocsin.log.base import Draft, LogUnavailableError, Record, Subscription
from tocsin.log.bell import Bell
from tocsin.log.processes import this_process
from tocsin.log.sqlite_schema import LogMismatchError, Synchronous, connect, prepare
from tocsin.log.sqlite_subscription import Engine, SqliteSubscription
from tocsin.log.sqlite_thread import SqliteThread
from tocsin.topics import TOPICS, Topic

__all__ = ["LogMismatchError", "SqliteLog"]

_PAGE = 500  # records read at a time


class SqliteLog:
    """Implements ``EventLog``. Positions are dense from 0 in each partition (compaction then makes gaps)."""

    def __init__(self, engine: Engine, topics: Sequence[Topic]) -> None:
        """Use ``SqliteLog.open``."""
        self._engine = engine
        self._topics = topics

    @classmethod
    async def open(
        cls,
        path: Path,
        *,
        topics: Sequence[Topic] = TOPICS,
        partitions: int | None = None,
        lease: float = 30.0,
        clock: Clock | None = None,
        synchronous: Synchronous = "FULL",
        busy: float = 5.0,
    ) -> Self:
        """Open the log's file, made when missing (its folder too).

        ``partitions`` overrides every topic's count (a replay uses 1: then reading order is appending order);
        ``lease`` is how many seconds a silent member keeps its partitions, where its process cannot be asked;
        ``busy`` is how many seconds to wait for another process that writes.
        Raises LogMismatchError when the file was made with other topics, LogUnavailableError when it cannot be opened.
        """
        if partitions is not None:
            topics = [replace(topic, partitions=partitions) for topic in topics]
        bell = Bell(path)
        connection = partial(connect, path, synchronous, busy)
        writer = SqliteThread(path, connection, "BEGIN IMMEDIATE", afterwards=bell.ring)
        try:
            layout = await writer.run(partial(prepare, topics=topics))
        except BaseException:
            await writer.aclose()
            raise
        reader = SqliteThread(path, connection, "BEGIN")
        clock = clock or SystemClock()
        return cls(Engine(writer=writer, reader=reader, layout=layout, clock=clock, bell=bell, lease=lease), topics)

    async def append(self, drafts: Sequence[Draft]) -> None:
        """See ``EventLog.append``."""
        engine = self._engine
        if drafts:
            recorded = records.stamp(engine.clock.now())
            await engine.writer.run(partial(records.append, layout=engine.layout, drafts=drafts, recorded=recorded))

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[Subscription]:
        """See ``EventLog.subscribe``."""
        engine = self._engine
        ids = [engine.layout.first[topic] + n for topic in topics for n in range(engine.layout.partitions(topic))]
        expires = records.stamp(engine.clock.now() + timedelta(seconds=engine.lease))
        member = await engine.writer.run(
            lambda connection: groups.join(connection, group, " ".join(topics), ids, this_process(), expires)
        )
        subscription = SqliteSubscription(engine, member)
        try:
            await subscription.balance()
            yield subscription
        finally:
            with suppress(LogUnavailableError):  # the lease, or this process's end, frees the partitions all the same
                await subscription.leave()

    async def read(self, topic: str, partition: int, start: int, stop: int | None = None) -> AsyncIterator[Record]:
        """See ``EventLog.read``."""
        engine, id_ = self._engine, self._engine.layout.partition_id(topic, partition)
        end = (await engine.reader.run(partial(records.span, partition=id_))).next
        end = end if stop is None else min(end, stop)
        while start < end:
            page = await engine.reader.run(
                partial(records.page, layout=engine.layout, partition=id_, start=start, stop=end, limit=_PAGE)
            )
            for record in page:
                yield record
            if len(page) < _PAGE:
                return
            start = page[-1].position + 1

    async def latest(self, topic: str, key: str) -> Record | None:
        """See ``EventLog.latest``."""
        layout = self._engine.layout
        layout.partitions(topic)
        if topic not in layout.compacted:
            raise ValueError(f"{topic} is not compacted: the log keeps no newest record of its keys")
        return await self._engine.reader.run(partial(records.newest, layout=layout, topic=topic, key=key))

    async def latest_of(self, topic: str, keys: Collection[str]) -> Mapping[str, Record]:
        """See ``EventLog.latest_of``."""
        return {key: record for key in keys if (record := await self.latest(topic, key)) is not None}

    async def partitions(self, topic: str) -> int:
        """See ``EventLog.partitions``."""
        return self._engine.layout.partitions(topic)

    async def home(self, topic: str, key: str) -> int:
        """See ``EventLog.home``."""
        return self._engine.layout.named(self._engine.layout.for_key(topic, key))[1]

    async def starts(self, topic: str) -> Mapping[int, int]:
        """See ``EventLog.starts``."""
        return {number: span.oldest for number, span in (await self._spans(topic)).items()}

    async def ends(self, topic: str) -> Mapping[int, int]:
        """See ``EventLog.ends``."""
        return {number: span.next for number, span in (await self._spans(topic)).items()}

    async def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """See ``EventLog.committed``."""
        ids = self._ids(topic)
        found = await self._engine.reader.run(
            lambda connection: {n: groups.position(connection, group, id_) for n, id_ in enumerate(ids)}
        )
        return {number: position for number, position in found.items() if position is not None}

    async def maintain(self, now: datetime) -> None:
        """See ``EventLog.maintain``."""
        for topic in self._topics:
            for id_ in self._ids(topic.name):
                if topic.is_compacted:
                    await self._repeat(partial(records.drop_superseded, partition=id_))
                if topic.retention is not None:
                    cutoff = records.stamp(now - topic.retention)
                    await self._repeat(partial(records.drop_expired, partition=id_, cutoff=cutoff))
        await self._repeat(records.give_back)

    async def aclose(self) -> None:
        """See ``EventLog.aclose``."""
        await self._engine.writer.aclose()
        await self._engine.reader.aclose()

    def _ids(self, topic: str) -> range:
        first = self._engine.layout.first.get(topic, 0)
        return range(first, first + self._engine.layout.partitions(topic))

    async def _spans(self, topic: str) -> Mapping[int, records.Span]:
        ids = self._ids(topic)
        return await self._engine.reader.run(
            lambda connection: {number: records.span(connection, id_) for number, id_ in enumerate(ids)}
        )

    async def _repeat(self, work: Callable[[sqlite3.Connection], bool]) -> None:
        """Run work in transactions of its own until nothing is left, so that appends get in between."""
        while await self._engine.writer.run(work):
            pass
