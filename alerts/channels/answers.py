"""What an HTTP answer means for a delivery. Pure."""

from datetime import datetime
from email.utils import parsedate_to_datetime

from alerts.channels.base import Outcome, Rejected, Retry
from alerts.channels.post import Answer, Unreachable
from alerts.cleaning import clean

_WAIT_AND_TRY = frozenset({408, 421, 425, 429})


def failure(result: Answer | Unreachable, now: datetime) -> Outcome | None:
    """Return why a post did not deliver; None when its status is 2xx."""
    if isinstance(result, Unreachable):
        return Retry(result.reason, is_in_doubt=result.is_in_doubt)
    if 200 <= result.status < 300:
        return None
    reason = f"HTTP {result.status}: {said(result)}".rstrip(": ")
    if result.status in _WAIT_AND_TRY or result.status >= 500:
        after = retry_after(result.headers.get("retry-after"), now)
        return Retry(reason, after, is_in_doubt=result.status >= 500)  # a proxy may have lost the answer only
    return Rejected(reason)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds of a Retry-After header, which may be a number or a date (RFC 9110 section 10.2.3)."""
    if value is None:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else (parsedate_to_datetime(value) - now).total_seconds()
    except (ValueError, TypeError):
        return None
    return min(max(seconds, 0.0), 86_400.0)


def said(answer: Answer) -> str:
    """Return the beginning of an answer's body, for people."""
    return clean(answer.body[:600].decode("utf-8", "replace"), 120)
