"""Calendar arithmetic: a day or a clock time that a text names, resolved against when it was published, as a claim.

Wall times stay as the text gave them; the bounds are UTC.
"""

import calendar
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from processors.detect.mentions import Tense
from tocsin.vocabulary import ClaimedTime

_MINUTE_FORM, _DAY_FORM = "%Y-%m-%dT%H:%M", "%Y-%m-%d"
_DAY_LENGTH, _MINUTE_LENGTH = len("2016-11-04"), len("2016-11-04T19:00")
_SECOND = timedelta(seconds=1)
_MONTHS_BACK = 4  # a bare month this far back is not the next year's, whatever the tense
_AHEAD = 60  # days that a date without a year may lie ahead, when nothing says that it is to come


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``; ``hours`` narrows one day to a part of it. ``grain`` is day, month or year."""

    first: date
    last: date
    grain: str = "day"
    hours: tuple[int, int] | None = None
    assumption: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A wall time. ``zone`` is the clock that the text named: a zone, minutes from UTC, or None for the local one."""

    hour: int
    minute: int
    zone: int | str | None = None
    utc: tuple[int, int] | None = None  # hour and minute UTC, where the text gave both
    is_midnight: bool = False


def one_day(day: date, assumption: str = "", hours: tuple[int, int] | None = None) -> Span:
    return Span(day, day, hours=hours, assumption=assumption)


def month_of(year: int, month: int, assumption: str = "") -> Span:
    return Span(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month", None, assumption)


def year_of(year: int) -> Span:
    return Span(date(year, 1, 1), date(year, 12, 31), "year")


def weekday_near(today: date, weekday: int, tense: Tense, relation: str) -> Span:
    """Return the day that a weekday means: ``relation`` is "last", "next", "this" or empty (then tense decides)."""
    back, ahead = (today.weekday() - weekday) % 7, (weekday - today.weekday()) % 7
    if relation == "last":
        return one_day(today - timedelta(back or 7), "“last” taken as the latest such day before publication")
    if relation == "next":
        return one_day(today + timedelta(ahead or 7), "“next” taken as the first such day after publication")
    if tense == "future" or relation in {"this", "coming", "this coming"}:
        return one_day(today + timedelta(ahead), "weekday taken as the next one on or after publication")
    return one_day(today - timedelta(back), "weekday taken as the last one on or before publication")


def date_near(today: date, month: int, day: int, tense: Tense) -> Span | None:
    """Return the day of a date without a year: the nearest, in the direction that the tense tells; None for 31 June."""
    candidates = [d for d in (_date(today.year + shift, month, day) for shift in (-1, 0, 1)) if d]
    if tense == "past":
        candidates = [d for d in candidates if d <= today + timedelta(2)]
    elif tense == "unknown":
        candidates = [d for d in candidates if d <= today + timedelta(_AHEAD)]
    if not candidates:
        return None
    return one_day(min(candidates, key=lambda d: abs(d - today)), "year taken as the one nearest publication")


def month_near(today: date, month: int, tense: Tense, relation: str) -> Span:
    """Return the month that its name means."""
    year = today.year
    if relation in {"last", "this past"} or (tense != "future" and month > today.month and relation == ""):
        year -= month >= today.month
    elif (tense == "future" or relation == "next") and month < today.month - _MONTHS_BACK:
        year += 1
    return month_of(year, month, "year taken as the one nearest publication")


def claim(text: str, span: Span, clock: Clock | None, zone: str | None, is_end: bool) -> ClaimedTime:
    """Return the claim of a day and perhaps a clock time. ``is_end``: midnight then closes the day."""
    if clock is not None and span.grain == "day":
        return _at_clock(text, span, clock, zone, is_end)
    local = {"day": _DAY_FORM, "month": "%Y-%m", "year": "%Y"}[span.grain]
    first, last = span.hours or (0, 24)
    where = _zone(zone)
    return ClaimedTime(
        text=text,
        local=span.first.strftime(local),
        zone=zone,
        earliest=_utc(span.first, first, where),
        latest=_utc(span.last, last, where) - _SECOND,
        assumption=_sentence(span.assumption, zone),
    )


def shifted(claimed: ClaimedTime, seconds: int, text: str) -> ClaimedTime:
    """Return the time a duration after a claim, at the coarser of both grains."""
    delta = timedelta(seconds=seconds)
    local = claimed.local
    if len(local) >= _DAY_LENGTH:
        form = _MINUTE_FORM if len(local) > _DAY_LENGTH else _DAY_FORM
        moved = datetime.fromisoformat(local[:_MINUTE_LENGTH]) + delta
        local = moved.strftime(form) + local[_MINUTE_LENGTH:]
    return ClaimedTime(
        text=text,
        local=local,
        zone=claimed.zone,
        earliest=claimed.earliest + delta,
        latest=claimed.latest + delta,
        assumption=_sentence("start plus the stated duration", claimed.zone),
    )


def _at_clock(text: str, span: Span, clock: Clock, zone: str | None, is_end: bool) -> ClaimedTime:
    day, assumption = span.first, span.assumption
    if clock.is_midnight and is_end:
        closing = _at_clock(text, replace(span, assumption=""), replace(clock, hour=23, minute=59), zone, False)
        note = "midnight taken as the end of the named day"
        return ClaimedTime(
            text=text,
            local=closing.local,
            zone=closing.zone,
            earliest=closing.earliest + timedelta(minutes=1),
            latest=closing.latest + timedelta(minutes=1),
            assumption=_sentence("; ".join(filter(None, (assumption, note))), closing.zone),
        )
    wall = datetime.combine(day, time(clock.hour, clock.minute))
    offset, name = _offset(wall, clock, zone)
    moment = (wall - offset).replace(tzinfo=UTC)
    is_stated = clock.utc is not None or (clock.zone is not None and clock.zone != "local")
    return ClaimedTime(
        text=text,
        local=wall.strftime(_MINUTE_FORM) + (_suffix(offset) if is_stated else ""),
        zone=name,
        earliest=moment,
        latest=moment,
        assumption=_sentence(assumption, name if not is_stated else "UTC"),
    )


def _offset(wall: datetime, clock: Clock, zone: str | None) -> tuple[timedelta, str | None]:
    """Return how far the wall clock is ahead of UTC, and its zone's name."""
    if clock.utc is not None:
        minutes = (clock.hour - clock.utc[0]) * 60 + clock.minute - clock.utc[1]
        return timedelta(minutes=(minutes + 720) % 1440 - 720), zone
    if isinstance(clock.zone, int):
        return timedelta(minutes=clock.zone), zone if clock.zone else "UTC"
    name = zone if clock.zone in {None, "local"} else str(clock.zone)
    return wall.replace(tzinfo=_zone(name)).utcoffset() or timedelta(), name


def _suffix(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    if minutes == 0:
        return "Z"
    return f"{'+' if minutes > 0 else '-'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _sentence(assumption: str, zone: str | None) -> str:
    notes = [assumption, "" if zone else "time zone unknown, taken as UTC"]
    return "; ".join(note for note in notes if note)


def _zone(name: str | None) -> tzinfo:
    return ZoneInfo(name) if name else UTC


def _utc(day: date, hour: int, zone: tzinfo) -> datetime:
    start = datetime.combine(day, time(), tzinfo=zone)
    return (start + timedelta(hours=hour)).astimezone(UTC)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
