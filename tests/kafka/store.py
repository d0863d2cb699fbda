"""Topics of its own on the session's broker for each test."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import pytest

from tests.contract.log_contract import START, STATES, TOPICS, Store, read_all
from tocsin.clock import Clock, ManualClock
from tocsin.log.base import EventLog
from tocsin.log.kafka import Connection, until
from tocsin.log.kafka_admin import Admin
from tocsin.log.kafka_log import KafkaLog
from tocsin.log.kafka_names import Names
from tocsin.log.kafka_topics import settings
from tools.kafka.cluster import Cluster

LEASE, SESSION = 6.0, 1.0  # seconds
_NUMBERS = itertools.count(1)


class KafkaStore:
    """Topics of its own on the session's broker, told apart by a prefix. Leases run in real time here."""

    def __init__(self, servers: str) -> None:
        self.clock = ManualClock(START)
        self.patience = 0.3
        self.names = Names(TOPICS, f"t{next(_NUMBERS)}-")
        self.opened: list[KafkaLog] = []
        self._servers = servers

    async def open(self, clock: Clock | None = None, member: str | None = None, session: float = SESSION) -> KafkaLog:
        """Return another handle on the topics; its group misses it after ``session`` seconds."""
        if not self.opened:
            await self._make_topics()
        log = await KafkaLog.open(
            self._servers,
            topics=TOPICS,
            prefix=self.names.prefix,
            member=member,
            lease=LEASE,
            session=session,
            limit=10,
            clock=clock or self.clock,
        )
        self.opened.append(log)
        return log

    async def outlast_leases(self) -> None:
        """Wait: the broker's time cannot be moved."""
        await asyncio.sleep(LEASE + SESSION)

    async def maintain(self, log: EventLog, now: datetime) -> None:
        """Delete what the broker's retention would, were it this late; wait for its cleaner to compact."""
        for topic in TOPICS:
            if topic.retention is not None:
                await self._delete(log, topic.name, now - topic.retention)
        async with asyncio.timeout(20):
            await until(lambda: _is_compact(log), every=0.05)

    async def _delete(self, log: EventLog, topic: str, cutoff: datetime) -> None:
        starts = dict(await log.ends(topic))
        kept = [record for record in await read_all(log, topic) if record.recorded >= cutoff]
        first = {record.partition: record.position for record in reversed(kept)}
        async with self.admin() as admin:
            await admin.delete_before({self.names.place(topic, n): at for n, at in (starts | first).items()})

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Admin]:
        """Speak to the broker directly."""
        admin = await Admin.open(Connection(servers=self._servers, limit=10))
        yield admin
        await admin.aclose()

    async def _make_topics(self) -> None:
        """Make them all at once, the compacted one so that its cleaner need not wait for a full segment."""
        quick = {"segment.ms": "1", "min.cleanable.dirty.ratio": "0"}
        async with self.admin() as admin, asyncio.TaskGroup() as group:
            for topic in TOPICS:
                chosen = settings(topic) | (quick if topic.is_compacted else {})
                group.create_task(admin.create(self.names.wire(topic.name), topic.partitions, -1, chosen))


async def _is_compact(log: EventLog) -> bool:
    keys = [record.key for record in await read_all(log, STATES)]
    return len(keys) == len(set(keys))


@pytest.fixture
async def store(cluster: Cluster) -> AsyncIterator[KafkaStore]:
    """New topics, whose handles are closed after the test."""
    store = KafkaStore(cluster.bootstrap)
    yield store
    for log in store.opened:
        await log.aclose()


_: type[Store] = KafkaStore
