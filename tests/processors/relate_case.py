"""A newswire in a few words for the relate stage's tests: what each article says, in the order of arrival."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from processors.relate.ledger import Ledger
from processors.relate.stage import RelateCore
from tests.builders import NOON, a_claimed_time, a_detected_announcement, an_announcement, an_article_ref
from tocsin.events import AlertRaised, AlertSuppressed, AnnouncementDetected, Fact, StorylineUpdated
from tocsin.vocabulary import ClaimedTime

CORE = RelateCore.load()


def says(
    what: str, *, article: str = "", hours: float = 0, arrives: float | None = None, source: str = "", **slots: Any
) -> AnnouncementDetected:
    """Return that an article published ``hours`` after noon says "family/act", by default in an article of its own."""
    family, act = what.split("/")
    name = f"{what}@{hours}{source}{sorted(slots.items(), key=str)}"
    article = article or f"article {name}"
    at = NOON + timedelta(hours=hours)
    ref = an_article_ref(
        id=article,
        published=at,
        observed=NOON + timedelta(hours=hours if arrives is None else arrives),
        publisher=source or "wire.example",
        source=source or "Example Wire",
        fingerprint=slots.pop("fingerprint", ()),
        title=slots.pop("title", "News of the day"),
    )
    news = an_announcement(id=f"{article}: {name}", article_id=article, family=family, act=act, **slots)
    return a_detected_announcement(news, ref)


def told_in_turn(facts: Sequence[Fact], ledger: Ledger | None = None) -> tuple[Ledger, list[Fact]]:
    """Return what relate knows after the facts, and what it says of changes: where storylines stand is left out."""
    state, said = _decided(facts, ledger)
    return state, [fact for fact in said if not isinstance(fact, StorylineUpdated)]


def standings(*facts: Fact) -> list[StorylineUpdated]:
    """Return what relate says of where storylines stand."""
    return [fact for fact in _decided(facts)[1] if isinstance(fact, StorylineUpdated)]


def _decided(facts: Sequence[Fact], ledger: Ledger | None = None) -> tuple[Ledger, list[Fact]]:
    state, said = ledger or CORE.initial(), list[Fact]()
    for fact in facts:
        state, out = CORE.decide(state, fact, fact.at)
        said += out
    return state, said


def alerts(*facts: Fact) -> list[AlertRaised]:
    """Return the alerts that the facts raise."""
    return [fact for fact in told_in_turn(facts)[1] if isinstance(fact, AlertRaised)]


def held_back(*facts: Fact) -> list[str]:
    """Return the reasons of what was held back."""
    return [fact.reason for fact in told_in_turn(facts)[1] if isinstance(fact, AlertSuppressed)]


def by(hours: float) -> ClaimedTime:
    """Return a time that many hours after noon."""
    moment: datetime = NOON + timedelta(hours=hours)
    return a_claimed_time(earliest=moment, latest=moment, local=moment.strftime("%Y-%m-%dT%H:%M"), zone="UTC")
