"""Reads how long a server wants us to wait: Cache-Control, Expires, Retry-After (RFC 9111, RFC 9110)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from ingest.answer import Freshness

_MAX_AGE = re.compile(r'(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})', re.IGNORECASE)
_NOT_STORED = re.compile(r"(?:^|[\s,])(?:no-cache|no-store)(?:$|[\s,=])", re.IGNORECASE)


def read_freshness(headers: Mapping[str, str], now: datetime) -> Freshness:
    """Return what the headers (lower-case names) ask for; unreadable values ask for nothing."""
    return Freshness(max_age=_max_age(headers, now), retry_after=_retry_after(headers.get("retry-after"), now))


def _max_age(headers: Mapping[str, str], now: datetime) -> float | None:
    control = headers.get("cache-control", "")
    if _NOT_STORED.search(control):
        return None
    if found := _MAX_AGE.search(control):
        return max(0.0, float(found[1]) - _age(headers.get("age")))
    expires = http_date(headers.get("expires"))
    if expires is None:
        return None
    served = http_date(headers.get("date")) or now
    return max(0.0, (expires - served).total_seconds())


def _retry_after(value: str | None, now: datetime) -> float | None:
    """Read both forms: seconds and a date (RFC 9110 section 10.2.3)."""
    text = (value or "").strip()
    if re.fullmatch(r"\d{1,10}", text):
        return float(text)
    moment = http_date(text)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _age(value: str | None) -> float:
    text = (value or "").strip()
    return float(text) if re.fullmatch(r"\d{1,10}", text) else 0.0


def http_date(value: str | None) -> datetime | None:
    """Return the time of an HTTP date, or None."""
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
