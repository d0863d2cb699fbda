"""A member of a consumer group on Kafka.

Each partition has a transactional producer of its own, whose id is the group's and the partition's: opening it, when
the partition is assigned, ends whoever wrote for the partition before, and only then is the position read. That is
the whole fence; it holds against a member that was paused, cut off or simply late (KIP-98, "zombie fencing").
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Sequence, Set

import msgspec

from tocsin.clock import Clock
from tocsin.log.base import Batch, Draft, FencedError, LogUnavailableError, TruncatedError
from tocsin.log.kafka import Connection, Consumed, Message, Place, Reader, Writer
from tocsin.log.kafka_admin import Admin
from tocsin.log.kafka_lane import Lane
from tocsin.log.kafka_membership import Membership
from tocsin.log.kafka_names import Names

_SILENT = "this member was silent past its lease, and its partitions went to others: subscribe again"
_TICK = 0.25  # seconds between looks at the membership while waiting for records
_PUT_OFF = 0.02  # seconds by which aiokafka puts outputs off that come before the brokers have marked the last ones
_JOINING = 0.3  # seconds that even a call without a wait gives a rebalance to end


class Engine(msgspec.Struct, frozen=True, kw_only=True):
    """What a subscription shares with its log.

    ``reader`` asks for positions and never reads; ``commits`` notes each group's positions as this process moved them.
    """

    connection: Connection
    names: Names
    clock: Clock
    admin: Admin
    lease: float
    reader: Reader
    commits: dict[tuple[str, Place], int]


class KafkaSubscription:
    """Implements ``Subscription``. ``lease`` is real time: a member silent for longer leaves its group."""

    def __init__(self, engine: Engine, group: str, membership: Membership, reader: Reader) -> None:
        self._engine = engine
        self._group = group
        self._membership = membership
        self._reader = reader
        self._lanes: dict[Place, Lane] = {}  # in the order of serving: whoever was served goes last
        self._ready: deque[tuple[Place, list[Message], int]] = deque()  # came while waiting; with the position after
        self._generation = 0
        self._fence = ""  # why this member may do nothing any more
        self._called = self._looked = _now()  # when somebody called, and when the brokers were asked for the ends
        self._watch = asyncio.create_task(self._watch_lease(), name=f"tocsin-log: lease in {group}")

    async def fetch(self, limit: int, wait: float) -> Batch | None:
        """See ``Subscription.fetch``. None also says that all owned partitions were read to the end that they had."""
        began = _now()
        while True:
            self._touch()
            self._membership.check()
            if await self._keep_membership():
                wait = 0
            if self._lanes and _now() > self._looked + self._engine.connection.limit / 4:
                await self._is_at_end()
            batch = None if self._is_stopping() else await self._serve(limit)
            if batch is not None:
                return batch
            left = began + wait - _now()
            if left <= 0 and await self._may_say_none(began):
                return None
            await self._wait(limit, min(max(left, 0.01), _TICK))

    async def commit(self, topic: str, partition: int, next_position: int, outputs: Sequence[Draft] = ()) -> None:
        """See ``Subscription.commit``. After an error of any kind this member is fenced: its producer is spent."""
        names, recorded = self._engine.names, self._engine.clock.now()
        messages = [names.message(draft, recorded) for draft in outputs]
        place = names.place(topic, partition)
        lane = self._lanes.get(place)
        self._touch()
        if lane is None:
            raise FencedError(f"{topic}[{partition}] is not ours; nothing was written")
        await self._write(place, lane, next_position, messages)
        self._called = _now()

    async def _write(self, place: Place, lane: Lane, position: int, messages: Sequence[Message]) -> None:
        try:
            if _now() < lane.wrote + _PUT_OFF:
                await self._engine.reader.until_stable(lane.written, _PUT_OFF)
            lane.written = await lane.writer.transact(messages, Consumed(self._group, place, position))
        except BaseException as error:
            self._fence = f"a commit of {place.topic}[{place.partition}] failed ({error}): subscribe again"
            raise
        lane.committed = position
        lane.read = max(lane.read, position)
        self._engine.commits[self._group, place] = position
        lane.wrote = _now()
        self._engine.reader.expect(lane.written)

    async def rewind(self, topic: str, partition: int) -> None:
        """See ``Subscription.rewind``."""
        place = self._engine.names.place(topic, partition)
        lane = self._lanes.get(place)
        if lane is not None:
            self._forget({place})
            lane.go_back()
            self._reader.seek(place, lane.committed)

    def assigned(self) -> frozenset[tuple[str, int]]:
        """See ``Subscription.assigned``."""
        return frozenset(self._engine.names.plain(place) for place in self._lanes)

    async def leave(self) -> None:
        """Give the partitions back and let go of every connection."""
        if self._fence != _SILENT:  # else it is leaving already
            self._watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._watch
        self._fence = "this member has left its group"
        writers = [lane.writer for lane in self._lanes.values()]
        await asyncio.gather(self._membership.leave(), self._reader.aclose(), *(writer.aclose() for writer in writers))

    # --- membership --------------------------------------------------------------------------------------------------

    async def _watch_lease(self) -> None:
        """Leave the group when nobody called for a lease: a worker that hangs must not keep its partitions."""
        while (left := self._left_of_lease()) > 0:  # noqa: ASYNC110 (every call moves the end)
            await asyncio.sleep(left)
        self._fence = _SILENT
        await self._membership.leave()

    def _left_of_lease(self) -> float:
        """Return seconds. Who owns nothing keeps nothing from others, and may be silent for ever."""
        return self._called + self._engine.lease - _now() if self._lanes else self._engine.lease

    def _touch(self) -> None:
        if self._fence:
            raise FencedError(self._fence)
        self._called = _now()

    def _is_idle(self) -> bool:
        """Tell whether nothing is in hand."""
        return all(lane.is_idle() for lane in self._lanes.values())

    def _is_stopping(self) -> bool:
        """Tell whether nothing more may be served: the partitions are wanted back, or were given back."""
        return self._membership.is_wanted_back or self._membership.is_joining

    async def _keep_membership(self) -> bool:
        """Give partitions back or take new ones over; tell whether the assignment changed."""
        membership = self._membership
        if membership.is_wanted_back and self._is_idle():
            membership.release()
        if membership.generation == self._generation or membership.is_joining or not self._is_idle():
            return False
        generation, had = membership.generation, set(self._lanes)
        await self._take_over(membership.assigned)
        self._generation = generation
        return had != set(self._lanes)

    async def _take_over(self, assigned: frozenset[Place]) -> None:
        """Let go of what went to others, fence what is new and find its positions, and read on in all."""
        gone = self._lanes.keys() - assigned
        new = assigned - self._lanes.keys()
        self._forget(self._lanes.keys())  # the reader starts anew at what was handed out
        await asyncio.gather(*(self._lanes.pop(place).writer.aclose() for place in gone))
        writers = await self._fenced(new)
        try:
            positions = await self._positions(new)
        except BaseException:
            await asyncio.gather(*(writer.aclose() for writer in writers.values()))
            raise
        for place in sorted(new):
            at = positions[place]
            self._lanes[place] = Lane(writers[place], committed=at, handed=at, read=at)
        self._membership.is_held = bool(self._lanes)
        self._reader.assign({place: lane.read_on() for place, lane in self._lanes.items()})

    async def _fenced(self, places: Set[Place]) -> dict[Place, Writer]:
        """Open the producers of some partitions, all or none."""
        opening = {
            place: asyncio.create_task(
                Writer.open(self._engine.connection, f"{self._group}-{place.topic}-{place.partition}")
            )
            for place in places
        }
        try:
            await asyncio.gather(*opening.values())
        except BaseException:
            for outcome in await asyncio.gather(*opening.values(), return_exceptions=True):
                if isinstance(outcome, Writer):
                    await outcome.aclose()
            raise
        return {place: task.result() for place, task in opening.items()}

    async def _positions(self, places: Set[Place]) -> dict[Place, int]:
        """Return where to go on: the committed position, else the oldest record."""
        if not places:
            return {}
        starts = await self._engine.reader.starts(places)
        committed = await self._engine.admin.committed(self._group, places)
        for place, position in committed.items():
            topic, partition = self._engine.names.plain(place)
            if position < starts[place] and not self._engine.names.topic(topic).is_compacted:
                raise TruncatedError(
                    f"group {self._group!r} goes on at {topic}[{partition}]@{position}, but retention deleted what "
                    f"lay before {starts[place]}"
                )
        return {place: max(starts[place], committed.get(place, 0)) for place in places}

    # --- reading -----------------------------------------------------------------------------------------------------

    async def _serve(self, limit: int) -> Batch | None:
        """Return the next records of the first partition in turn that has some."""
        if self._ready:
            place, messages, after = self._ready.popleft()
            if len(messages) > limit:
                self._ready.appendleft((place, messages[limit:], after))
                messages, after = messages[:limit], messages[limit].offset
            return self._hand_out(place, messages, after)
        for place in list(self._lanes):
            messages = await self._reader.take(place, limit)
            after = await self._reader.position(place)
            if messages:
                return self._hand_out(place, messages, after)
            self._pass_over(place, after)
        return None

    def _pass_over(self, place: Place, after: int) -> None:
        """Note that the client gave nothing of a partition, but perhaps a gap. Raises when it has owed some for long.

        It may do so for ever, and say nothing, while it gives other partitions' records (aiokafka #847, #1037).
        """
        lane = self._lanes[place]
        lane.pass_gap(after)
        if (seconds := lane.starves(_now())) > self._engine.connection.limit:
            topic, partition = self._engine.names.plain(place)
            raise LogUnavailableError(
                f"the brokers have records of {topic}[{partition}] from {after} on, and gave none for {seconds:.0f} s"
            )

    def _hand_out(self, place: Place, messages: Sequence[Message], after: int) -> Batch:
        lane = self._lanes.pop(place)
        lane.hand_out(after)
        self._lanes[place] = lane
        topic, partition = self._engine.names.plain(place)
        records = tuple(self._engine.names.record(message) for message in messages)
        return Batch(topic=topic, partition=partition, records=records, next_position=after)

    async def _wait(self, limit: int, seconds: float) -> None:
        """Wait for records, or for the membership to change. What comes is kept for the next look."""
        if self._is_stopping() or not self._lanes:
            await self._membership.change(seconds)
            return
        for place, messages in (await self._reader.wait(seconds, limit)).items():
            self._ready.append((place, messages, await self._reader.position(place)))

    async def _may_say_none(self, began: float) -> bool:
        """Tell whether a call whose wait is over may return nothing."""
        if self._membership.is_joining:
            return _now() >= began + _JOINING
        if self._membership.is_wanted_back or not self._lanes:
            return True
        if not await self._is_at_end():
            return False
        await self._commit_gaps()
        return True

    async def _is_at_end(self) -> bool:
        """Tell whether all that the brokers have was handed out; note which partitions are behind."""
        self._looked = _now()
        ends = await self._engine.reader.ends(list(self._lanes))
        behind = [place for place, lane in self._lanes.items() if lane.look(ends[place], self._looked)]
        return not behind

    async def _commit_gaps(self) -> None:
        """Move positions over gaps that end their partitions, for nobody else will.

        Retention may delete a gap like anything else, and a position before it would then look like lost records.
        """
        for place, lane in self._lanes.items():
            if lane.is_idle() and lane.read > lane.committed:
                await self._write(place, lane, lane.read, ())

    def _forget(self, places: Set[Place]) -> None:
        """Drop what came of some partitions but was not handed out."""
        self._ready = deque(one for one in self._ready if one[0] not in places)


def _now() -> float:
    return asyncio.get_running_loop().time()
