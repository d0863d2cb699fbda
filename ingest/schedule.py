"""When to ask a feed again. Pure: the same arguments give the same time."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ingest.answer import Freshness
from tocsin.ids import content_id

MIN_INTERVAL = 60.0
MAX_INTERVAL = 3_600.0
FIRST_INTERVAL = 300.0
GONE_INTERVAL = 86_400.0  # 410: asked again once a day, never forgotten
FAILURE_CAP = 6 * 3_600.0
RETRY_AFTER_CAP = 86_400.0  # no answer may park a feed for longer
_JITTER = 0.1
_FASTER, _SLOWER = 0.5, 1.25
_SILENT_FACTOR, _SILENT_FLOOR, _SILENT_ARRIVALS = 8.0, 86_400.0, 5
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bounds(NamedTuple):
    """The shortest and longest interval between two polls, in seconds. Retry-After alone may pass the longest."""

    floor: float = MIN_INTERVAL
    cap: float = MAX_INTERVAL

    def hold(self, seconds: float) -> float:
        return min(max(seconds, self.floor), max(self.cap, self.floor))


def adapt(interval: float, *, has_news: bool, bounds: Bounds) -> float:
    """Return the adaptive interval after a poll: news halves it, none stretches it."""
    return bounds.hold(interval * (_FASTER if has_news else _SLOWER))


def after_answer(interval: float, freshness: Freshness, ttl: float | None, bounds: Bounds) -> float:
    """Return the wait after a good answer: the largest of what we, the server and the feed want, within bounds."""
    wanted = bounds.hold(max(interval, freshness.max_age or 0.0, ttl or 0.0))
    return max(wanted, _capped_retry(freshness))


def after_failure(failures: int, freshness: Freshness, bounds: Bounds) -> float:
    """Return the wait after ``failures`` bad answers in a row: doubling up to six hours, or Retry-After."""
    backoff = bounds.floor * 2.0 ** min(failures, 20)
    return max(min(backoff, max(FAILURE_CAP, bounds.floor)), _capped_retry(freshness))


def next_poll(feed_id: str, now: datetime, wait: float, skip_hours: tuple[int, ...] = ()) -> datetime:
    """Return the time of the next poll: jitter only ever adds, and hours that the feed asks to skip are left out."""
    due = now + timedelta(seconds=wait * (1.0 + _JITTER * _share(feed_id, now)))
    if len(set(skip_hours)) >= 24:
        return due
    while due.hour in skip_hours:
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due


def usual_gap(before: float, gap: float) -> float:
    """Return the moving average of the gaps between news."""
    return gap if before <= 0 else 0.8 * before + 0.2 * gap


def is_silent(now: datetime, last_new: datetime | None, gap: float, arrivals: int) -> bool:
    """Tell whether a feed with a known rhythm has brought nothing for unusually long."""
    if last_new is None or arrivals < _SILENT_ARRIVALS:
        return False
    return (now - last_new).total_seconds() > max(_SILENT_FLOOR, _SILENT_FACTOR * gap)


def _capped_retry(freshness: Freshness) -> float:
    return min(freshness.retry_after or 0.0, RETRY_AFTER_CAP)


def _share(feed_id: str, now: datetime) -> float:
    """Return a number in [0, 1) that differs from feed to feed and poll to poll, without randomness."""
    micros = (now - _EPOCH) // timedelta(microseconds=1)
    return int(content_id("jitter", feed_id, micros)[:8], 16) / 2**32
