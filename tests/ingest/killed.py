"""Runs ingest over a feed that changes with every poll, the process killed (-9) at given points of its polls."""

import asyncio
import random
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tests.ingest.builders import a_feed, an_item, rss
from tests.ingest.loopback import Asked, respond, serving
from tests.ingest.polling_process import open_log
from tocsin.codec import decode
from tocsin.events import ArticlePublished, ArticleRevised

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 60
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


def points(seed: int, count: int) -> list[Point]:
    """Return points to kill at, the same in every run."""
    chance = random.Random(seed)  # noqa: S311
    return [(chance.randint(1, 4), chance.uniform(0, 0.02)) for _ in range(count)]


async def published(place: str, kills: Sequence[Point] = ()) -> Told:
    """Run ingest over the whole feed, each process killed at its point, and return the facts about articles."""
    feed, left = Feed(), iter(kills)
    async with serving() as server:
        server.handlers["/rss"] = feed.show
        while not feed.is_done.is_set():
            async with _a_process(place, server.url("/rss")) as process:
                point = next(left, None)
                if point is None:
                    await feed.is_done.wait()
                else:
                    await _killed_at(process, feed, point)
    return await _told(place)


async def _killed_at(process: asyncio.subprocess.Process, feed: Feed, point: Point) -> None:
    polls, delay = point
    for _ in range(polls):
        feed.on_request.clear()
        await feed.on_request.wait()
    await asyncio.sleep(delay)  # the real process runs in real time
    process.send_signal(signal.SIGKILL)
    await process.wait()


@asynccontextmanager
async def _a_process(place: str, url: str) -> AsyncIterator[asyncio.subprocess.Process]:
    feeds = msgspec.json.encode([a_feed(url, min_interval=0.001, max_interval=0.002)]).decode()
    command = (sys.executable, "-m", "tests.ingest.polling_process", place, feeds, "tocsin-test")
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            assert await process.wait() == 0


async def _told(place: str) -> Told:
    """Return every article fact, sorted, without its times."""
    log = await open_log(place)
    found: Told = []
    for partition in range(await log.partitions("tocsin.articles")):
        async for record in log.read("tocsin.articles", partition, 0):
            fact = decode(record)
            if isinstance(fact, ArticlePublished | ArticleRevised):
                found.append((fact.wire, fact.article.id, fact.article.revision, fact.article.title))
    await log.aclose()
    return sorted(found)
