"""Feeds, deliveries and dead letters, as rows."""

from collections.abc import Callable, Mapping
from typing import Any

from services.dashboard.model.moments import HOUR, ms
from services.dashboard.model.rows import Rows, Value
from tocsin.events import (
    DeliveryAttempted,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryMade,
    DeliveryQueued,
    Fact,
    FeedFailed,
    FeedGone,
    FeedMoved,
    FeedPolled,
    FeedSilent,
    RecordDeadLettered,
    RecordDiscarded,
    RecordRetried,
)
from tocsin.log.base import Record

_DELIVERY = "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_DELIVERY_HOUR = """
INSERT INTO delivery_hours VALUES (?, ?, ?, ?)
ON CONFLICT (destination, hour) DO UPDATE SET good = good + excluded.good, bad = bad + excluded.bad"""
_FEED = """
INSERT INTO feeds VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET health = excluded.health,
at = excluded.at, next_poll = excluded.next_poll, failures = excluded.failures, detail = excluded.detail,
polled_well = coalesce(excluded.polled_well, polled_well), changed = coalesce(excluded.changed, changed)"""
_FEED_NOTE = """
INSERT INTO feeds VALUES (?, ?, ?, NULL, 0, ?, NULL, NULL) ON CONFLICT (id) DO UPDATE SET health = excluded.health,
at = excluded.at, detail = excluded.detail"""
_FEED_HOUR = """
INSERT INTO feed_hours VALUES (?, ?, ?, ?, ?) ON CONFLICT (feed_id, hour) DO UPDATE SET good = good + excluded.good,
bad = bad + excluded.bad, new = new + excluded.new"""
_DEAD_LETTER = "INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_SETTLEMENT = "INSERT OR REPLACE INTO settlements VALUES (?, ?, ?, ?, ?, ?, ?)"
_CHANGE = "INSERT INTO changes (kind, storyline_id, alert_id, text, at) VALUES ('operations', '', '', ?, ?)"

_Send = DeliveryQueued | DeliveryAttempted | DeliveryMade | DeliveryFailed | DeliveryGivenUp


def _queued(rows: Rows, fact: DeliveryQueued, _: Record) -> None:
    _send(rows, fact, "queued", 0, f"due {fact.due:%Y-%m-%d %H:%M:%S} UTC by route {fact.route}")


def _attempted(rows: Rows, fact: DeliveryAttempted, _: Record) -> None:
    _send(rows, fact, "under way", fact.attempt, "")


def _made(rows: Rows, fact: DeliveryMade, _: Record) -> None:
    _send(rows, fact, "delivered", fact.attempt, fact.receipt)
    rows.add(_DELIVERY_HOUR, fact.destination, _hour(fact), 1, 0)


def _failed(rows: Rows, fact: DeliveryFailed, _: Record) -> None:
    again = f"{fact.reason}; again at {fact.retry_at:%Y-%m-%d %H:%M:%S} UTC"
    _send(rows, fact, "failed", fact.attempt, again)
    rows.add(_DELIVERY_HOUR, fact.destination, _hour(fact), 0, 1)


def _given_up(rows: Rows, fact: DeliveryGivenUp, _: Record) -> None:
    _send(rows, fact, "given up", fact.attempt, fact.reason)
    rows.add(_DELIVERY_HOUR, fact.destination, _hour(fact), 0, 1)


def _send(rows: Rows, fact: _Send, status: str, attempt: int, detail: str) -> None:
    to = (fact.alert_id, fact.channel, fact.destination, fact.repeat)
    rows.add(_DELIVERY, *to, status, attempt, detail, ms(fact.at))


def _polled(rows: Rows, fact: FeedPolled, _: Record) -> None:
    at, detail = ms(fact.at), "; ".join(fact.notes)
    changed = at if fact.new or fact.revised else None
    rows.add(_FEED, fact.feed_id, "good", at, ms(fact.next_poll), 0, detail, at, changed)
    rows.add(_FEED_HOUR, fact.feed_id, _hour(fact), 1, 0, fact.new)


def _poll_failed(rows: Rows, fact: FeedFailed, _: Record) -> None:
    detail = f"{fact.reason}: {fact.detail}"
    rows.add(_FEED, fact.feed_id, "failing", ms(fact.at), ms(fact.next_poll), fact.failures, detail, None, None)
    rows.add(_FEED_HOUR, fact.feed_id, _hour(fact), 0, 1, 0)


def _gone(rows: Rows, fact: FeedGone, _: Record) -> None:
    detail = "the publisher says that it is gone (410)"
    rows.add(_FEED, fact.feed_id, "gone", ms(fact.at), ms(fact.next_poll), 0, detail, None, None)


def _silent(rows: Rows, fact: FeedSilent, _: Record) -> None:
    rows.add(_FEED_NOTE, fact.feed_id, "silent", ms(fact.at), f"nothing new since {fact.since:%Y-%m-%d %H:%M} UTC")


def _moved(rows: Rows, fact: FeedMoved, _: Record) -> None:
    rows.add(_FEED_NOTE, fact.feed_id, "good", ms(fact.at), f"moved to {fact.new_url}")


def _dead_lettered(rows: Rows, fact: RecordDeadLettered, record: Record) -> None:
    about = (fact.original_key, fact.original_type, fact.error)
    rows.add(_DEAD_LETTER, *_place(fact), *about, ms(record.recorded))
    rows.add(_CHANGE, f"dead letter of {fact.stage}", ms(record.recorded))


def _settled(rows: Rows, fact: RecordRetried | RecordDiscarded, _: Record) -> None:
    what = "retried" if isinstance(fact, RecordRetried) else "discarded"
    rows.add(_SETTLEMENT, *_place(fact), what, fact.by, ms(fact.at))


def _place(fact: RecordDeadLettered | RecordRetried | RecordDiscarded) -> tuple[Value, ...]:
    return (fact.stage, fact.original_topic, fact.original_partition, fact.original_position)


def _hour(fact: Fact) -> int:
    return ms(fact.at) // HOUR * HOUR


FOLDS: Mapping[type[Fact], Callable[[Rows, Any, Record], None]] = {
    DeliveryQueued: _queued,
    DeliveryAttempted: _attempted,
    DeliveryMade: _made,
    DeliveryFailed: _failed,
    DeliveryGivenUp: _given_up,
    FeedPolled: _polled,
    FeedFailed: _poll_failed,
    FeedGone: _gone,
    FeedSilent: _silent,
    FeedMoved: _moved,
    RecordDeadLettered: _dead_lettered,
    RecordRetried: _settled,
    RecordDiscarded: _settled,
}
