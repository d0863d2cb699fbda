"""Finds times and durations and says what each is: a start, an end, a deadline, when something was said.

Resolves against the time of publication and the setting's zone, by the tense around; without a publication time only
dates that the text gives in full are resolved.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from msgspec import structs

from processors.detect.mentions import Setting, Tense, TimeMention, TimeRole
from processors.detect.times_calendar import (
    Span,
    claim,
    date_near,
    month_near,
    month_of,
    one_day,
    shifted,
    weekday_near,
    year_of,
)
from processors.detect.times_scan import Moment, lower, moments
from processors.detect.times_slots import Slots, refine, slots
from processors.detect.times_words import TimeWords, time_words

__all__ = ["Slots", "find", "refine", "slots"]

_WORD = re.compile(r"[a-z]+(?:[-'][a-z]+)*|[.;!?]|\d+")
_LOOK_BACK = 90  # characters
_LOOK_AHEAD = 50
_VERB_REACH = 6  # words between a verb and its time
_PREPOSITION_REACH = 4
_DETERMINERS = frozenset({"the", "a", "an", "his", "its", "their", "this", "that", "all"})
_HISTORY = frozenset({"time", "first", "war", "worst", "most", "biggest", "conflict", "deadliest", "heaviest"})
_MEASURES = frozenset({"ceasefire", "cease-fire", "truce", "pause", "lull", "halt", "siege", "blockade", "evacuation"})
_YEAR_SHIFT = {"last year": -1, "this year": 0, "next year": 1}
_DAY = 86_400  # seconds
_WEEK = 7 * _DAY
_WEEKEND = 5  # weekday on which it begins


def find(text: str, setting: Setting) -> tuple[TimeMention, ...]:
    """Return the times and durations of a text in order."""
    low = lower(text)
    found: list[TimeMention] = []
    spans = moments(text)
    for moment in spans:
        of_range = found[-1].tense if moment.range_role == "end" else None
        if moment.day is None:
            moment = replace(moment, day=_day_before(moment, spans, found, low))
        mention = _mention(moment, text, low, setting, of_range)
        found.append(_after_start(mention, found[-1]) if of_range else mention)
    taken = [(m.start, m.end) for m in found]
    found.extend(d for d in _durations(text, low) if not any(d.start < end and start < d.end for start, end in taken))
    return tuple(sorted(found, key=lambda m: m.start))


def _after_start(end: TimeMention, start: TimeMention) -> TimeMention:
    """Put the end of a range of weekdays a week later where it would lie before its start ("Monday to Thursday")."""
    if not end.claimed or not start.claimed or end.claimed.latest >= start.claimed.earliest:
        return end
    later = shifted(end.claimed, _WEEK, end.claimed.text)
    return structs.replace(end, claimed=later) if later.latest >= start.claimed.earliest else end


def _day_before(moment: Moment, spans: list[Moment], found: list[TimeMention], low: str) -> re.Match[str] | None:
    """Return the day that the sentence named shortly before a bare clock time ("open on Friday, from 9am to 7pm")."""
    for earlier, mention in zip(reversed(spans[: len(found)]), reversed(found), strict=True):
        gap = low[earlier.end : moment.start]
        if len(gap) > _LOOK_BACK or ". " in gap:
            return None
        if earlier.day is not None and mention.role != "reported":
            return earlier.day
    return None


def _mention(moment: Moment, text: str, low: str, setting: Setting, of_range: Tense | None) -> TimeMention:
    before = _words_before(low, moment.start)
    after = _WORD.findall(low[moment.end : moment.end + _LOOK_AHEAD])
    role, verb = _role(moment, before, after, time_words())
    tense = of_range or _tense(role, verb, before, after, time_words())
    span = _span(moment, role, tense, setting)
    words = text[moment.start : moment.end]
    claimed = claim(words, span, moment.clock, setting.zone, role in {"end", "deadline"}) if span else None
    if (
        claimed
        and moment.day is None
        and tense == "past"
        and setting.published
        and claimed.earliest > setting.published
    ):
        claimed = shifted(claimed, -_DAY, words)  # "came into force at 6pm", told the next morning
    return TimeMention(start=moment.start, end=moment.end, role=role, claimed=claimed, tense=tense)


def _words_before(low: str, start: int) -> list[str]:
    """Return the words before, nearest first, back to the end of the last sentence."""
    words: list[str] = []
    for word in reversed(_WORD.findall(low[max(0, start - _LOOK_BACK) : start])):
        if word in ".;!?":
            break
        words.append(word)
    return words


def _role(moment: Moment, before: list[str], after: list[str], table: TimeWords) -> tuple[TimeRole, str]:
    """Return the role and the word that gave it."""
    if moment.range_role:
        return ("start" if moment.range_role == "start" else "end"), ""
    if after[:1] == ["s"] and after[1:2] != ["deadline"]:  # "extended Thursday's truce": neither start nor end
        return "point", ""
    if after[:1] == ["deadline"] or after[:2] == ["s", "deadline"] or after[1:2] == ["deadline"]:
        return "deadline", "deadline"
    preposition = _preposition(before, table)
    if preposition and preposition[0] != "point":
        role, word = preposition
        return _as_role(role), word
    verb = _verb(before, table)
    if after and table.verbs.get(after[0]) == "reported" and (verb is None or verb[1] != "reported"):
        return "reported", after[0]
    if verb:
        return _as_role(verb[1]), verb[0]
    return "point", ""


def _as_role(name: str) -> TimeRole:
    roles: dict[str, TimeRole] = {"start": "start", "end": "end", "deadline": "deadline", "reported": "reported"}
    return roles.get(name, "point")


def _is_mere_comparison(before: list[str], at: int) -> bool:
    """Is it "at war since 2015", "the first since March": history, not the start of the measure?"""
    return before[at] == "since" and bool(_HISTORY & set(before[at + 1 : at + 5]))


def _preposition(before: list[str], table: TimeWords) -> tuple[str, str] | None:
    """Return the role of the preposition right before, fillers skipped, longest first ("no later than")."""
    for at in range(min(_PREPOSITION_REACH, len(before))):
        if _is_mere_comparison(before, at):
            return "reported", "since"
        for length in (3, 2, 1):
            word = " ".join(reversed(before[at : at + length]))
            role = table.prepositions.get(word)
            if role and role != "point":
                return role, word
        if before[at] not in table.fillers:
            return None
    return None


def _verb(before: list[str], table: TimeWords) -> tuple[str, str] | None:
    is_measure = False
    for at, word in enumerate(before[:_VERB_REACH]):
        is_measure = is_measure or word in _MEASURES
        pair = " ".join(reversed(before[at : at + 2]))
        if pair in table.verbs:
            return pair, table.verbs[pair]
        if word in table.verbs:
            # "announced a truce Thursday" tells when the truce is; "announced on Thursday" when it was said
            return None if is_measure and table.verbs[word] == "reported" else (word, table.verbs[word])
    return None


def _tense(role: TimeRole, verb: str, before: list[str], after: list[str], table: TimeWords) -> Tense:
    if role == "reported":
        return "past"
    if verb == "since":
        return "past"
    if role == "point" and after[:1] == ["s"]:  # "Monday's truce"
        return "unknown"
    if role in {"start", "end", "deadline"} and verb in table.prepositions and table.moved & set(before[:_VERB_REACH]):
        return "future"
    for at, word in enumerate(before):
        is_passive = before[at + 1 : at + 2] in (["be"], ["being"])  # "would be opened": the verb before decides
        is_past = word in table.past or (word.endswith("ed") and word not in table.future and not is_passive)
        is_future = word in table.future and not (word == "to" and (at == 0 or before[at - 1] in _DETERMINERS))
        if is_past and word in table.announcing and not table.weekdays.keys().isdisjoint(before):
            return "future"  # "declared on Wednesday a pause on Friday"
        if is_future or is_past:
            return "past" if is_past else "future"
    if role in {"deadline", "end"}:
        return "future"
    for word in after[:_VERB_REACH]:
        if word in table.future:
            return "future"
        if word in table.past or word.endswith("ed"):
            return "past"
    return "unknown"


def _span(moment: Moment, role: TimeRole, tense: Tense, setting: Setting) -> Span | None:
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


def _durations(text: str, low: str) -> Iterator[TimeMention]:
    table = time_words()
    for m in table.duration.finditer(low):
        before = _words_before(low, m.start())
        after = _WORD.findall(low[m.end() : m.end() + _LOOK_AHEAD])[:3]
        number = 1 if m["u2"] else (int(m["n"]) if m["n"].isdigit() else table.numbers[m["n"]])
        kind = _duration_role(before[:2], after, "-" in m.group() or bool(m["u2"]), table) if number else None
        if kind is None:
            continue
        is_further = bool(m["more"] or set(before[:2]) & table.durations["further"])
        yield TimeMention(
            start=m.start(),
            end=m.end(),
            role=kind,
            claimed=None,
            seconds=number * table.seconds[m["u2"] or m["u"]],
            is_further=is_further,
        )


def _duration_role(before: list[str], after: list[str], is_compound: bool, table: TimeWords) -> TimeRole | None:
    """Return whether a duration is the term of a measure, of a demand, or neither (None)."""
    words = table.durations
    near = set(before)
    if after[:1] and after[0] in words["never_after"]:
        return None
    if before[:1] == ["in"] and set(before[1:2]) & words["running_out"]:
        return "deadline"
    is_lasting = before[:1] == ["for"] and set(before[1:2]) & words["lasting"]
    if (
        near & words["never_before"]
        and not is_compound
        and not is_lasting
        and "the next" not in " ".join(reversed(before))
    ):
        return None
    if set(after[:1]) & words["deadline_after"] - {"to"} or set(before[:1]) & {"within"}:
        return "deadline"
    if after[:1] == ["to"] and near & words["deadline_before"]:
        return "deadline"
    is_term = bool(near & words["before"] - {"a", "the", "of", "new"}) and not is_compound
    return "duration" if is_lasting or is_term or set(after) & words["after"] else None
