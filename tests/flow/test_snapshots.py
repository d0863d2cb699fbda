"""Real snapshots of real feeds, replayed in order through the real poller over HTTP, against an independent count."""

import asyncio
import hashlib
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue
from ingest.fetch import Fetcher
from ingest.poller import Poller
from ingest.sandbox import Sandbox
from tests.ingest.builders import a_feed
from tests.ingest.loopback import Asked, respond, serving
from tests.shared import SHARED, needs_shared
from tocsin.clock import ManualClock
from tocsin.codec import decode
from tocsin.events import ArticlePublished, ArticleRevised, ArticleWithdrawn, FeedFailed
from tocsin.log.sqlite import SqliteLog
from tools.count_snapshots import count, snapshots

FEEDS = ("economist", "wsj_world")


@needs_shared
@pytest.mark.parametrize("name", FEEDS)
async def test_every_item_is_published_once_and_every_edit_recorded_once(name: str, tmp_path: Path) -> None:
    archive = str(SHARED / "snapshots" / f"{name}.tar.gz")
    published, revised, failed = await replay(archive, tmp_path / "log.db")
    expected = count(archive)

    print(f"\n{name:<10} {'snapshots':>10} {'items':>7} {'edits':>7}")
    print(f"{'files':<10} {expected.snapshots:>10} {expected.items:>7} {expected.edits:>7}")
    print(f"{'poller':<10} {expected.snapshots:>10} {len(published):>7} {revised:>7}")
    assert set(published.values()) == {1}
    assert (len(published), revised, failed) == (expected.items, expected.edits, 0)


async def replay(archive: str, path: Path) -> tuple[Counter[str], int, int]:
    """Poll each snapshot at its time; return how often each article was published, and the edits and failures.

    Every 50 polls the poller starts anew from the log, as after a crash.
    """
    clock = ManualClock(datetime(2025, 1, 1, tzinfo=UTC))
    log = await SqliteLog.open(path, clock=clock, synchronous="OFF")
    sandbox = Sandbox(processes=1)
    fetcher = Fetcher(user_agent="tocsin-test", clock=clock)
    shown = b""

    async def show(asked: Asked, writer: asyncio.StreamWriter) -> None:
        etag = f'"{hashlib.sha256(shown).hexdigest()}"'
        is_known = asked.headers.get("if-none-match") == etag
        await respond(writer, b"" if is_known else shown, 304 if is_known else 200, ETag=etag)

    def a_poller() -> Poller:
        return Poller(log=log, catalogue=Catalogue, fetcher=fetcher, sandbox=sandbox, clock=clock)

    async with serving() as server:
        server.handlers["/rss"] = show
        feed = a_feed(server.url("/rss"))
        poller = a_poller()
        for number, (name, body) in enumerate(snapshots(archive)):
            shown = body
            clock.move_to(datetime.strptime(name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC))
            if number % 50 == 49:
                poller = a_poller()
            await poller.poll_once(feed)
    await sandbox.aclose()
    try:
        return await _tally(log)
    finally:
        await log.aclose()


async def _tally(log: SqliteLog) -> tuple[Counter[str], int, int]:
    published: Counter[str] = Counter()
    kinds: Counter[type] = Counter()
    for topic in ("tocsin.articles", "tocsin.feeds"):
        for partition in range(await log.partitions(topic)):
            async for record in log.read(topic, partition, 0):
                fact = decode(record)
                kinds[type(fact)] += 1
                if isinstance(fact, ArticlePublished):
                    published[fact.article.id] += 1
    assert kinds[ArticleWithdrawn] == 0
    return published, kinds[ArticleRevised], kinds[FeedFailed]
