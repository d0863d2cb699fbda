"""What the log's contract tests share: their topics, the store that they are given, and short ways to read it."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol

from tocsin.clock import Clock, ManualClock
from tocsin.log.base import Batch, Draft, EventLog, Record, Subscription
from tocsin.topics import Topic

START = datetime(2016, 11, 3, 12, 0, tzinfo=UTC)
LEASE = 30.0
EVENTS, OUTPUTS, STATES, LINE = "test.events", "test.outputs", "test.states", "test.line"
TOPICS = (
    Topic(EVENTS, 4, timedelta(days=10)),
    Topic(OUTPUTS, 2, None),
    Topic(STATES, 2, None, is_compacted=True),
    Topic(LINE, 1, None),
)


class Store(Protocol):
    """Where one test's records live. Each ``open`` gives another handle on it, as another process would have.

    ``patience`` is how many seconds a member may need to hear of the others.
    """

    clock: ManualClock
    patience: float

    async def open(self, clock: Clock | None = None) -> EventLog: ...

    async def outlast_leases(self) -> None:
        """Let so much time pass that whoever was silent meanwhile has lost its partitions."""
        ...

    async def maintain(self, log: EventLog, now: datetime) -> None:
        """Apply retention and compaction, or wait until those whose task it is have done so."""
        ...


def a_draft(id_: str = "1", *, topic: str = EVENTS, key: str = "k", value: bytes = b"{}") -> Draft:
    """Return a record to append."""
    return Draft(
        topic=topic, key=key, id=id_, type="test.happened.v1", source="test", time=START, correlation="c", value=value
    )


def drafts(count: int, *, topic: str = EVENTS, keys: int = 7, prefix: str = "") -> list[Draft]:
    """Return numbered records over several keys."""
    return [a_draft(f"{prefix}{number}", topic=topic, key=f"k{number % keys}") for number in range(count)]


async def read_partition(log: EventLog, topic: str, partition: int) -> list[Record]:
    """Return what is kept of a partition."""
    start = (await log.starts(topic))[partition]
    return [record async for record in log.read(topic, partition, start)]


async def read_all(log: EventLog, topic: str) -> list[Record]:
    """Return what is kept of a topic, partition by partition."""
    return [
        record for number in range(await log.partitions(topic)) for record in await read_partition(log, topic, number)
    ]


async def ids(log: EventLog, topic: str) -> list[str]:
    """Return the ids kept in a topic, sorted."""
    return sorted(record.id for record in await read_all(log, topic))


async def fetch_all(subscription: Subscription, limit: int = 100) -> list[Batch]:
    """Fetch until nothing comes."""
    batches = []
    while batch := await subscription.fetch(limit, 0):
        batches.append(batch)
    return batches


async def consume(subscription: Subscription, limit: int = 100) -> list[Record]:
    """Fetch and commit until nothing comes."""
    done: list[Record] = []
    while batch := await subscription.fetch(limit, 0):
        await subscription.commit(batch.topic, batch.partition, batch.next_position)
        done += batch.records
    return done


async def settle(subscriptions: Sequence[Subscription], patience: float) -> None:
    """Let members that have nothing to read come to their fair shares."""
    for _ in range(3):
        for subscription in subscriptions:
            await subscription.fetch(1, patience)
