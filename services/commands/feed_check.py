"""One poll of a feed for a look: fetched and read as the poller does it, published and remembered nowhere."""

import asyncio
from collections.abc import Mapping, Sequence
from urllib.parse import urljoin

from ingest.answer import Failed, Fetched, Request
from ingest.catalogue import Feed
from ingest.document import Document, Item, ReadFeed, ReadPage, Unreadable
from ingest.fetch import Fetcher, FetchLimits
from ingest.sandbox import Sandbox
from services.settings import IngestSettings, Settings

Row = Mapping[str, object]


async def check_feeds(feeds: Sequence[Feed], settings: Settings) -> list[Row]:
    """Return what each feed answered, in the feeds' order; ``result`` is ``ok`` or a short code of what is wrong."""
    ingest = settings.ingest
    limits = FetchLimits(ingest.max_wire_bytes, ingest.max_decoded_bytes, ingest.timeout)
    fetcher = Fetcher(user_agent=ingest.user_agent, limits=limits)
    sandbox = Sandbox(seconds=ingest.parse_timeout)
    try:
        return await _check_all(feeds, _Checker(fetcher, sandbox), ingest)
    finally:
        await sandbox.aclose()


async def _check_all(feeds: Sequence[Feed], checker: "_Checker", settings: IngestSettings) -> list[Row]:
    free = asyncio.Semaphore(settings.concurrency)

    async def one(feed: Feed) -> Row:
        async with free:
            return await checker.check(feed)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(feed)) for feed in feeds]
    return [task.result() for task in tasks]


class _Checker:
    def __init__(self, fetcher: Fetcher, sandbox: Sandbox) -> None:
        self._fetcher, self._sandbox = fetcher, sandbox

    async def check(self, feed: Feed) -> Row:
        answer = await self._fetcher.fetch(Request(feed.url, allow_private=feed.allow_private))
        if not isinstance(answer, Fetched):
            failed = (
                answer if isinstance(answer, Failed) else Failed("http_304", "not modified, though nothing was known")
            )
            return _row(feed, failed.reason, failed.detail)
        document = await self._sandbox.read_feed(
            ReadFeed(body=answer.body, content_type=answer.content_type, url=answer.url)
        )
        if isinstance(document, Unreadable):
            return _row(feed, document.reason, document.detail)
        notes = [*_notes(feed, answer, document)]
        if feed.fulltext and document.items:
            notes.append(await self._page(feed, answer, document.items[0]))
        return _row(feed, "ok" if document.items else "empty", "; ".join(notes), document)

    async def _page(self, feed: Feed, feed_answer: Fetched, item: Item) -> str:
        """Say how much text the first item's page holds."""
        url = urljoin(feed_answer.url, item.link)
        answer = await self._fetcher.fetch(Request(url, allow_private=feed.allow_private))
        if not isinstance(answer, Fetched):
            return f"page of the first item: {answer.reason if isinstance(answer, Failed) else 'not modified'}"
        page = await self._sandbox.read_page(
            ReadPage(body=answer.body, content_type=answer.content_type, url=answer.url)
        )
        if isinstance(page, Unreadable):
            return f"page of the first item: {page.reason}"
        return f"page of the first item: {len(page.text)} characters of text"


def _notes(feed: Feed, answer: Fetched, document: Document) -> list[str]:
    moved = answer.permanent_url != feed.url
    return [*([f"moved to {answer.permanent_url}: correct the catalogue"] if moved else []), *document.notes]


def _row(feed: Feed, result: str, detail: str, document: Document | None = None) -> Row:
    items = document.items if document else ()
    dates = [item.dated for item in items if item.dated]
    return {
        "id": feed.id,
        "result": result,
        "items": len(items),
        "newest": max(dates, default=None),
        "undated": len(items) - len(dates),
        "langs": sorted({item.lang for item in items if item.lang}),
        "detail": detail,
    }
