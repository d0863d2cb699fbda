"""What one poll asks of a publisher: the feed's document, pages of new and edited items, published pages again."""

from urllib.parse import urlsplit

from ingest import page_checks
from ingest.answer import Answer, Failed, Fetched, NotModified, Request
from ingest.catalogue import Feed
from ingest.decide import Outcome, Read
from ingest.document import Page, ReadFeed, ReadPage, Unreadable
from ingest.fetch import Fetcher
from ingest.revisions import Seen, compare
from ingest.sandbox import Sandbox
from ingest.state import FeedState
from tocsin.clock import Clock

_PAGES_A_POLL = 25  # further new items of a full-text feed wait for the next poll, which comes at once


def address(feed: Feed, state: FeedState) -> str:
    """Return where a feed is asked: where it moved to, else where the catalogue has it."""
    return state.rhythm.moved_to or feed.url


class Visits:
    """Asks feeds and pages, and has them read in the sandbox. Does not decide what follows, nor write anything."""

    def __init__(self, fetcher: Fetcher, sandbox: Sandbox, clock: Clock) -> None:
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._clock = clock

    async def ask(self, feed: Feed, state: FeedState) -> Outcome:
        """Return what the feed shows."""
        rhythm = state.rhythm
        request = Request(address(feed, state), rhythm.etag, rhythm.last_modified, feed.allow_private)
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

    async def look_again(self, feed: Feed, state: FeedState) -> dict[str, int]:
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

    async def _get_page(self, feed: Feed, link: str) -> Answer:
        # a feed's permission for the private network is for its own host: items could link anywhere in it
        is_own = urlsplit(link).hostname == urlsplit(feed.url).hostname
        return await self._fetcher.fetch(Request(link, allow_private=feed.allow_private and is_own))


def _portion(seen: list[Seen]) -> tuple[list[Seen], bool]:
    """Return the items to take in this poll, the oldest first to be left, and whether some new ones were left."""
    chosen: list[Seen] = []
    pages = 0
    for one in seen:
        pages += one.standing != "same"
        if one.standing == "same" or pages <= _PAGES_A_POLL:
            chosen.append(one)
    return chosen, pages > _PAGES_A_POLL
