"""When an item was published: the feed's date where it can be believed, else when we first saw the item."""

from datetime import UTC, datetime, timedelta

from tocsin.vocabulary import DateNote

_SKEW = timedelta(minutes=10)  # clocks of publishers run ahead by minutes; by more, it is another kind of error
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # before the first news feeds: an empty or zero date


def believe(raw: str | None, dated: datetime | None, observed: datetime) -> tuple[datetime, DateNote]:
    """Return the time of publication, never after ``observed``, and what was wrong with the feed's date."""
    if raw is None or not raw.strip():
        return observed, "missing"
    if dated is None:
        return observed, "unreadable"
    if dated > observed + _SKEW:
        return observed, "future"
    if dated < _EARLIEST:
        return observed, "implausible"
    return min(dated, observed), "given"
