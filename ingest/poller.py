"""The shell of ingest: asks the feeds of its share that are due, and writes what each poll brought in one step."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

import structlog

from ingest.answer import Failed
from ingest.catalogue import Catalogue, Feed
from ingest.decide import decide
from ingest.fetch import Fetcher
from ingest.memory import Memory
from ingest.sandbox import Sandbox
from ingest.share import Hold, Share
from ingest.state import FeedState
from ingest.visit import Visits, address
from tocsin.clock import Clock
from tocsin.codec import draft
from tocsin.events import (
    ArticlePublished,
    ArticleRevised,
    ArticleWithdrawn,
    Fact,
    FeedFailed,
    FeedGone,
    FeedMoved,
    FeedSilent,
)
from tocsin.log.base import Draft, EventLog, FencedError, LogUnavailableError

_LOOK_AROUND = 5.0  # seconds between looks at the catalogue when nothing is due
_BUG_PAUSE = 300.0  # seconds before a feed is asked again whose poll broke

log_line = structlog.get_logger("ingest")

Append = Callable[[Sequence[Draft]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Charge:
    """A feed that this worker may poll, what is known of it under the same hold, and so when and where to ask it."""

    feed: Feed
    hold: Hold
    memory: Memory
    address: str
    due: datetime

    @property
    def host(self) -> str:
        """Who is asked."""
        return urlsplit(self.address).hostname or self.feed.id


class Poller:
    """Polls the catalogue's feeds, those of its share. Does not decide anything: ``ingest.decide`` does.

    The state of a feed advances only with the append that carries it, so a crash at any point loses nothing and
    publishes nothing twice. Several pollers on one log share the feeds by publisher (``ingest.share``). One host is
    asked by one task of a poller at a time.
    """

    def __init__(
        self,
        *,
        log: EventLog,
        catalogue: Callable[[], Catalogue],
        fetcher: Fetcher,
        sandbox: Sandbox,
        clock: Clock,
        concurrency: int = 32,
        log_seconds: float = 30.0,
        drain_seconds: float = 5.0,
        count: Callable[[Sequence[Draft]], None] = lambda _: None,
    ) -> None:
        """``count`` is told what was appended, once it was."""
        self._log = log
        self._catalogue = catalogue
        self._visits = Visits(fetcher, sandbox, clock)
        self._sandbox = sandbox
        self._clock = clock
        self._concurrency = concurrency
        self._drain_seconds = drain_seconds
        self._count = count
        self._wake = asyncio.Event()
        self._share = Share(log, seconds=log_seconds, on_change=self._wake.set)
        self._memories: dict[Hold, Memory] = {}
        self._alone = Memory(log)  # of feeds polled outside any share
        self._not_before: dict[str, datetime] = {}
        self._busy: dict[str, str] = {}  # feed id -> host, of polls under way
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set; polls under way get a few seconds to end, the rest is dropped unharmed."""
        is_over = asyncio.Event()
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._share.run(is_over), name="share of the feeds")
                while not stop.is_set():
                    self._wake.clear()
                    charges = await self._charges()
                    for charge in self._startable(charges):
                        self._launch(group, charge)
                    await self._pause(charges, stop)
                await self._drain()
                is_over.set()
        finally:
            await self._sandbox.aclose()

    async def poll_once(self, feed: Feed) -> None:
        """Poll one feed now, whatever its schedule says. Nobody else may poll the feed meanwhile: no fence is asked."""
        await self._poll(feed, self._alone, self._log.append)

    async def _poll(self, feed: Feed, memory: Memory, append: Append) -> None:
        (state,) = await memory.recall([feed], self._clock.now())
        outcome = await self._visits.ask(feed, state)
        statuses = {} if isinstance(outcome, Failed) else await self._visits.look_again(feed, state)
        after, facts = decide(
            feed, state, outcome, self._clock.now(), is_taken=memory.taken_from(feed), statuses=statuses
        )
        claimed = memory.claim(feed, facts)
        drafts = [draft(fact) for fact in sorted(facts, key=_turn)]
        try:
            await append(drafts)
        except BaseException:
            memory.disclaim(claimed)
            raise
        memory.keep(feed, after)
        self._count(drafts)
        _tell(facts)

    # --- what is polled when -----------------------------------------------------------------------------------------

    async def _charges(self) -> list[_Charge]:
        """Return the feeds of the share that no poll is under way for, all of them recalled; none without the log."""
        self._memories = {hold: memory for hold, memory in self._memories.items() if self._share.is_held(hold)}
        held: dict[Hold, list[Feed]] = defaultdict(list)
        for feed in self._catalogue().feeds:
            hold = self._share.hold_of(feed)
            if feed.enabled and hold is not None and feed.id not in self._busy:
                held[hold].append(feed)
        try:
            return [charge for hold, feeds in held.items() for charge in await self._recalled(hold, feeds)]
        except (LogUnavailableError, TimeoutError) as error:
            log_line.warning("log unavailable", error=str(error) or type(error).__name__)
            return []

    async def _recalled(self, hold: Hold, feeds: Sequence[Feed]) -> list[_Charge]:
        memory = self._memories.setdefault(hold, Memory(self._log))
        states = await memory.recall(feeds, self._clock.now())
        return [
            _Charge(feed, hold, memory, address(feed, state), self._due(feed, state))
            for feed, state in zip(feeds, states, strict=True)
        ]

    def _due(self, feed: Feed, state: FeedState) -> datetime:
        scheduled = state.rhythm.next_poll
        return max(scheduled, self._not_before.get(feed.id, scheduled))

    def _startable(self, charges: Sequence[_Charge]) -> list[_Charge]:
        now = self._clock.now()
        hosts = set(self._busy.values())
        chosen: list[_Charge] = []
        for charge in sorted(charges, key=lambda charge: charge.due):
            has_room = len(self._busy) + len(chosen) < self._concurrency
            if charge.due <= now and charge.host not in hosts and has_room:
                hosts.add(charge.host)
                chosen.append(charge)
        return chosen

    def _launch(self, group: asyncio.TaskGroup, charge: _Charge) -> None:
        self._busy[charge.feed.id] = charge.host
        task = group.create_task(self._guarded(charge), name=f"poll {charge.feed.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, charge: _Charge) -> None:
        feed = charge.feed
        try:
            await self._poll(feed, charge.memory, partial(self._share.append, charge.hold))
        except FencedError as error:
            log_line.info("poll dropped", feed=feed.id, reason=str(error))
        except Exception:  # the worker loop's boundary: a bug met by one feed must not stop the others
            self._not_before[feed.id] = self._clock.now() + timedelta(seconds=_BUG_PAUSE)
            log_line.exception("poll broke", feed=feed.id)
        finally:
            del self._busy[feed.id]
            self._wake.set()

    async def _pause(self, charges: Sequence[_Charge], stop: asyncio.Event) -> None:
        """Wait until something may be due: a time, the end of a poll, a change of catalogue or share, the stop."""
        now = self._clock.now()
        waits = [(charge.due - now).total_seconds() for charge in charges]
        # a feed that is due but whose host is busy waits for the end of that poll
        seconds = min([wait for wait in waits if wait > 0] + [_LOOK_AROUND])
        waiters = [
            asyncio.ensure_future(self._clock.sleep(seconds)),
            asyncio.ensure_future(self._wake.wait()),
            asyncio.ensure_future(stop.wait()),
        ]
        try:
            await asyncio.wait(waiters, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for waiter in waiters:
                waiter.cancel()
            await asyncio.gather(*waiters, return_exceptions=True)

    async def _drain(self) -> None:
        if self._tasks:
            _, late = await asyncio.wait(set(self._tasks), timeout=self._drain_seconds)
            for task in late:
                task.cancel()


def _turn(fact: Fact) -> tuple[bool, float]:
    """Return the sort key that puts new articles first, in the order of their publishing: feeds show the newest first.

    A backlog is then read as it happened. The rest keeps its order, behind them.
    """
    if not isinstance(fact, ArticlePublished):
        return True, 0.0
    return False, (fact.article.published or fact.article.observed).timestamp()


def _tell(facts: list[Fact]) -> None:
    """Say in the process log which articles came, and what an operator acts on; the rest is in the log's facts."""
    for fact in facts:
        if isinstance(fact, ArticlePublished | ArticleRevised):
            log_line.info(fact.wire, feed=fact.article.feed_id, title=fact.article.title, correlation=fact.article.id)
        elif isinstance(fact, ArticleWithdrawn):
            log_line.info(fact.wire, correlation=fact.article_id)
        elif isinstance(fact, FeedFailed):
            log_line.warning(
                "feed failed", feed=fact.feed_id, reason=fact.reason, detail=fact.detail, failures=fact.failures
            )
        elif isinstance(fact, FeedGone | FeedMoved | FeedSilent):
            log_line.warning(fact.wire, feed=fact.feed_id)
