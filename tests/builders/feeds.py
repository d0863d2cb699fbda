"""Builders of the facts about feeds."""

from datetime import timedelta
from typing import Any

from tests.builders.values import NOON, build
from tocsin.events import FeedFailed, FeedGone, FeedMoved, FeedPolled, FeedSilent


def a_polled_feed(**overrides: Any) -> FeedPolled:
    """Return the fact that a poll brought one new item of twenty."""
    defaults = {
        "at": NOON,
        "feed_id": "wire",
        "status": 200,
        "new": 1,
        "revised": 0,
        "seen": 20,
        "etag": '"v1"',
        "last_modified": None,
        "interval": 300.0,
        "next_poll": NOON + timedelta(minutes=5),
        "decoded_bytes": 10_000,
    }
    return build(FeedPolled, defaults, overrides)


def a_failed_feed(**overrides: Any) -> FeedFailed:
    """Return the fact that a poll met a broken server."""
    defaults = {
        "at": NOON,
        "feed_id": "wire",
        "reason": "http_500",
        "detail": "500 Internal Server Error",
        "failures": 1,
        "interval": 600.0,
        "next_poll": NOON + timedelta(minutes=10),
    }
    return build(FeedFailed, defaults, overrides)


def a_moved_feed(**overrides: Any) -> FeedMoved:
    """Return the fact that a feed has a new address."""
    defaults = {
        "at": NOON,
        "feed_id": "wire",
        "old_url": "http://wire.example/rss",
        "new_url": "https://wire.example/rss",
    }
    return build(FeedMoved, defaults, overrides)


def a_gone_feed(**overrides: Any) -> FeedGone:
    """Return the fact that a feed is gone."""
    return build(FeedGone, {"at": NOON, "feed_id": "wire", "next_poll": NOON + timedelta(days=7)}, overrides)


def a_silent_feed(**overrides: Any) -> FeedSilent:
    """Return the fact that an hourly feed has been silent for two days."""
    defaults = {"at": NOON, "feed_id": "wire", "since": NOON - timedelta(days=2), "usual_gap": 3600.0}
    return build(FeedSilent, defaults, overrides)
