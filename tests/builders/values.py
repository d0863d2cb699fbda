"""Builders of the values inside facts; and how builders are made."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec

from tocsin.vocabulary import (
    Announcement,
    Article,
    ArticleRef,
    ClaimedTime,
    Evidence,
    Place,
    SourceLine,
    State,
    Statement,
    Step,
)

T = TypeVar("T")

#: When the tests' news happens, unless a test says otherwise: a Thursday.
NOON = datetime(2016, 11, 3, 12, 0, tzinfo=UTC)
ALEPPO = Place(name="Aleppo", country="SY")


def build(kind: type[T], defaults: Mapping[str, object], overrides: Mapping[str, object]) -> T:
    """Return the value, refusing overrides that it has no field for (a typo would test nothing)."""
    unknown = overrides.keys() - {field.name for field in msgspec.structs.fields(kind)}  # type: ignore[arg-type]
    if unknown:
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{**defaults, **overrides})


def an_article(**overrides: Any) -> Article:
    """Return the first revision of an article, published and observed at noon."""
    defaults = {
        "id": "a1",
        "feed_id": "wire",
        "source": "Example Wire",
        "publisher": "wire.example",
        "url": "https://wire.example/news/1",
        "title": "Pause in Aleppo announced",
        "text": "The army announced a ten-hour pause in Aleppo on Friday.",
        "lang": "en",
        "published": NOON,
        "published_raw": "Thu, 03 Nov 2016 12:00:00 GMT",
        "observed": NOON,
        "guid": "wire-1",
    }
    return build(Article, defaults, overrides)


def an_article_ref(**overrides: Any) -> ArticleRef:
    """Return what later stages see of ``an_article()``."""
    defaults = {
        "id": "a1",
        "source": "Example Wire",
        "publisher": "wire.example",
        "url": "https://wire.example/news/1",
        "title": "Pause in Aleppo announced",
        "published": NOON,
        "observed": NOON,
    }
    return build(ArticleRef, defaults, overrides)


def a_place(name: str = "Aleppo", country: str = "SY", within: tuple[str, ...] = ()) -> Place:
    """Return a place."""
    return Place(name=name, country=country, within=within)


def a_claimed_time(**overrides: Any) -> ClaimedTime:
    """Return 19:00 on Friday 4 November 2016 in Aleppo (17:00 UTC)."""
    moment = datetime(2016, 11, 4, 17, 0, tzinfo=UTC)
    defaults = {
        "text": "7 p.m. on Friday",
        "local": "2016-11-04T19:00",
        "zone": "Asia/Damascus",
        "earliest": moment,
        "latest": moment,
    }
    return build(ClaimedTime, defaults, overrides)


def an_evidence(**overrides: Any) -> Evidence:
    """Return the evidence of ``an_announcement()``."""
    defaults = {
        "trigger": "pause",
        "clause": "The army announced a ten-hour pause in Aleppo on Friday",
        "rule": "announcing-verb",
        "lexicon": ("triggers:pause",),
    }
    return build(Evidence, defaults, overrides)


def an_announcement(**overrides: Any) -> Announcement:
    """Return an army's declaration of a ceasefire for Aleppo."""
    defaults = {
        "id": "n1",
        "article_id": "a1",
        "family": "ceasefire",
        "act": "declared",
        "issuer": ("Army",),
        "place": (ALEPPO,),
        "theatre": "SY",
        "quote": "The army announced a ten-hour pause in Aleppo on Friday.",
    }
    return build(Announcement, defaults, overrides)


def a_statement(announcement: Announcement | None = None, article: ArticleRef | None = None) -> Statement:
    """Return an announcement with the article that carries it; by default the one that it names."""
    announcement = announcement or an_announcement()
    return Statement(announcement=announcement, article=article or an_article_ref(id=announcement.article_id))


def a_step(**overrides: Any) -> Step:
    """Return the line that ``an_announcement()`` leaves in its storyline's history."""
    defaults = {
        "at": NOON,
        "act": "declared",
        "issuer": ("Army",),
        "quote": "The army announced a ten-hour pause in Aleppo on Friday.",
        "announcement_id": "n1",
        "article_id": "a1",
        "source": "Example Wire",
        "is_background": False,
    }
    return build(Step, defaults, overrides)


def a_source_line(**overrides: Any) -> SourceLine:
    """Return the outlet of ``an_article()``."""
    defaults = {
        "source": "Example Wire",
        "publisher": "wire.example",
        "url": "https://wire.example/news/1",
        "article_id": "a1",
    }
    return build(SourceLine, defaults, overrides)


def a_state(status: str = "declared", **overrides: Any) -> State:
    """Return a storyline's state since noon."""
    return build(State, {"status": status, "since": NOON}, overrides)
