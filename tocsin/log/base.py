"""The contract of the log. One suite (tests/contract) holds every implementation to it."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

import msgspec


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A record before it has a place in the log. Made by ``tocsin.codec.draft``."""

    topic: str
    key: str
    id: str
    type: str
    source: str
    time: datetime
    correlation: str
    value: bytes


class Record(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A record at its place. ``recorded`` is the log's own time of appending (UTC).

    Positions count from 0 in each partition, rise by at least one, and may have gaps (compaction, transactions).
    """

    topic: str
    partition: int
    position: int
    key: str
    id: str
    type: str
    source: str
    time: datetime
    correlation: str
    recorded: datetime
    value: bytes


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Consecutive records of one partition, in order. ``next_position`` is what to commit once all are done."""

    topic: str
    partition: int
    records: tuple[Record, ...]
    next_position: int


class FencedError(RuntimeError):
    """Another member owns the partition now: nothing was written. Drop all work in hand and subscribe again."""


class TruncatedError(RuntimeError):
    """Records after the wanted position were deleted by retention: a fold from there would be wrong."""


class LogUnavailableError(RuntimeError):
    """The log cannot be reached or written. Nothing was written; the same call may succeed later."""


class Subscription(Protocol):
    """One member of a consumer group. Each partition belongs to one live member of a group at a time.

    Members that die (or stop calling) lose their partitions to the others after the implementation's lease time.
    A subscription is used by one task at a time.
    """

    async def fetch(self, limit: int, wait: float) -> Batch | None:
        """Return the next records of one owned partition, at most ``limit``; None when ``wait`` seconds brought none.

        Each call goes on where the last one ended, and starts at the committed position after (re)assignment.
        Partitions with records are served in turn, so none starves. Partitions come and go only within this call,
        and go only when none of their fetched records is uncommitted; a call that changed the assignment returns
        without waiting (perhaps None), so that ``assigned`` shows every change. ``wait`` is real time.

        Raises FencedError when this member lost its partitions (it was silent past its lease), TruncatedError when
        retention deleted records that the group has not committed, LogUnavailableError when the log cannot be read.
        """
        ...

    async def commit(self, topic: str, partition: int, next_position: int, outputs: Sequence[Draft] = ()) -> None:
        """Append ``outputs`` and move the group's position, both or neither, durably.

        ``next_position`` may equal the committed one, to append outputs alone under the same fence.
        Raises FencedError when the partition is no longer ours, LogUnavailableError when nothing could be written.
        """
        ...

    async def rewind(self, topic: str, partition: int) -> None:
        """Go back to the committed position: the next fetch gives the uncommitted records again."""
        ...

    def assigned(self) -> frozenset[tuple[str, int]]:
        """Return the (topic, partition) pairs that this member owns now."""
        ...


class EventLog(Protocol):
    """Topics of ordered partitions. Records with one key are in one partition, in the order of their appending.

    What was appended stays until retention; ``append`` returns once it is durable (it survives a crash of the
    process and of the machine). Reading never sees a part of an append.
    """

    async def append(self, drafts: Sequence[Draft]) -> None:
        """Append all or none, across topics. Raises LogUnavailableError when nothing was written, KeyError for an
        unknown topic. A call that was cancelled may still write: ids from content make repeating it harmless.
        """
        ...

    def subscribe(self, group: str, topics: Sequence[str]) -> AbstractAsyncContextManager[Subscription]:
        """Join a consumer group; leaving frees its partitions. A group that never committed starts at the oldest."""
        ...

    def read(self, topic: str, partition: int, start: int, stop: int | None = None) -> AsyncIterator[Record]:
        """Yield records from ``start`` up to ``stop`` (exclusive; None: the end at call time), outside any group.

        Raises TruncatedError when ``start`` lies before the oldest kept record and records were deleted between
        (compacted topics never raise: they yield what is left).
        """
        ...

    async def latest(self, topic: str, key: str) -> Record | None:
        """Return the newest record of a key in a compacted topic. Raises ValueError for another topic."""
        ...

    async def latest_of(self, topic: str, keys: Collection[str]) -> Mapping[str, Record]:
        """Return ``latest`` of many keys at the cost of few; keys without a record are absent."""
        ...

    async def partitions(self, topic: str) -> int:
        """Return how many partitions a topic has. Raises KeyError for an unknown topic."""
        ...

    async def home(self, topic: str, key: str) -> int:
        """Return the partition that a key's records go to now. Raises KeyError for an unknown topic."""
        ...

    async def starts(self, topic: str) -> Mapping[int, int]:
        """Return, for each partition, the position of the oldest record that retention left (its end when none)."""
        ...

    async def ends(self, topic: str) -> Mapping[int, int]:
        """Return, for each partition, a position that divides what can be read now from all that comes later.

        Not always the one after the newest record: what stands before it may be no record (compaction, a broker's
        marks of transactions), so a reader of everything need not have reached it. Where nothing is left to read up
        to it, the partition was read to its end.
        """
        ...

    async def committed(self, group: str, topic: str) -> Mapping[int, int]:
        """Return the group's committed positions; partitions without one are absent."""
        ...

    async def maintain(self, now: datetime) -> None:
        """Apply retention and compaction. Harmless to call often and from several processes."""
        ...

    async def aclose(self) -> None:
        """Let go of everything. Harmless to call twice."""
        ...
