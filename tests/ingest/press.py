"""Publishers on a local server, each showing its stories in two feeds, and the processes that poll them."""

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec

from ingest.catalogue import Feed
from tests.ingest.builders import a_feed, an_item, rss
from tests.ingest.loopback import Asked, Loopback, respond, serving
from tests.ingest.polling_process import open_log
from tocsin.codec import decode
from tocsin.events import ArticlePublished, Fact, FeedPolled
from tocsin.log.base import EventLog
from tocsin.log.kafka import until

ROOT = Path(__file__).resolve().parents[2]
PUBLISHERS = 6
_SOON, _PATIENCE = 0.05, 30.0  # seconds: between looks, and for what is waited for


class Press:
    """The publishers. Each has told ``told`` stories; ``asked`` says who asked which feed, ``held`` who must wait."""

    def __init__(self, server: Loopback) -> None:
        self.told = 1
        self.asked: list[tuple[str, str]] = []
        self.held: str | None = None
        self.caught = asyncio.Event()  # the held one has asked
        self._released = asyncio.Event()
        self._paths = set[str]()
        self.feeds = [self._feed(server, number, name) for number in range(PUBLISHERS) for name in ("front", "world")]

    def _feed(self, server: Loopback, number: int, name: str) -> Feed:
        path = f"/{number}/{name}"
        self._paths.add(path)
        server.handlers[path] = partial(self._show, path)
        schedule = {"min_interval": 0.1, "max_interval": 0.2}
        return a_feed(server.url(path), id=f"{number}-{name}", publisher=f"press{number}.example", **schedule)

    async def _show(self, path: str, asked: Asked, writer: asyncio.StreamWriter) -> None:
        name = asked.headers["user-agent"]
        if name == self.held:
            self.caught.set()
            await self._released.wait()
        stories = [f"{path.split('/')[1]}-{number}" for number in range(self.told)]
        await respond(writer, rss(*(an_item(story, f"Story {story}") for story in stories[-5:])))
        self.asked.append((name, path))

    async def catch(self, name: str) -> None:
        """Return when a worker waits for an answer, which it gets at ``release``."""
        self.held = name
        await self.caught.wait()

    def release(self) -> None:
        """Answer whoever was held."""
        self.held = None
        self._released.set()

    async def until_all_asked(self, *names: str) -> None:
        """Return once every feed was asked, and each of these workers had a part in it; both counted from now."""
        self.asked.clear()
        async with asyncio.timeout(_PATIENCE):
            await until(partial(self._have_asked, set(names)), _SOON)

    async def _have_asked(self, names: set[str]) -> bool:
        return {path for _, path in self.asked} == self._paths and {name for name, _ in self.asked} >= names


@asynccontextmanager
async def a_press() -> AsyncIterator[Press]:
    """Run the publishers' server."""
    async with serving() as server:
        yield Press(server)


class Crew:
    """Worker processes on one log, by name."""

    def __init__(self, place: str, feeds: Sequence[Feed]) -> None:
        self._place = place
        self._feeds = msgspec.json.encode(feeds).decode()
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    async def start(self, *names: str) -> None:
        """Start workers."""
        for name in names:
            command = (sys.executable, "-m", "tests.ingest.polling_process", self._place, self._feeds, name)
            self._processes[name] = await asyncio.create_subprocess_exec(*command, cwd=ROOT)

    def send(self, name: str, number: signal.Signals) -> None:
        """Pause a worker, or let it go on."""
        self._processes[name].send_signal(number)

    async def kill(self, name: str) -> None:
        """End a worker as the system would: at once, without a word."""
        process = self._processes.pop(name)
        process.kill()
        await process.wait()

    async def stop(self) -> None:
        """Tell all workers to end, and see that they do so in good order."""
        for process in self._processes.values():
            process.terminate()
        assert [await process.wait() for process in self._processes.values()] == [0] * len(self._processes)
        self._processes.clear()

    async def aclose(self) -> None:
        """Kill who is left."""
        for name in list(self._processes):
            await self.kill(name)


@asynccontextmanager
async def a_crew(place: str, feeds: Sequence[Feed]) -> AsyncIterator[Crew]:
    """Give an empty crew; kill what is left of it afterwards."""
    crew = Crew(place, feeds)
    try:
        yield crew
    finally:
        await crew.aclose()


async def assert_work_is_shared(place: str) -> None:
    """Let workers join, die, be paused for longer than their lease and wake: each story is published once."""
    log = await open_log(place)
    async with a_press() as press, a_crew(place, press.feeds) as crew:
        await crew.start("anna", "bela")
        await _published(press, log, "anna", "bela")
        await crew.kill("anna")
        press.told += 1
        await _published(press, log, "bela")
        await crew.start("cleo")
        press.told += 1
        await _published(press, log, "bela", "cleo")

        await press.catch("bela")
        crew.send("bela", signal.SIGSTOP)
        press.told += 1
        press.release()  # the answer, with a new story in it, waits for somebody who will have lost the feed
        await _published(press, log, "cleo")
        crew.send("bela", signal.SIGCONT)
        press.told += 1
        await _published(press, log, "bela", "cleo")
        await crew.stop()
        _assert_once_and_in_order(await _facts(log), press)
    await log.aclose()


async def _published(press: Press, log: EventLog, *names: str) -> None:
    """Return once all that was told is published, and these workers share the feeds."""
    await press.until_all_asked(*names)
    async with asyncio.timeout(_PATIENCE):
        await until(partial(_is_published, press, log), _SOON)


async def _is_published(press: Press, log: EventLog) -> bool:
    return len(set(_stories(await _facts(log)))) == press.told * PUBLISHERS


async def _facts(log: EventLog) -> list[Fact]:
    """Return what ingest wrote, partition by partition."""
    return [
        decode(record)
        for topic in ("tocsin.articles", "tocsin.feeds")
        for partition, start in (await log.starts(topic)).items()
        async for record in log.read(topic, partition, start)
    ]


def _stories(facts: Sequence[Fact]) -> list[str | None]:
    return [fact.article.guid for fact in facts if isinstance(fact, ArticlePublished)]


def _assert_once_and_in_order(facts: Sequence[Fact], press: Press) -> None:
    told = [f"{publisher}-{number}" for publisher in range(PUBLISHERS) for number in range(press.told)]
    assert Counter(_stories(facts)) == Counter(told)
    polls = [fact for fact in facts if isinstance(fact, FeedPolled)]
    for feed in press.feeds:
        times = [fact.at for fact in polls if fact.feed_id == feed.id]
        assert times == sorted(set(times))
        assert sum(fact.new for fact in polls if fact.feed_id == feed.id) <= press.told
