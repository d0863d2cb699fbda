"""Builders of the facts about alerts."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.builders.values import (
    NOON,
    a_claimed_time,
    a_place,
    a_source_line,
    a_state,
    a_statement,
    a_step,
    an_announcement,
    build,
)
from tocsin.events import (
    AlertAcknowledged,
    AlertRaised,
    AlertSuppressed,
    AlertWithdrawn,
    DeadlineNear,
    DeadlinePassed,
    StorylineMerged,
    StorylineSilenced,
    StorylineUpdated,
)


def an_alert(**overrides: Any) -> AlertRaised:
    """Return the alert that the rebels rejected the pause which the army had declared."""
    later = an_announcement(
        id="n2", article_id="a2", act="rejected", issuer=("Rebels",), quote="The rebels rejected the pause."
    )
    defaults = {
        "at": NOON,
        "alert_id": "alert1",
        "storyline_id": "s1",
        "storyline": "ceasefire, Aleppo",
        "theatre": "SY",
        "family": "ceasefire",
        "relation": "contradicts",
        "kind": "rejects",
        "row": "declared-rejected-other",
        "reason": "the other side refused what was declared",
        "headline": "Rebels reject the pause that the army declared for Aleppo",
        "later": a_statement(later),
        "earlier": a_statement(),
        "before": a_state("declared"),
        "after": a_state("refused"),
        "sources": (a_source_line(article_id="a2"),),
        "independent": 1,
        "steps": (a_step(), a_step(act="rejected", announcement_id="n2", article_id="a2", quote=later.quote)),
        "confidence": 0.9,
    }
    return build(AlertRaised, defaults, overrides)


def a_suppressed_alert(**overrides: Any) -> AlertSuppressed:
    """Return the fact that an alert was held back because its storyline is silenced."""
    defaults = {
        "at": NOON,
        "storyline_id": "s1",
        "announcement_id": "n2",
        "earlier_id": "n1",
        "reason": "silenced",
    }
    return build(AlertSuppressed, defaults, overrides)


def an_acknowledged_alert(**overrides: Any) -> AlertAcknowledged:
    """Return the fact that ``an_alert()`` was acknowledged."""
    return build(AlertAcknowledged, {"at": NOON, "alert_id": "alert1", "storyline_id": "s1", "user": "ana"}, overrides)


def a_silenced_storyline(**overrides: Any) -> StorylineSilenced:
    """Return the fact that a storyline is silenced for a day."""
    defaults = {"at": NOON, "storyline_id": "s1", "until": NOON + timedelta(days=1), "user": "ana"}
    return build(StorylineSilenced, defaults, overrides)


def a_passed_deadline(**overrides: Any) -> DeadlinePassed:
    """Return the fact that an ultimatum's deadline passed without an acceptance."""
    ultimatum = an_announcement(
        id="n3", family="ultimatum", quote="Leave by Friday evening, the army said.", deadline=a_claimed_time()
    )
    due = datetime(2016, 11, 4, 17, 0, tzinfo=UTC)
    defaults = {
        "at": due,
        "alert_id": "alert2",
        "storyline_id": "s2",
        "storyline": "ultimatum, Aleppo",
        "theatre": "SY",
        "family": "ultimatum",
        "edge": "deadline",
        "due": due,
        "headline": "Deadline passed, no acceptance seen: leave Aleppo by Friday evening",
        "statement": a_statement(ultimatum),
        "before": a_state("declared"),
        "steps": (a_step(announcement_id="n3", quote=ultimatum.quote),),
    }
    return build(DeadlinePassed, defaults, overrides)


def a_near_deadline(**overrides: Any) -> DeadlineNear:
    """Return the fact that the deadline of ``a_passed_deadline()`` is two hours ahead."""
    passed = a_passed_deadline()
    defaults = {name: getattr(passed, name) for name in passed.__struct_fields__} | {
        "at": passed.due - timedelta(hours=2),
        "alert_id": "alert3",
        "headline": "Deadline near, no acceptance seen: leave Aleppo by Friday evening",
    }
    return build(DeadlineNear, defaults, overrides)


def a_withdrawn_alert(**overrides: Any) -> AlertWithdrawn:
    """Return the fact that ``an_alert()`` fell, since the article that told of the refusal was withdrawn."""
    alert = an_alert()
    defaults = {
        "at": NOON + timedelta(hours=1),
        "alert_id": "alert4",
        "withdraws": "alert1",
        **{name: getattr(alert, name) for name in ("storyline_id", "storyline", "theatre", "family")},
        "relation": alert.relation,
        "kind": alert.kind,
        "why": "withdrawn",
        "headline": "No longer told: ceasefire in Aleppo, Rebels: rejected (Example Wire)",
        "gone": alert.later,
        "before": alert.after,
        "after": alert.before,
        "steps": alert.steps[:1],
    }
    return build(AlertWithdrawn, defaults, overrides)


def an_updated_storyline(**overrides: Any) -> StorylineUpdated:
    """Return the fact that the announcement of ``a_statement()`` was put on its storyline."""
    defaults = {
        "at": NOON,
        **{"storyline_id": "s1", "storyline": "ceasefire, Aleppo", "theatre": "SY", "family": "ceasefire"},
        "announcement_id": "n1",
        "article_id": "a1",
        "change": "told",
        "state": a_state("declared"),
        "places": (a_place(),),
        "parties": ("Army", "Rebels"),
        "end": a_claimed_time(),
    }
    return build(StorylineUpdated, defaults, overrides)


def a_merged_storyline(**overrides: Any) -> StorylineMerged:
    """Return the fact that a person put one storyline into another."""
    return build(StorylineMerged, {"at": NOON, "storyline_id": "s1", "into": "s2", "user": "ana"}, overrides)
