"""A small stage core, and how to run a worker over a real log until it has read everything."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from services.settings import WorkerSettings
from services.worker import Worker
from tests.builders import NOON, a_published_article, a_revised_article, an_announcement, an_article_ref
from tocsin import codec
from tocsin.clock import Clock, ManualClock
from tocsin.events import AnnouncementDetected, ArticlePublished, ArticleRevised, Fact
from tocsin.log.base import EventLog, Record
from tocsin.log.sqlite import SqliteLog
from tocsin.topics import TOPICS

S = TypeVar("S")


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How many articles were seen, and whether the timer fired."""

    seen: int = 0
    is_over: bool = False


class CountingCore:
    """Announces the number of each article. Fails on a text in ``poisonous``; announces once more after ``due``."""

    name = "counting"
    topics: tuple[str, ...] = ("tocsin.articles",)
    version = "1"
    state_type = Tally

    def __init__(self, due: datetime | None = None, poisonous: frozenset[str] = frozenset()) -> None:
        self.due, self.poisonous = due, poisonous

    def initial(self) -> Tally:
        return Tally()

    def decide(self, state: Tally, fact: Fact, now: datetime) -> tuple[Tally, Sequence[Fact]]:
        assert isinstance(fact, ArticlePublished | ArticleRevised)
        if fact.article.text in self.poisonous:
            raise ValueError(f"cannot read {fact.article.text!r}")
        state = msgspec.structs.replace(state, seen=state.seen + 1)
        return state, [announced(f"{fact.article.id}:{state.seen}", fact.article.id, now)]

    def tick(self, state: Tally, now: datetime) -> tuple[Tally, Sequence[Fact]]:
        if self.due is None or state.is_over or now < self.due:
            return state, ()
        return msgspec.structs.replace(state, is_over=True), [announced(f"over after {state.seen}", "a1", now)]


def announced(name: str, article_id: str, at: datetime) -> AnnouncementDetected:
    """Return an announcement whose id is its name."""
    return AnnouncementDetected(
        at=at,
        announcement=an_announcement(id=name, article_id=article_id),
        article=an_article_ref(id=article_id),
        detector="test",
    )


async def open_log(path: Path, clock: Clock | None = None) -> SqliteLog:
    """Open a log with one partition a topic, so that order is total."""
    topics = [replace(topic, partitions=1) for topic in TOPICS]
    return await SqliteLog.open(path, topics=topics, clock=clock or ManualClock(NOON))


async def publish(log: EventLog, *articles: tuple[str, str]) -> None:
    """Append an article for each (id, text); "a1@2" is the second revision of a1."""
    await log.append([codec.draft(_article(name, text)) for name, text in articles])


def a_worker(
    log: EventLog, core: CountingCore | None = None, clock: Clock | None = None, **settings: object
) -> Worker[Tally]:
    """Return a worker that commits every two records."""
    chosen = WorkerSettings.model_validate({"batch": 2, "tick_every": 0.01, **settings})
    return Worker(core or CountingCore(), log, clock or ManualClock(NOON), chosen)


async def run_to_the_end(worker: Worker[Tally], log: EventLog, group: str = "counting") -> None:
    """Run a worker until its group has read every article."""

    async def has_read_all() -> bool:
        return (await log.committed(group, "tocsin.articles")) == (await log.ends("tocsin.articles"))

    await run_until(worker, has_read_all)


async def run_until(worker: Worker[S], is_reached: Callable[[], Awaitable[bool]]) -> None:
    """Run a worker until something holds; what stops it before is raised."""
    stop = asyncio.Event()
    work = asyncio.create_task(worker.run(stop))
    try:
        while not await is_reached():
            if work.done():
                break
    finally:
        stop.set()
        await work


def _article(name: str, text: str) -> Fact:
    article_id, _, revision = name.partition("@")
    if revision:
        return a_revised_article(id=article_id, text=text, revision=int(revision))
    return a_published_article(id=article_id, text=text)


async def records(log: EventLog, topic: str) -> list[Record]:
    """Return all records of a topic with one partition."""
    return [record async for record in log.read(topic, 0, 0)]


async def announcements(log: EventLog) -> list[str]:
    """Return the ids of all announcements, in order."""
    facts = [codec.decode(record) for record in await records(log, "tocsin.announcements")]
    return [fact.announcement.id for fact in facts if isinstance(fact, AnnouncementDetected)]
