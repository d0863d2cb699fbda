"""The detect stage's core: articles in, announcements detected and retracted out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from processors.detect.detector import Detector
from tocsin.events import (
    AnnouncementDetected,
    AnnouncementRetracted,
    ArticlePublished,
    ArticleRevised,
    ArticleWithdrawn,
    Fact,
)
from tocsin.vocabulary import Article, ArticleRef

_KEPT = timedelta(days=60)  # how long an article may still be revised or withdrawn
_PRUNED_EVERY = timedelta(days=1)


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What an article's newest revision announces: announcement id → theatre."""

    theatres: dict[str, str]
    revision: int
    seen: datetime


class DetectState(msgspec.Struct, frozen=True, kw_only=True):
    """The articles that carry announcements, by id. Those that carry none are not kept."""

    articles: dict[str, Carried] = {}
    pruned: datetime | None = None


class DetectCore:
    """Reads every article once a revision. An announcement that a revision leaves unchanged is not stated again."""

    name = "detect"
    topics: tuple[str, ...] = (ArticlePublished.topic,)
    version = "1"
    state_type = DetectState

    def __init__(self, detector: Detector) -> None:
        self._detector = detector

    def initial(self) -> DetectState:
        return DetectState()

    def decide(self, state: DetectState, fact: Fact, now: datetime) -> tuple[DetectState, Sequence[Fact]]:
        """Return what an article's publication, revision or withdrawal announces and takes back."""
        state = _pruned(state, now)
        if isinstance(fact, ArticlePublished | ArticleRevised):
            return self._read(state, fact.article, now)
        if isinstance(fact, ArticleWithdrawn):
            return _withdraw(state, fact, now)
        return state, ()

    def tick(self, state: DetectState, now: datetime) -> tuple[DetectState, Sequence[Fact]]:
        """Nothing follows from time alone."""
        return state, ()

    def _read(self, state: DetectState, article: Article, now: datetime) -> tuple[DetectState, Sequence[Fact]]:
        before = state.articles.get(article.id)
        if before is not None and before.revision > article.revision:
            return state, ()
        found = {a.id: a for a in self._detector.announcements(article)}
        known = before.theatres if before else {}
        if not found and not known:
            return state, ()
        ref = self._reference(article)
        # what a revision says comes before what it no longer says, so that relate can tell a rewording from a loss
        facts: list[Fact] = [
            AnnouncementDetected(at=now, announcement=a, article=ref, detector=self._detector.version)
            for a in found.values()
            if a.id not in known
        ]
        facts += [
            _retraction(id_, article.id, theatre, article.revision, now)
            for id_, theatre in known.items()
            if id_ not in found
        ]
        carried = Carried(theatres={a.id: a.theatre for a in found.values()}, revision=article.revision, seen=now)
        return _with(state, article.id, carried), facts

    def _reference(self, article: Article) -> ArticleRef:
        return ArticleRef(
            id=article.id,
            source=article.source,
            publisher=article.publisher,
            url=article.url,
            title=article.title,
            published=article.published,
            observed=article.observed,
            revision=article.revision,
            fingerprint=self._detector.fingerprint(article),
        )


def _withdraw(state: DetectState, fact: ArticleWithdrawn, now: datetime) -> tuple[DetectState, Sequence[Fact]]:
    carried = state.articles.get(fact.article_id)
    if carried is None:
        return state, ()
    facts = [
        AnnouncementRetracted(
            at=now, announcement_id=id_, article_id=fact.article_id, theatre=theatre, revision=0, reason="withdrawn"
        )
        for id_, theatre in carried.theatres.items()
    ]
    rest = {id_: c for id_, c in state.articles.items() if id_ != fact.article_id}
    return DetectState(articles=rest, pruned=state.pruned), facts


def _retraction(id_: str, article_id: str, theatre: str, revision: int, now: datetime) -> AnnouncementRetracted:
    return AnnouncementRetracted(
        at=now, announcement_id=id_, article_id=article_id, theatre=theatre, revision=revision, reason="revised"
    )


def _with(state: DetectState, article_id: str, carried: Carried) -> DetectState:
    articles: Mapping[str, Carried] = {**state.articles, article_id: carried}
    return DetectState(articles=dict(articles), pruned=state.pruned)


def _pruned(state: DetectState, now: datetime) -> DetectState:
    """Return the state without articles last seen sixty days ago; looks once a day of article time."""
    if state.pruned is not None and now - state.pruned < _PRUNED_EVERY:
        return state
    kept = {id_: c for id_, c in state.articles.items() if now - c.seen < _KEPT}
    return DetectState(articles=kept, pruned=now)
