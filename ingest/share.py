"""This worker's share of the feeds, and the one way to write what polling them brought."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zlib import crc32

import structlog

from ingest.catalogue import Feed
from tocsin.log.base import Draft, EventLog, FencedError, LogUnavailableError, Subscription

GROUP, TOPIC = "ingest", "tocsin.feeds"
_LOOK_EVERY = 0.25  # seconds between looks at the membership while nothing is written
_AGAIN = 2.0  # seconds before the group is joined again after trouble
_RECORDS = 500  # of the topic passed over at a time: only their partition counts here

log_line = structlog.get_logger("ingest")


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """The time for which this worker owns one partition without a break.

    Who loses a partition and gets it back has another hold: what was known under the first may have been overtaken.
    """

    partition: int


@dataclass(frozen=True, slots=True)
class _Job:
    """What one poll brought, and the word that it is written."""

    hold: Hold
    drafts: Sequence[Draft]
    written: "asyncio.Future[None]"


def home(feed: Feed, partitions: int) -> int:
    """Return the partition whose owner polls a feed: that of its publisher, whose feeds show the same articles."""
    return crc32(feed.publisher.encode()) % partitions


class Share:
    """A member of the consumer group of all ingest workers; the partitions of ``tocsin.feeds`` stand for the feeds.

    The log's fence is the whole protection: what was polled under a hold is written under it or not at all. Trouble of
    any kind ends all holds; the group is then joined again, and what was known must be restored from the log.
    """

    def __init__(self, log: EventLog, *, seconds: float, on_change: Callable[[], None], again: float = _AGAIN) -> None:
        """``seconds`` is for each call of the log; ``on_change`` is called when holds came or went."""
        self._log = log
        self._seconds = seconds
        self._on_change = on_change
        self._again = again
        self._partitions = 1
        self._holds: dict[int, Hold] = {}
        self._positions: dict[int, int] = {}  # the group's, in each partition held
        self._jobs: list[_Job] = []
        self._asked = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Be a member until ``stop`` is set; what was asked for by then is written first."""
        while not stop.is_set():
            try:
                self._partitions = await self._log.partitions(TOPIC)
                async with self._log.subscribe(GROUP, [TOPIC]) as subscription:
                    await self._keep(subscription, stop)
            except (FencedError, LogUnavailableError, TimeoutError) as error:
                log_line.warning("feeds let go", error=f"{type(error).__name__}: {error}", again_in=self._again)
                await _until(stop, self._again)

    def hold_of(self, feed: Feed) -> Hold | None:
        """Return the hold under which this worker may poll a feed now; None: it is another's, or nobody's yet."""
        return self._holds.get(home(feed, self._partitions))

    def is_held(self, hold: Hold) -> bool:
        """Tell whether a hold still lasts, as far as this worker knows."""
        return self._holds.get(hold.partition) is hold

    async def append(self, hold: Hold, drafts: Sequence[Draft]) -> None:
        """Append all or none, durably. Raises FencedError when the hold is over: restore what is known and poll again.

        A call that was cancelled may still write.
        """
        if not self.is_held(hold):
            raise FencedError("the hold has ended; nothing was written")
        job = _Job(hold, drafts, asyncio.get_running_loop().create_future())
        self._jobs.append(job)
        self._asked.set()
        await job.written

    # --- the one task that uses the subscription ---------------------------------------------------------------------

    async def _keep(self, subscription: Subscription, stop: asyncio.Event) -> None:
        try:
            await self._follow(subscription)
            while not stop.is_set():
                await self._turn(subscription)
                await _until(self._asked, _LOOK_EVERY)
            await self._write(subscription, set())
        finally:  # before the partitions are given back
            self._hold_only(set())

    async def _turn(self, subscription: Subscription) -> None:
        """Show that this worker lives, take or lose partitions, and write what was asked for."""
        self._asked.clear()
        async with asyncio.timeout(self._seconds):
            batch = await subscription.fetch(_RECORDS, 0)
            await self._follow(subscription)
        passed = set()
        if batch is not None:
            passed.add(batch.partition)
            self._positions[batch.partition] = max(self._positions[batch.partition], batch.next_position)
        await self._write(subscription, passed)

    async def _follow(self, subscription: Subscription) -> None:
        """Hold what is assigned now. What a new partition has so far is passed over: nobody reads it here."""
        owned = {partition for _, partition in subscription.assigned()}
        if owned == self._holds.keys():
            return
        ends = await self._log.ends(TOPIC)
        for partition in owned - self._holds.keys():
            await subscription.commit(TOPIC, partition, ends[partition])
            await subscription.rewind(TOPIC, partition)
            self._positions[partition] = ends[partition]
        self._hold_only(owned)

    def _hold_only(self, owned: set[int]) -> None:
        """Begin and end holds; who waits to write under one that ended is told."""
        if owned == self._holds.keys():
            return
        self._holds = {partition: self._holds.get(partition) or Hold(partition) for partition in owned}
        over = [job for job in self._jobs if not self.is_held(job.hold)]
        _settle(over, FencedError("the hold ended before this was known to be written"))
        self._jobs = [job for job in self._jobs if not job.written.done()]
        self._on_change()
        log_line.info("feeds shared", partitions=sorted(owned), of=self._partitions)

    async def _write(self, subscription: Subscription, passed: set[int]) -> None:
        """Write what was asked for, one commit a partition, and move the positions of partitions passed over."""
        jobs: dict[int, list[_Job]] = defaultdict(list, {partition: [] for partition in passed})
        for job in self._jobs:
            if not job.written.done():  # else the caller was cancelled
                jobs[job.hold.partition].append(job)
        for partition, some in jobs.items():
            await self._commit(subscription, partition, some)
        self._jobs = [job for job in self._jobs if not job.written.done()]

    async def _commit(self, subscription: Subscription, partition: int, jobs: Sequence[_Job]) -> None:
        drafts = [draft for job in jobs for draft in job.drafts]
        try:
            async with asyncio.timeout(self._seconds):
                await subscription.commit(TOPIC, partition, self._positions[partition], drafts)
        except ValueError as error:  # a record that no log takes: only the poll that brought it shall know
            if len(jobs) > 1:
                for job in jobs:
                    await self._commit(subscription, partition, [job])
            else:
                _settle(jobs, error)
        else:
            _settle(jobs, None)


def _settle(jobs: Sequence[_Job], error: Exception | None) -> None:
    for job in jobs:
        if job.written.done():
            continue
        if error is None:
            job.written.set_result(None)
        else:
            job.written.set_exception(error)


async def _until(event: asyncio.Event, seconds: float) -> None:
    """Wait for an event, for so many seconds at most."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
