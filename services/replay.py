"""Runs history through the real detect and relate stages on an embedded log of its own, in article time.

Delivers nothing: there is no deliver stage. The same articles give the same alerts, however often they are replayed.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import msgspec

from services import logs, wiring
from services.settings import Settings, WorkerSettings
from services.worker import Worker
from tocsin import codec
from tocsin.clock import Clock
from tocsin.events import AlertRaised, ArticlePublished, ArticleRevised, DeadlinePassed, Fact
from tocsin.log.base import EventLog
from tocsin.stage import StageCore
from tocsin.vocabulary import Article, ArticleRef, Change

S = TypeVar("S")
Progress = Callable[[str, int, int], None]  # what is done ("read", "detect", "relate"), records done, records in all

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_APPEND = 1000  # articles appended together
_MOST_HOURS = 1000  # of a gap between two articles that are let pass one by one
_LOOK_EVERY = 0.05  # seconds between looks at how far a stage is
_PARTITIONS = 1  # order over all keys: a replay's alerts may depend on nothing but the file
_COMPARED = ("title", "text", "published")  # what an edit can change


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay led to. ``given_ids`` maps (article id, revision) in the log to the id that the file gave it."""

    counts: Mapping[str, int]  # facts by wire name
    alerts: Sequence[AlertRaised]
    deadlines: Sequence[DeadlinePassed]
    given_ids: Mapping[tuple[str, int], str]

    def given_id(self, article: ArticleRef) -> str:
        """Return the file's own id of an article."""
        return self.given_ids[article.id, article.revision]


class EndOfFile:
    """A clock that stands at the last article's time, so that a stage that has read all lets all timers run out."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class InArticleTime(Generic[S]):
    """A stage whose timers run out at the time of the facts: what was due before a fact is decided before it.

    A running stage lets time pass while it waits for news. A replay never waits, so each fact brings its time along,
    hour by hour: what is told ahead of a moment ("two hours to go") is told ahead of it here too.
    """

    def __init__(self, core: StageCore[S]) -> None:
        self._core = core
        self._reached: datetime | None = None
        self.name, self.topics = core.name, core.topics
        self.version, self.state_type = core.version, core.state_type

    def initial(self) -> S:
        return self._core.initial()

    def decide(self, state: S, fact: Fact, now: datetime) -> tuple[S, Sequence[Fact]]:
        """Return what follows from the time that has passed, then what follows from the fact."""
        state, due = self.tick(state, now)
        state, facts = self._core.decide(state, fact, now)
        return state, (*due, *facts)

    def tick(self, state: S, now: datetime) -> tuple[S, Sequence[Fact]]:
        """Return what follows from the time that has passed since the last call."""
        due: list[Fact] = []
        for moment in _hours(self._reached or now, now):
            state, facts = self._core.tick(state, moment)
            due += facts
        self._reached = max(now, self._reached or now)
        return state, due


def _hours(start: datetime, stop: datetime) -> Iterator[datetime]:
    """Yield each hour after ``start`` (of a long gap, the first weeks' hours), then ``stop``."""
    for hours in range(1, _MOST_HOURS):
        if (moment := start + timedelta(hours=hours)) >= stop:
            break
        yield moment
    yield stop


async def replay(
    articles: Sequence[Article],
    log_path: Path,
    settings: Settings,
    progress: Progress,
    cores: Sequence[StageCore[Any]] | None = None,
) -> Replayed:
    """Append the articles to a new log at ``log_path``, run detect and relate over them, and return what came of it.

    ``cores`` replaces the stages that the settings build, e.g. by another detector. Raises PoisonRunError.
    """
    facts, given_ids = as_facts(articles)
    settings = _for_replay(settings, log_path)
    stages: Sequence[StageCore[Any]] = cores or (wiring.build_detect(settings), wiring.build_relate(settings))
    clock = EndOfFile(max((article.observed for article in articles), default=_BEGINNING))
    log = await logs.open_log(settings, clock)
    try:
        await _append(log, facts, progress)
        for core in stages:
            await _run_stage(InArticleTime(core), log, clock, settings.worker, progress)
        return await _collect(log, given_ids)
    finally:
        await log.aclose()


def as_facts(articles: Sequence[Article]) -> tuple[list[Fact], dict[tuple[str, int], str]]:
    """Return the facts that a poller would have appended, and the file's id of each (article, revision).

    A later revision at a known address is an edit of that article, whatever id the file gave it.
    """
    facts: list[Fact] = []
    given: dict[tuple[str, int], str] = {}
    known: dict[str, Article] = {}
    for article in articles:
        last = known.get(article.url) if article.revision > 1 and article.url else None
        revision = article if last is None else msgspec.structs.replace(article, id=last.id)
        facts.append(_fact(last, revision))
        given[revision.id, revision.revision] = article.id
        if article.url:
            known[article.url] = revision
    return facts, given


def _fact(last: Article | None, article: Article) -> Fact:
    if last is None:
        return ArticlePublished(at=article.observed, article=article)
    return ArticleRevised(at=article.observed, article=article, changes=tuple(_changes(last, article)))


def _changes(before: Article, after: Article) -> Iterator[Change]:
    for field in _COMPARED:
        old, new = str(getattr(before, field) or ""), str(getattr(after, field) or "")
        if old != new:
            yield Change(field=field, before=old, after=new)


def _for_replay(settings: Settings, log_path: Path) -> Settings:
    """Return the settings with a log of its own, one partition a topic, large batches, and a tick after each."""
    log = settings.log.model_copy(update={"path": log_path, "partitions": _PARTITIONS, "kafka": None})
    worker = settings.worker.model_copy(update={"batch": 1000, "snapshot_every": 20_000, "tick_every": 0.0})
    return settings.model_copy(update={"log": log, "worker": worker})


async def _append(log: EventLog, facts: Sequence[Fact], progress: Progress) -> None:
    for start in range(0, len(facts), _APPEND):
        await log.append([codec.draft(fact) for fact in facts[start : start + _APPEND]])
        progress("read", min(start + _APPEND, len(facts)), len(facts))


async def _run_stage(
    core: StageCore[S], log: EventLog, clock: Clock, settings: WorkerSettings, progress: Progress
) -> None:
    """Run a stage until it has read all there is. Raises what stops it before."""
    stop = asyncio.Event()
    work = asyncio.create_task(Worker(core, log, clock, settings).run(stop))
    try:
        total = sum([sum((await log.ends(topic)).values()) for topic in core.topics])
        while (done := await _read_by(core, log)) < total and not work.done():
            progress(core.name, done, total)
            await asyncio.sleep(_LOOK_EVERY)
        progress(core.name, done, total)
    finally:
        stop.set()  # only looked at after the turn that read the last records has let time pass too
        await work


async def _read_by(core: StageCore[S], log: EventLog) -> int:
    return sum([sum((await log.committed(core.name, topic)).values()) for topic in core.topics])


async def _collect(log: EventLog, given_ids: Mapping[tuple[str, int], str]) -> Replayed:
    counts: Counter[str] = Counter()
    alerts: list[AlertRaised] = []
    deadlines: list[DeadlinePassed] = []
    for topic in ("tocsin.articles", "tocsin.announcements", "tocsin.alerts", "tocsin.dead-letters"):
        async for record in log.read(topic, 0, 0):
            counts[record.type] += 1
            fact = codec.decode(record) if topic == "tocsin.alerts" else None
            if isinstance(fact, AlertRaised):
                alerts.append(fact)
            elif isinstance(fact, DeadlinePassed):
                deadlines.append(fact)
    return Replayed(counts=counts, alerts=alerts, deadlines=deadlines, given_ids=given_ids)
