"""Which day a moment means, against when its article was published and the tense around it, with what was assumed."""

import re
from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from processors.detect.mentions import Setting, Tense, TimeRole
from processors.detect.times_calendar import Span, date_near, month_near, month_of, one_day, weekday_near, year_of
from processors.detect.times_scan import Moment
from processors.detect.times_words import time_words

_YEAR_SHIFT = {"last year": -1, "this year": 0, "next year": 1}
_WEEKEND = 5  # weekday on which it begins


def day_of(moment: Moment, role: TimeRole, tense: Tense, setting: Setting) -> Span | None:
    """Return the days that a moment means; None where that needs a publication time that nobody knows."""
    today = _today(setting)
    if moment.day is None:
        return _bare_clock(moment, role, tense, today) if today else None
    if moment.day["edge"]:
        return _edge(moment.day["edge"], tense, setting)
    if today and setting.published and setting.zone and tense != "future" and moment.day["weekday"]:
        # late in the day of publication it is already the next day there, and "on Friday" may be that Friday
        today = max(today, setting.published.astimezone(ZoneInfo(setting.zone)).date())
    span = _absolute(moment.day) or (_relative(moment.day, tense, today) if today else None)
    lead = moment.day["lead"]  # "dawn on Thursday"
    return replace(span, hours=time_words().dayparts[lead]) if span and lead and span.grain == "day" else span


def _bare_clock(moment: Moment, role: TimeRole, tense: Tense, today: date) -> Span:
    """Return the day of a clock time that stands alone; what begins at midnight begins after publication."""
    is_ahead = role not in {"end", "deadline"} and tense != "past"
    if moment.clock and moment.clock.is_midnight and is_ahead:
        return one_day(today + timedelta(1), "the midnight after publication taken, as the text names no day")
    return one_day(today, "day of publication taken, as the text names none")


def _edge(part: str, tense: Tense, setting: Setting) -> Span | None:
    """Return the day of "by sunset": the next one to come after publication, or the last one gone."""
    if setting.published is None:
        return None
    there = setting.published.astimezone(ZoneInfo(setting.zone) if setting.zone else UTC)
    first, last = time_words().dayparts[part]
    shift = (there.hour >= last) if tense != "past" else -(there.hour < first)
    return one_day(there.date() + timedelta(shift), f"the {part} nearest publication", (first, last))


def _today(setting: Setting) -> date | None:
    """Return the day of publication in UTC: newsrooms write "today" for their own day, not for the place's."""
    return setting.published.astimezone(UTC).date() if setting.published else None


def _absolute(m: re.Match[str]) -> Span | None:
    """Resolve what needs no publication time: full dates, months of a year, years."""
    months = time_words().months
    try:
        if m["iso"]:
            return one_day(date.fromisoformat(m["iso"]))
        if m["y1"]:
            return one_day(date(int(m["y1"]), months[m["m1"]], int(m["d1"])))
        if m["y2"]:
            return one_day(date(int(m["y2"]), months[m["m2"]], int(m["d2"])))
    except ValueError:
        return None
    if m["y3"]:
        return month_of(int(m["y3"]), months[m["month"]])
    return year_of(int(m["year"])) if m["year"] else None


def _relative(m: re.Match[str], tense: Tense, today: date) -> Span | None:
    table = time_words()
    if m["d1"] or m["d2"]:
        return date_near(today, table.months[m["m1"] or m["m2"]], int(m["d1"] or m["d2"]), tense)
    if m["weekday"]:
        return _weekday(m, tense, today)
    if m["word"]:
        return _day_word(m["word"], m["dpart"], today)
    if m["tpart"]:
        return one_day(today, hours=table.dayparts[m["tpart"]])
    if m["eunit"]:
        return _end_of(m["erel"], m["eunit"], tense, today)
    if m["month"]:
        if m["yrel"]:
            return month_of(today.year + _YEAR_SHIFT[m["yrel"]], table.months[m["month"]])
        return month_near(today, table.months[m["month"]], tense, m["mrel"] or "")
    if m["ago"]:
        return _ago(m, today)
    return _unit(m["urel"] or "", m["unit"] or "weekend", tense, today)


def _weekday(m: re.Match[str], tense: Tense, today: date) -> Span:
    table = time_words()
    relation = (m["wrel"] or "").replace("past", "last")
    if m["wnext"]:
        week = today - timedelta(today.weekday()) + timedelta(7 if m["wnext"] == "next week" else -7)
        span = one_day(week + timedelta(table.weekdays[m["weekday"]]))
    else:
        span = weekday_near(today, table.weekdays[m["weekday"]], tense, relation)
    return one_day(span.first, span.assumption, table.dayparts[m["wpart"]]) if m["wpart"] else span


def _day_word(word: str, part: str | None, today: date) -> Span:
    shift = {"tomorrow": 1, "yesterday": -1, "last night": -1, "the day before yesterday": -2}.get(word, 0)
    shift = 2 if word.endswith("after tomorrow") else shift
    hours = time_words().dayparts[part] if part else None
    hours = (18, 24) if word in {"tonight", "last night"} else hours
    return one_day(today + timedelta(shift), hours=hours)


def _ago(m: re.Match[str], today: date) -> Span | None:
    table = time_words()
    number = int(m["agon"]) if m["agon"].isdigit() else table.numbers[m["agon"]]
    if m["ago"] in {"earlier", "later"} or not number:
        return None
    days = number * (table.seconds[m["agou"]] // table.seconds["day"])
    day = today + timedelta(days if m["ago"] == "from now" else -days)
    if m["agou"] in {"month", "year"}:
        return month_of(day.year, day.month, "counted back from publication")
    return one_day(day, "counted from publication")


def _end_of(relation: str, unit: str, tense: Tense, today: date) -> Span | None:
    whole = _unit("next" if relation == "next" else "this", unit, tense, today)
    return one_day(whole.last, f"the last day of that {unit}") if whole else None


def _unit(relation: str, unit: str, tense: Tense, today: date) -> Span | None:
    monday = today - timedelta(today.weekday())
    shift = {"last": -1, "the past": -1, "next": 1}.get(relation, 0)
    if unit == "week":
        first = monday + timedelta(7 * shift)
        return Span(first, first + timedelta(6), assumption="any day of that week; its Monday is shown")
    if unit == "weekend":
        first = monday + timedelta(_WEEKEND + 7 * shift)
        if not relation and tense == "past" and today.weekday() < _WEEKEND:
            first -= timedelta(7)
        return Span(first, first + timedelta(1), assumption="its Saturday is shown")
    if unit == "month":
        month = today.year * 12 + today.month - 1 + shift
        return month_of(month // 12, month % 12 + 1)
    return year_of(today.year + shift)
