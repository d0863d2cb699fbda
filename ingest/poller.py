"""The shell of ingest: asks the feeds that are due, and appends what each poll brought in one step."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from ingest import page_checks
from ingest.answer import Answer, Failed, Fetched, NotModified, Request
from ingest.catalogue import Catalogue, Feed
from ingest.decide import Outcome, Read, decide
from ingest.document import Page, ReadFeed, ReadPage, Unreadable
from ingest.fetch import Fetcher
from ingest.memory import restore
from ingest.revisions import Seen, compare
from ingest.sandbox import Sandbox
from ingest.state import FeedState
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
from tocsin.log.base import EventLog, LogUnavailableError

_PAGES_A_POLL = 25  # further new items of a full-text feed wait for the next poll, which comes at once
_LOOK_AROUND = 5.0  # seconds between looks at the catalogue when nothing is due
_LOG_PAUSE = 5.0  # seconds before a feed is asked again after the log could not be written

log_line = structlog.get_logger("ingest")


class Poller:
    """Polls the catalogue's feeds. Does not decide anything: ``ingest.decide`` does.

    The state of a feed advances only with the append that carries it, so a crash at any point loses nothing and
    publishes nothing twice. One host is asked by one task at a time.
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
    ) -> None:
        self._log = log
        self._catalogue = catalogue
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._clock = clock
        self._concurrency = concurrency
        self._log_seconds = log_seconds
        self._drain_seconds = drain_seconds
        self._states: dict[str, FeedState] = {}
        self._owners: dict[str, str] = {}  # article id -> the feed that speaks for it
        self._not_before: dict[str, datetime] = {}
        self._busy: dict[str, str] = {}  # feed id -> host, of polls under way
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Poll until ``stop`` is set; polls under way get a few seconds to end, the rest is dropped unharmed."""
        try:
            async with asyncio.TaskGroup() as group:
                while not stop.is_set():
                    self._wake.clear()
                    feeds = [feed for feed in self._catalogue().feeds if feed.enabled]
                    await self._remember(feeds)
                    for feed in self._startable(feeds):
                        self._launch(group, feed)
                    await self._pause(feeds, stop)
                await self._drain()
        finally:
            await self._sandbox.aclose()

    async def poll_once(self, feed: Feed) -> None:
        """Poll one feed now, whatever its schedule says, and append what it brought."""
        await self._remember([feed])
        state = self._states[feed.id]
        outcome = await self._ask(feed, state)
        statuses = {} if isinstance(outcome, Failed) else await self._look_again(feed, state)
        now = self._clock.now()
        after, facts = decide(feed, state, outcome, now, is_taken=self._taken_from(feed), statuses=statuses)
        claimed = self._claim(feed, facts)
        try:
            async with asyncio.timeout(self._log_seconds):
                await self._log.append([draft(fact) for fact in sorted(facts, key=_turn)])
        except BaseException:
            for article in claimed:
                del self._owners[article]
            raise
        self._states[feed.id] = after
        self._let_go(feed, state, after)
        _tell(facts)

    def due(self, feed: Feed) -> datetime:
        """Return when a remembered feed is to be asked next."""
        scheduled = self._states[feed.id].rhythm.next_poll
        return max(scheduled, self._not_before.get(feed.id, scheduled))

    # --- what is polled when -----------------------------------------------------------------------------------------

    async def _remember(self, feeds: list[Feed]) -> None:
        for feed in feeds:
            known = self._states.get(feed.id)
            if known is None or known.rhythm.url != feed.url:
                state = await restore(self._log, feed, self._clock.now())
                self._states[feed.id] = state
                for item in state.items.known.values():
                    if not item.is_elsewhere:
                        self._owners.setdefault(item.article_id, feed.id)

    def _startable(self, feeds: list[Feed]) -> list[Feed]:
        now = self._clock.now()
        hosts = set(self._busy.values())
        chosen: list[Feed] = []
        for feed in sorted(feeds, key=self.due):
            host = self._host(feed)
            is_free = feed.id not in self._busy and host not in hosts
            if is_free and self.due(feed) <= now and len(self._busy) + len(chosen) < self._concurrency:
                hosts.add(host)
                chosen.append(feed)
        return chosen

    def _launch(self, group: asyncio.TaskGroup, feed: Feed) -> None:
        self._busy[feed.id] = self._host(feed)
        task = group.create_task(self._guarded(feed), name=f"poll {feed.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, feed: Feed) -> None:
        try:
            await self.poll_once(feed)
        except (LogUnavailableError, TimeoutError) as error:
            self._put_off(feed, _LOG_PAUSE)
            log_line.warning("log unavailable", feed=feed.id, error=str(error) or type(error).__name__)
        except Exception:  # the worker loop's boundary: a bug met by one feed must not stop the others
            self._put_off(feed, 300.0)
            log_line.exception("poll broke", feed=feed.id)
        finally:
            del self._busy[feed.id]
            self._wake.set()

    def _put_off(self, feed: Feed, seconds: float) -> None:
        self._not_before[feed.id] = self._clock.now() + timedelta(seconds=seconds)

    async def _pause(self, feeds: list[Feed], stop: asyncio.Event) -> None:
        """Wait until something may be due: a time, the end of a poll, a change of the catalogue, the stop."""
        now = self._clock.now()
        waits = [(self.due(feed) - now).total_seconds() for feed in feeds if feed.id not in self._busy]
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

    def _host(self, feed: Feed) -> str:
        return urlsplit(self._address(feed)).hostname or feed.id

    def _address(self, feed: Feed) -> str:
        return self._states[feed.id].rhythm.moved_to or feed.url

    # --- one poll ----------------------------------------------------------------------------------------------------

    async def _ask(self, feed: Feed, state: FeedState) -> Outcome:
        rhythm = state.rhythm
        request = Request(self._address(feed), rhythm.etag, rhythm.last_modified, feed.allow_private)
        answer = await self._fetcher.fetch(request)
        if isinstance(answer, Failed | NotModified):
            return answer
        work = ReadFeed(body=answer.body, content_type=answer.content_type, url=answer.url)
        document = await self._sandbox.read_feed(work)
        if isinstance(document, Unreadable):
            return Failed(document.reason, document.detail, None, answer.freshness)
        seen = compare(state.items, document.items)
        if not feed.fulltext:
            return Read(answer, document, seen)
        chosen, is_partial = _portion(seen)
        pages, notes = await self._pages(feed, chosen)
        return Read(answer, document, chosen, pages, notes, is_partial)

    async def _pages(self, feed: Feed, seen: list[Seen]) -> tuple[dict[str, Page], tuple[str, ...]]:
        """Read the pages of new and edited items; what cannot be read leaves the feed's own text, with a note."""
        pages: dict[str, Page] = {}
        notes: list[str] = []
        for one in seen:
            if one.standing == "same" or not one.item.link:
                continue
            page = await self._page(feed, one.item.link)
            if isinstance(page, Page):
                pages[one.identity] = page
            else:
                notes.append(f"page not read ({page.reason}): {one.item.title[:80]}")
        return pages, tuple(notes)

    async def _page(self, feed: Feed, link: str) -> Page | Failed | Unreadable:
        answer = await self._get_page(feed, link)
        if isinstance(answer, Fetched):
            return await self._sandbox.read_page(
                ReadPage(body=answer.body, content_type=answer.content_type, url=answer.url)
            )
        return answer if isinstance(answer, Failed) else Failed("http_304", "304 to a plain request")

    async def _look_again(self, feed: Feed, state: FeedState) -> dict[str, int]:
        """Return the HTTP status of published pages that are due for another look."""
        if not feed.fulltext:
            return {}
        statuses: dict[str, int] = {}
        for identity in page_checks.due(state.items, self._clock.now()):
            answer = await self._get_page(feed, state.items.known[identity].shown.link)
            status = answer.status if isinstance(answer, Fetched | Failed) else None
            if status is not None:
                statuses[identity] = status
        return statuses

    async def _get_page(self, feed: Feed, link: str) -> Answer:
        # a feed's permission for the private network is for its own host: items could link anywhere in it
        is_own = urlsplit(link).hostname == urlsplit(feed.url).hostname
        return await self._fetcher.fetch(Request(link, allow_private=feed.allow_private and is_own))

    # --- several feeds of one publisher ------------------------------------------------------------------------------

    def _taken_from(self, feed: Feed) -> Callable[[str], bool]:
        return lambda article: self._owners.get(article, feed.id) != feed.id

    def _claim(self, feed: Feed, facts: list[Fact]) -> list[str]:
        """Note the feed as the one that speaks for its articles; two feeds may be decided while one appends."""
        ids = [fact.article.id for fact in facts if isinstance(fact, ArticlePublished | ArticleRevised)]
        new = [article for article in ids if article not in self._owners]
        self._owners.update(dict.fromkeys(new, feed.id))
        return new

    def _let_go(self, feed: Feed, before: FeedState, after: FeedState) -> None:
        """Speak no more for articles that the feed has forgotten: else nobody would, and the notes would only grow."""
        forgotten = before.items.known.keys() - after.items.known.keys()
        kept = {item.article_id for item in after.items.known.values()} if forgotten else set()
        for article in {before.items.known[identity].article_id for identity in forgotten} - kept:
            if self._owners.get(article) == feed.id:
                del self._owners[article]


def _portion(seen: list[Seen]) -> tuple[list[Seen], bool]:
    """Return the items to take in this poll, the oldest first to be left, and whether some new ones were left."""
    chosen: list[Seen] = []
    pages = 0
    for one in seen:
        pages += one.standing != "same"
        if one.standing == "same" or pages <= _PAGES_A_POLL:
            chosen.append(one)
    return chosen, pages > _PAGES_A_POLL


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
