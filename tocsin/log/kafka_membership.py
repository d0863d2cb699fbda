"""One member of a consumer group: which partitions are ours, and when the others want them back.

It reads nothing: aiokafka's group consumer forgets its positions, and drops what it fetched, in every rebalance, so
reading has a client of its own (``kafka.Reader``).
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener
from aiokafka.coordinator.assignors.abstract import AbstractPartitionAssignor
from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment, ConsumerProtocolMemberMetadata

from tocsin.log.kafka import Connection, Place, our_errors, stop
from tocsin.log.kafka_shares import Claim, shares

_FOR_EVER = 2**31 - 1  # milliseconds


class _Assignor(AbstractPartitionAssignor):  # type: ignore[misc]  # aiokafka is untyped
    """Speaks ``shares`` to aiokafka. One object a member: what the member owns travels with its claim."""

    name = "tocsin-sticky"
    _version = 0

    def __init__(self) -> None:
        self._owned: frozenset[Place] = frozenset()

    def metadata(self, topics: Iterable[str]) -> Any:
        """Return this member's claim."""
        return ConsumerProtocolMemberMetadata(self._version, list(topics), msgspec.json.encode(sorted(self._owned)))

    def on_assignment(self, assignment: Any) -> None:
        """Remember what this member owns now."""
        self._owned = frozenset(Place(place.topic, place.partition) for place in assignment.partitions())

    def assign(self, cluster: Any, members: Mapping[str, Any]) -> dict[str, Any]:
        """Decide for the whole group: the brokers chose this member to do so."""
        claims = {
            member: Claim(frozenset(data.subscription), _owned(data.user_data)) for member, data in members.items()
        }
        topics = frozenset[str]().union(*(claim.topics for claim in claims.values()))
        places = [Place(topic, number) for topic in topics for number in cluster.partitions_for_topic(topic) or ()]
        return {id_: _assignment(self._version, share) for id_, share in shares(places, claims).items()}


def _owned(data: bytes) -> frozenset[Place]:
    return frozenset(Place(*place) for place in msgspec.json.decode(data, type=list[tuple[str, int]]))


def _assignment(version: int, share: Collection[Place]) -> Any:
    by_topic: dict[str, list[int]] = defaultdict(list)
    for place in sorted(share):
        by_topic[place.topic].append(place.partition)
    return ConsumerProtocolMemberAssignment(version, list(by_topic.items()), b"")


class Membership(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """One member of a consumer group. It tells which partitions are its own, and holds on to them until released.

    The brokers want all of a member's partitions back in each rebalance (aiokafka knows the eager protocol only):
    ``is_wanted_back`` says so, and the member joins again once ``release`` is called, or at once while ``is_held`` is
    not set: then nobody works on them. ``generation`` rises with every assignment. It stays a member while its process
    answers; whether the work makes progress is for others to watch.
    """

    def __init__(self, connection: Connection, group: str, *, session: float, patience: float, instance: str | None):
        self.generation = 0
        self.assigned: frozenset[Place] = frozenset()
        self.is_held = False
        self.is_wanted_back = False
        self.is_joining = True
        self._connection = connection
        self._released = asyncio.Event()
        self._changed = asyncio.Event()
        common = connection.common
        common["request_timeout_ms"] = int((connection.limit + patience) * 1000)  # joining waits for other members
        self._consumer: Any = AIOKafkaConsumer(
            **common,
            group_id=group,
            group_instance_id=instance,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=int(session * 1000),
            heartbeat_interval_ms=int(session * 1000 / 5),
            rebalance_timeout_ms=int(patience * 1000),
            max_poll_interval_ms=_FOR_EVER,
            partition_assignment_strategy=[_Assignor()],
            max_partition_fetch_bytes=1,
        )

    async def join(self, topics: Sequence[str]) -> None:
        """Ask to be let in; ``generation`` rises when that has happened."""
        with our_errors("joining the group"):
            async with asyncio.timeout(self._connection.limit):
                await self._consumer.start()
        self._consumer.subscribe(list(topics), listener=self)

    def check(self) -> None:
        """Raise what membership died of, if it did."""
        with our_errors("keeping the group's membership"):
            self._consumer._coordinator.check_errors()

    async def change(self, seconds: float) -> None:
        """Return when an assignment came or is wanted back, at most ``seconds`` later."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
        self._changed.clear()

    def release(self) -> None:
        """Give the partitions back and join again."""
        self.is_wanted_back = False
        self.is_joining = True
        self._released.set()

    async def on_partitions_revoked(self, revoked: Collection[object]) -> None:
        """Hold the brokers off until whoever works on the partitions released them."""
        self.is_wanted_back = self.is_held
        self.is_joining = not self.is_held
        if self.is_held:
            self._released.clear()
            self._changed.set()
            await self._released.wait()

    async def on_partitions_assigned(self, assigned: Collection[Any]) -> None:
        """Note the new assignment. The group's consumer itself must never fetch: the partitions are paused."""
        self._consumer.pause(*assigned)
        self.assigned = frozenset(Place(place.topic, place.partition) for place in assigned)
        self.generation += 1
        self.is_joining = False
        self._changed.set()

    async def leave(self) -> None:
        """Leave the group at once (a static member only goes silent, so that it may come back in time)."""
        self._released.set()
        await stop(self._consumer)
