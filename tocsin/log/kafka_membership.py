"""One member of a consumer group: which partitions are ours, and when the others want them back.

It reads nothing: aiokafka's group consumer forgets its positions, and drops what it fetched, in every rebalance, so
reading has a client of its own (``kafka.Reader``).
"""

import asyncio
import contextlib
from collections.abc import Collection, Sequence
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener

from tocsin.log.kafka import Connection, Place, our_errors, stop

_FOR_EVER = 2**31 - 1  # milliseconds


class Membership(ConsumerRebalanceListener):  # type: ignore[misc]  # aiokafka is untyped
    """One member of a consumer group. It tells which partitions are its own, and holds on to them until released.

    The brokers want all of a member's partitions back in each rebalance (aiokafka knows the eager protocol only):
    ``is_wanted_back`` says so, and the member joins again once ``release`` is called. ``generation`` rises with every
    assignment. It stays a member while its process answers; whether the work makes progress is for others to watch.
    """

    def __init__(self, connection: Connection, group: str, *, session: float, patience: float, instance: str | None):
        self.generation = 0
        self.assigned: frozenset[Place] = frozenset()
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
        self.is_wanted_back = bool(revoked)
        self.is_joining = not revoked
        if revoked:
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
