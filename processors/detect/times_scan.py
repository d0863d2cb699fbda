"""Scans a text for clock times and days, joins those that belong together, and pairs the ends of ranges."""

import re
from dataclasses import dataclass, replace

from processors.detect.times_calendar import Clock
from processors.detect.times_words import TimeWords, time_words

_BETWEEN = re.compile(
    r"\s*,?\s*(?:(?:on|at|from|of|by|in the|the|early|late|later|around|about|local time|this|sharp)\s*)*"
    r"(?:(?:dawn|morning|afternoon|evening|night)\s+(?:on|of)?\s*)?,?\s*"
)
_RANGE = re.compile(r"\s*,?\s*(?:to|until|till|through|and|-|–|—)\s*(?:about|around)?\s*")
_NEEDS_PREPOSITION = re.compile(
    r"\b(?:in|since|by|until|till|from|early|late|mid|of|during|through|for|before|after|between|and|to)[\s-]+"
    r"(?:the\s)?(?:month of\s)?$"
)
_BEFORE_YEAR = re.compile(r"\b(?:in|since|by|until|from|during|of|early|late|before)\s$")
_OPENS_RANGE = re.compile(r"\b(?:from|between)\s(?:\w+\s)?$")
_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*|[.;!?]|\d+")
LOOK_BACK = 90  # characters before a time that tell what it is
_LOOK_AHEAD = 50
_SHORT = 3  # letters of abbreviated weekdays and months that are words too ("sun", "mar")
_NOON = 12
_HALF, _HOUR = 30, 60  # minutes


@dataclass(frozen=True, slots=True)
class Moment:
    """A day, a clock time, or both, as the text has them. ``day`` is the match of the day pattern."""

    start: int
    end: int
    day: re.Match[str] | None = None
    clock: Clock | None = None
    range_role: str = ""  # "start" or "end" where it is one end of a range


def lower(text: str) -> str:
    """Return the text in lower case, character by character, so that offsets stay."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.replace("\xa0", " ").replace("’", "'")


def words_before(low: str, start: int) -> list[str]:
    """Return the words before a place in a lower-case text, nearest first, back to the end of the last sentence."""
    words: list[str] = []
    for word in reversed(_WORD.findall(low[max(0, start - LOOK_BACK) : start])):
        if word in ".;!?":
            break
        words.append(word)
    return words


def words_after(low: str, end: int) -> list[str]:
    """Return the words shortly after a place in a lower-case text."""
    return _WORD.findall(low[end : end + _LOOK_AHEAD])


def moments(text: str) -> list[Moment]:
    """Return the moments of a text in order."""
    low, table = lower(text), time_words()
    found = [Moment(m.start(), m.end(), clock=clock) for m in table.clock.finditer(low) if (clock := _clock(m, table))]
    taken = [(moment.start, moment.end) for moment in found]
    for m in table.day.finditer(low):
        if _is_day(m, text, low) and not any(m.start() < end and start < m.end() for start, end in taken):
            found.append(Moment(m.start(), m.end(), day=m))
    found.sort(key=lambda moment: moment.start)
    return _ranges(_joined(found, low), low)


def _is_day(m: re.Match[str], text: str, low: str) -> bool:
    """Is the match a day and no common word ("may", "sun") or bare number?"""
    if m["year"]:
        return bool(
            re.search(
                r"\b(?:in|since|by|until|from|during|of|early|late|before)\s$", low[max(0, m.start() - 12) : m.start()]
            )
        )
    word = m["weekday"] or m["month"]
    if word is None:
        return True
    start = m.start("weekday") if m["weekday"] else m.start("month")
    if not text[start].isupper():
        return False
    if m["weekday"]:
        return len(word) > _SHORT + 2 or bool(re.search(r"(?:\bon\s|\()$", low[max(0, m.start() - 4) : m.start()]))
    if word in {"may", "march"} or len(word) <= _SHORT:
        return bool(m["mrel"] or m["y3"] or (_NEEDS_PREPOSITION.search(low[max(0, m.start() - 20) : m.start()])))
    return True


def _clock(m: re.Match[str], table: TimeWords) -> Clock | None:
    first = _one_clock(m, 1, table)
    if m["bare"]:
        return Clock(int(m["bare"]), 0, is_midnight=False) if int(m["bare"]) <= _NOON else None
    if first is None:
        return None
    if m["early"]:
        first = _before(first, _HALF if m["early"].startswith("half") else _HOUR)
    second = _one_clock(m, 2, table)
    if second is not None and second.zone == 0 and first.zone != 0:
        return replace(first, utc=(second.hour, second.minute))
    if second is not None and first.zone == 0:
        return replace(second, zone=None, utc=(first.hour, first.minute))
    return first


def _before(clock: Clock, minutes: int) -> Clock:
    """Return the clock time some minutes earlier; before midnight it is still the same day."""
    whole = (clock.hour * _HOUR + clock.minute - minutes) % (24 * _HOUR)
    return replace(clock, hour=whole // _HOUR, minute=whole % _HOUR, is_midnight=False)


def _one_clock(m: re.Match[str], n: int, table: TimeWords) -> Clock | None:
    zone = table.clocks[m[f"zone{n}"]] if m[f"zone{n}"] else None
    if m[f"hour{n}"]:
        hour, minute = int(m[f"hour{n}"]), int(m[f"minute{n}"] or 0)
        if not 1 <= hour <= _NOON or minute > 59:
            return None
        hour = hour % _NOON + (_NOON if m[f"half{n}"] == "p" else 0)
        return Clock(hour, minute, zone, is_midnight=hour == 0 and minute == 0)
    if m[f"hour24{n}"] or m[f"hourdot{n}"]:
        hour, minute = int(m[f"hour24{n}"] or m[f"hourdot{n}"]), int(m[f"minute24{n}"] or m[f"minutedot{n}"])
        return Clock(hour % 24, minute, zone, is_midnight=hour in {0, 24} and minute == 0)
    if m[f"army{n}"]:
        hour, minute = int(m[f"army{n}"][:2]), int(m[f"army{n}"][2:])
        return Clock(hour % 24, minute, zone, is_midnight=hour in {0, 24} and minute == 0) if hour <= 24 else None
    if m[f"word{n}"]:
        is_midnight = m[f"word{n}"] == "midnight"
        return Clock(0 if is_midnight else _NOON, 0, zone, is_midnight=is_midnight)
    if m[f"oclock{n}"] and 1 <= int(m[f"oclock{n}"]) <= _NOON:
        return Clock(int(m[f"oclock{n}"]), 0, zone)
    return None


def _joined(found: list[Moment], low: str) -> list[Moment]:
    """Join a clock time and the day next to it: "9am on Friday", "Friday, 9am", "midnight on Sunday"."""
    joined: list[Moment] = []
    for moment in found:
        last = joined[-1] if joined else None
        is_pair = (
            last is not None
            and (last.day is None) != (moment.day is None)
            and (last.clock is None) != (moment.clock is None)
        )
        if last is not None and is_pair and _BETWEEN.fullmatch(low[last.end : moment.start]):
            joined[-1] = Moment(last.start, moment.end, last.day or moment.day, last.clock or moment.clock)
        else:
            joined.append(moment)
    return joined


def _is_pair(one: Moment, other: Moment) -> bool:
    """Does one tell the day only and the other the clock time only?"""
    return (one.day is None) != (other.day is None) and (one.clock is None) != (other.clock is None)


def _ranges(found: list[Moment], low: str) -> list[Moment]:
    """Mark the ends of ranges ("from 9am to 7pm", "between Monday and Friday") and share the day between them."""
    marked = list(found)
    for at in range(len(found) - 1):
        one, other = marked[at], marked[at + 1]
        gap = low[one.end : other.start]
        if one.range_role == "end" or not _RANGE.fullmatch(gap):
            continue
        before = low[max(0, one.start - 12) : one.start]
        is_opened = bool(re.search(r"\b(?:from|between)\s(?:\w+\s)?$", before)) or (
            one.clock and other.clock and "and" not in gap
        )
        if not is_opened or (one.clock is None) != (other.clock is None):
            continue
        first, second = _with_halves(one, other)
        marked[at] = replace(first, day=one.day or other.day, range_role="start")
        marked[at + 1] = replace(second, day=other.day or one.day, range_role="end")
    return marked


def _with_halves(one: Moment, other: Moment) -> tuple[Moment, Moment]:
    """Give "9" of "9 to 11 pm" its half of the day: that of the other, or the earlier one when it would be later."""
    if one.clock and other.clock and other.clock.hour >= _NOON and one.clock.hour < _NOON:
        is_bare = one.end - one.start <= 2
        if is_bare and one.clock.hour + _NOON < other.clock.hour:
            one = replace(one, clock=replace(one.clock, hour=one.clock.hour + _NOON))
    return one, other
