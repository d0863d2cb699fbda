"""kill -9 of an ingest process at many points of its polls: what it published equals an undisturbed run's."""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tests.ingest.builders import a_feed, an_item, rss
from tests.ingest.loopback import Asked, respond, serving
from tocsin.codec import decode
from tocsin.events import ArticlePublished, ArticleRevised
from tocsin.log.sqlite import SqliteLog

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 60
KILLS = 12
Told = list[tuple[str, str, int, str]]
Point = tuple[int, float]  # polls of a process, then seconds into the last of them


class Feed:
    """A feed that goes on to its next document once the reader shows (by its ETag) that it has kept this one."""

    def __init__(self) -> None:
        self.now = 0
        self.requests = 0
        self.on_request = asyncio.Event()
        self.is_done = asyncio.Event()

    async def show(self, asked: Asked, writer: asyncio.StreamWriter) -> None:
        self.requests += 1
        self.on_request.set()
        if asked.headers.get("if-none-match") == f'"{self.now}"':
            self.now += 1
        if self.now >= DOCUMENTS:
            self.is_done.set()
            await respond(writer, b"", 304)
        else:
            await respond(writer, self._document(), ETag=f'"{self.now}"')

    def _document(self) -> bytes:
        """Return a window of five items, the middle one of which was just edited."""
        newest = self.now + 5
        titles = {n: f"Story {n}" if n > newest - 3 else f"Story {n}, corrected" for n in range(newest - 5, newest)}
        return rss(*(an_item(str(n), titles[n]) for n in sorted(titles, reverse=True)))


@pytest.mark.timeout(110)
async def test_killing_ingest_loses_no_article_and_repeats_none(tmp_path: Path) -> None:
    undisturbed = await published(tmp_path / "calm.db", kills=iter(()))
    chance = random.Random(20161102)  # noqa: S311 - points to kill at, the same in every run
    points = [(chance.randint(1, 4), chance.uniform(0, 0.02)) for _ in range(KILLS)]
    killed = await published(tmp_path / "killed.db", kills=iter(points))
    assert len(undisturbed) > DOCUMENTS
    assert killed == undisturbed


async def published(path: Path, kills: Iterator[Point]) -> Told:
    """Run ingest over the whole feed, each process killed at its point, and return the facts about articles."""
    feed = Feed()
    async with serving() as server:
        server.handlers["/rss"] = feed.show
        while not feed.is_done.is_set():
            async with a_process(path, server.url("/rss")) as process:
                point = next(kills, None)
                if point is None:
                    await feed.is_done.wait()
                else:
                    await killed_at(process, feed, point)
    return await told(path)


async def killed_at(process: asyncio.subprocess.Process, feed: Feed, point: Point) -> None:
    polls, delay = point
    for _ in range(polls):
        feed.on_request.clear()
        await feed.on_request.wait()
    await asyncio.sleep(delay)  # the real process runs in real time
    process.send_signal(signal.SIGKILL)
    await process.wait()


@asynccontextmanager
async def a_process(path: Path, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    feeds = msgspec.json.encode([a_feed(url, min_interval=0.001, max_interval=0.002)]).decode()
    command = (sys.executable, "-m", "tests.ingest.polling_process", str(path), feeds, "tocsin-test")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            assert await process.wait() == 0


async def told(path: Path) -> Told:
    """Return every article fact, sorted, without its times."""
    log = await SqliteLog.open(path)
    found: Told = []
    for partition in range(await log.partitions("tocsin.articles")):
        async for record in log.read("tocsin.articles", partition, 0):
            fact = decode(record)
            if isinstance(fact, ArticlePublished | ArticleRevised):
                found.append((fact.wire, fact.article.id, fact.article.revision, fact.article.title))
    await log.aclose()
    return sorted(found)
