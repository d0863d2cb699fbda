"""The log on Apache Kafka: one topic for each of ours, transactions for what must happen together.

What the brokers see: names with the log's prefix, CloudEvents in binary mode (``tocsin.codec``), the log's own time of
appending as each record's timestamp, the partition that Kafka's own clients would choose for a key.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from itertools import count
from typing import Self
from uuid import uuid4

from tocsin.clock import Clock, SystemClock
from tocsin.log import kafka_topics
from tocsin.log.base import Draft, LogUnavailableError, Record, Subscription, TruncatedError
from tocsin.log.kafka import Connection, Reader
from tocsin.log.kafka_admin import Admin
from tocsin.log.kafka_appender import Appender
from tocsin.log.kafka_membership import Membership
from tocsin.log.kafka_names import Names
from tocsin.log.kafka_newest import Newest
from tocsin.log.kafka_security import Security
from tocsin.log.kafka_subscription import Engine, KafkaSubscription
from tocsin.topics import TOPICS, Topic

__all__ = ["KafkaLog"]

_PAGE = 500  # records read at a time
_FIRST = 1.0  # seconds a new member waits for its partitions; others that still work on them may take longer
_SHORT, _LONG = 0.02, 0.5  # seconds the brokers wait for records: when reading what is there, when following a group
_MARKED, _SOON = 1.0, 0.005  # seconds: how long the brokers may take to show a commit of ours, and between looks


class KafkaLog:
    """Implements ``EventLog``. Positions have gaps: each transaction's end takes one of its own.

    ``LogUnavailableError`` from a write may come when the brokers went away in the middle of the commit itself: then
    the write may have happened. Ids from content make doing it again harmless, as for a cancelled call.
    """

    def __init__(self, engine: Engine, *, member: str | None, session: float) -> None:
        """Use ``KafkaLog.open``."""
        self._engine = engine
        self._member = member
        self._session = session
        self._taken: set[str] = set()  # names of static members that subscriptions have now
        self._readers: list[Reader] = []  # all that were opened to read with
        self._spare: list[Reader] = []  # those of them that nobody reads with
        writer = engine.names.wire(f"append-{member or uuid4()}")
        self._appender = Appender(engine.connection, writer, engine.reader)
        self._newest = Newest(self.ends, self.read)
        self._is_closed = False

    @classmethod
    async def open(
        cls,
        servers: str,
        *,
        topics: Sequence[Topic] = TOPICS,
        prefix: str = "",
        member: str | None = None,
        lease: float = 30.0,
        session: float = 10.0,
        limit: float = 20.0,
        replication: int | None = None,
        makes_topics: bool = True,
        security: Security | None = None,
        clock: Clock | None = None,
    ) -> Self:
        """Connect, and make the topics that are missing, or refuse to go on without them (``makes_topics`` False).

        ``prefix`` stands before every name on the brokers, so that several logs may share them; ``member`` is a name
        that this process keeps over restarts: with one, a restart within ``session`` seconds moves no partition;
        ``lease`` is how many seconds a member may be silent, and how long a rebalance waits for the slowest;
        ``session`` is how many seconds a dead process keeps its partitions; ``limit`` is for any one call;
        ``replication`` is how many replicas new topics get (None: the brokers' default).
        Raises TopicDriftError when a topic differs from its declaration, LogUnavailableError when no broker answers.
        """
        connection = Connection(servers=servers, limit=limit, security=security or Security())
        names = Names(topics, prefix)
        admin = await Admin.open(connection)
        try:
            if makes_topics:
                await kafka_topics.apply(admin, names, replication=replication)
            else:
                await kafka_topics.check(admin, names, replication=replication)
            reader = await Reader.open(connection, poll=_SHORT)
        except BaseException:
            await admin.aclose()
            raise
        clock = clock or SystemClock()
        engine = Engine(
            connection=connection, names=names, clock=clock, admin=admin, lease=lease, reader=reader, commits={}
        )
        return cls(engine, member=member, session=session)

    async def append(self, drafts: Sequence[Draft]) -> None:
        """See ``EventLog.append``."""
        recorded = self._engine.clock.now()
        messages = [self._engine.names.message(draft, recorded) for draft in drafts]
        if messages:
            await self._appender.append(messages)

    @asynccontextmanager
    async def subscribe(self, group: str, topics: Sequence[str]) -> AsyncIterator[Subscription]:
        """See ``EventLog.subscribe``."""
        engine, names = self._engine, self._engine.names
        wanted = [names.wire(names.topic(topic).name) for topic in topics]
        group = names.wire(group)
        async with AsyncExitStack() as stack:
            name = stack.enter_context(self._name_in(group))
            membership = Membership(
                engine.connection, group, session=self._session, patience=engine.lease, instance=name
            )
            stack.push_async_callback(membership.leave)
            await membership.join(wanted)
            await membership.change(_FIRST)
            reader = await Reader.open(engine.connection, poll=_LONG)
            subscription = KafkaSubscription(engine, group, membership, reader)
            stack.push_async_callback(subscription.leave)
            yield subscription

    async def read(self, topic: str, partition: int, start: int, stop: int | None = None) -> AsyncIterator[Record]:
        """See ``EventLog.read``."""
        place = self._engine.names.place(topic, partition)
        end = (await self._asking().ends([place]))[place]
        end = end if stop is None else min(end, stop)
        oldest = (await self._asking().starts([place]))[place]
        if start < oldest and not self._engine.names.topic(topic).is_compacted:
            raise TruncatedError(f"{topic}[{partition}]@{start}: retention deleted what lay before {oldest}")
        if start >= end:
            return
        reader = self._spare.pop() if self._spare else await self._another_reader()
        try:
            reader.assign({place: max(start, oldest)})
            async for message in reader.until(place, end, _PAGE):
                yield self._engine.names.record(message)
        finally:
            reader.assign({})
            self._spare.append(reader)

    async def latest(self, topic: str, key: str) -> Record | None:
        """See ``EventLog.latest``. The first call for a partition reads all of it, later ones what came since."""
        return (await self.latest_of(topic, [key])).get(key)

    async def latest_of(self, topic: str, keys: Collection[str]) -> Mapping[str, Record]:
        """See ``EventLog.latest_of``. Costs what ``latest`` does, once for each partition of the keys."""
        names = self._engine.names
        if not names.topic(topic).is_compacted:
            raise ValueError(f"{topic} is not compacted: the log keeps no newest record of its keys")
        by_partition: dict[int, set[str]] = defaultdict(set)
        for key in keys:
            by_partition[names.home(topic, key).partition].add(key)
        found: dict[str, Record] = {}
        for partition, some in by_partition.items():
            found |= await self._newest.find((topic, partition), some)
        return found

    async def partitions(self, topic: str) -> int:
        """See ``EventLog.partitions``."""
        return self._engine.names.topic(topic).partitions

    async def home(self, topic: str, key: str) -> int:
        """See ``EventLog.home``."""
        return self._engine.names.home(topic, key).partition

    async def starts(self, topic: str) -> Mapping[int, int]:
        """See ``EventLog.starts``."""
        found = await self._asking().starts(self._engine.names.places(topic))
        return {place.partition: position for place, position in sorted(found.items())}

    async def ends(self, topic: str) -> Mapping[int, int]:
        """See ``EventLog.ends``."""
        found = await self._asking().ends(self._engine.names.places(topic))
        return {place.partition: position for place, position in sorted(found.items())}

    async def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """See ``EventLog.committed``. Commits of this process are waited for: the brokers show them a moment late."""
        names = self._engine.names
        group, places = names.wire(group), names.places(topic)
        ours = {place: at for place in places if (at := self._engine.commits.get((group, place))) is not None}
        until = asyncio.get_running_loop().time() + _MARKED
        while True:
            found = await self._engine.admin.committed(group, places)
            late = any(found.get(place, -1) < position for place, position in ours.items())
            if not late or asyncio.get_running_loop().time() > until:
                return {place.partition: position for place, position in sorted(found.items())}
            await asyncio.sleep(_SOON)

    async def maintain(self, now: datetime) -> None:
        """Do nothing: the brokers apply the topics' retention and compaction themselves, by their own clock."""

    async def aclose(self) -> None:
        """See ``EventLog.aclose``."""
        if not self._is_closed:
            self._is_closed = True
            await self._appender.aclose()
            for reader in (*self._readers, self._engine.reader):
                await reader.aclose()
            await self._engine.admin.aclose()

    def _asking(self) -> Reader:
        if self._is_closed:
            raise LogUnavailableError("the log is closed")
        return self._engine.reader

    async def _another_reader(self) -> Reader:
        reader = await Reader.open(self._engine.connection, poll=_SHORT)
        self._readers.append(reader)
        return reader

    @contextmanager
    def _name_in(self, group: str) -> Iterator[str | None]:
        """Take the first free name of this process's members of a group, if they keep theirs over restarts.

        Whoever subscribes again after trouble gets the name it had, and so the brokers know it at once.
        """
        if self._member is None:
            yield None
            return
        names = (f"{group}-{self._member}-{number}" for number in count(1))
        name = next(name for name in names if name not in self._taken)
        self._taken.add(name)
        try:
            yield name
        finally:
            self._taken.discard(name)
