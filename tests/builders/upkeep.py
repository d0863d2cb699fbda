"""Builders of commands, snapshots and dead letters."""

from datetime import timedelta
from typing import Any

import msgspec

from tests.builders.values import NOON, build
from tocsin.events import (
    AcknowledgementGiven,
    RecordDeadLettered,
    RecordDiscarded,
    RecordRetried,
    ReviewGiven,
    SessionOpened,
    SessionRefused,
    SilenceSet,
    SnapshotTaken,
    StorylineReviewed,
    TopicGrown,
)

#: What became of ``a_dead_letter()``, an hour later.
_SETTLED = {
    "at": NOON + timedelta(hours=1),
    "stage": "detect",
    "original_topic": "tocsin.articles",
    "original_partition": 0,
    "original_position": 3,
    "original_key": "a1",
    "original_id": "0" * 32,
    "by": "ana",
}


def an_acknowledgement(**overrides: Any) -> AcknowledgementGiven:
    """Return the command that acknowledges ``an_alert()``."""
    defaults = {"at": NOON, "storyline_id": "s1", "alert_id": "alert1", "user": "ana"}
    return build(AcknowledgementGiven, defaults, overrides)


def a_silence(**overrides: Any) -> SilenceSet:
    """Return the command that silences a storyline for a day."""
    defaults = {"at": NOON, "storyline_id": "s1", "until": NOON + timedelta(days=1), "user": "ana"}
    return build(SilenceSet, defaults, overrides)


def a_review(**overrides: Any) -> ReviewGiven:
    """Return the command that confirms ``an_alert()``."""
    defaults = {"at": NOON, "storyline_id": "s1", "verdict": "confirm", "user": "ana"}
    return build(ReviewGiven, defaults | {"theatre": "SY", "alert_id": "alert1"}, overrides)


def a_reviewed_storyline(**overrides: Any) -> StorylineReviewed:
    """Return ``a_review()`` as it stands among the announcements of its theatre."""
    defaults = {"at": NOON, "theatre": "SY", "storyline_id": "s1", "verdict": "confirm", "user": "ana"}
    return build(StorylineReviewed, defaults | {"alert_id": "alert1"}, overrides)


def an_opened_session(**overrides: Any) -> SessionOpened:
    """Return the fact that an operator signed in to the dashboard."""
    return build(SessionOpened, {"at": NOON, "user": "ana", "role": "operator", "address": "192.0.2.7"}, overrides)


def a_refused_session(**overrides: Any) -> SessionRefused:
    """Return the fact that a sign-in was refused."""
    defaults = {"at": NOON, "user": "ana", "address": "192.0.2.7", "reason": "wrong_password"}
    return build(SessionRefused, defaults, overrides)


def a_snapshot(**overrides: Any) -> SnapshotTaken:
    """Return a stage's state after seven records."""
    defaults = {
        "at": NOON,
        "name": "relate/tocsin.announcements/0",
        "position": 7,
        "version": "1",
        "state": msgspec.Raw(b'{"storylines":{}}'),
    }
    return build(SnapshotTaken, defaults, overrides)


def a_growth(**overrides: Any) -> TopicGrown:
    """Return the fact that the announcements' topic grew from 2 to 3 partitions."""
    defaults = {
        "at": NOON,
        "name": "growth/tocsin.announcements/3",
        "grown": "tocsin.announcements",
        "before": 2,
        "after": 3,
        "ends": (7, 9),
        "stages": ("relate",),
    }
    return build(TopicGrown, defaults, overrides)


def a_dead_letter(**overrides: Any) -> RecordDeadLettered:
    """Return the fact that a stage could not process the record at position 3."""
    defaults = {
        "at": NOON,
        "stage": "detect",
        "original_topic": "tocsin.articles",
        "original_partition": 0,
        "original_position": 3,
        "original_key": "a1",
        "original_id": "0" * 32,
        "original_type": "article.published.v1",
        "value": "{}",
        "error": "MalformedFactError: article.published.v1: Object missing required field `at`",
        "put_back": "tocsin dead-letters retry detect tocsin.articles 0 3",
    }
    return build(RecordDeadLettered, defaults, overrides)


def a_retry(**overrides: Any) -> RecordRetried:
    """Return the fact that ``a_dead_letter()`` was retried."""
    return build(RecordRetried, _SETTLED, overrides)


def a_discard(**overrides: Any) -> RecordDiscarded:
    """Return the fact that ``a_dead_letter()`` was discarded."""
    return build(RecordDiscarded, _SETTLED, overrides)
