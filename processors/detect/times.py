"""Finds times and durations and says what each is: a start, an end, a deadline, when something was said.

Resolves against the time of publication and the setting's zone, by the tense around; without a publication time only
dates that the text gives in full are resolved.
"""

import re
from dataclasses import replace
from datetime import timedelta

from msgspec import structs

from processors.detect.mentions import Setting, Tense, TimeMention, TimeRole
from processors.detect.times_calendar import claim, shifted
from processors.detect.times_days import day_of
from processors.detect.times_durations import durations
from processors.detect.times_scan import LOOK_BACK, Moment, lower, moments, words_after, words_before
from processors.detect.times_slots import Slots, refine, slots
from processors.detect.times_words import TimeWords, time_words
from tocsin.vocabulary import ClaimedTime

__all__ = ["Slots", "find", "refine", "slots"]

_VERB_REACH = 6  # words between a verb and its time
_PREPOSITION_REACH = 4
_DETERMINERS = frozenset({"the", "a", "an", "his", "its", "their", "this", "that", "all"})
_HISTORY = frozenset({"time", "first", "war", "worst", "most", "biggest", "conflict", "deadliest", "heaviest"})
_MEASURES = frozenset({"ceasefire", "cease-fire", "truce", "pause", "lull", "halt", "siege", "blockade", "evacuation"})
_DAY = 86_400  # seconds
_WEEK = 7 * _DAY


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
    found.extend(d for d in durations(low) if not any(d.start < end and start < d.end for start, end in taken))
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
        if len(gap) > LOOK_BACK or ". " in gap:
            return None
        if earlier.day is not None and mention.role != "reported":
            return earlier.day
    return None


def _mention(moment: Moment, text: str, low: str, setting: Setting, of_range: Tense | None) -> TimeMention:
    before = words_before(low, moment.start)
    after = words_after(low, moment.end)
    role, verb = _role(moment, before, after, time_words())
    tense = of_range or _tense(role, verb, before, after, time_words())
    span = day_of(moment, role, tense, setting)
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
    if claimed and tense == "future" and _is_gone_midnight(moment, claimed, setting):
        claimed = shifted(claimed, _DAY, words)  # "will begin at midnight on Monday", told on Monday
    return TimeMention(start=moment.start, end=moment.end, role=role, claimed=claimed, tense=tense)


def _is_gone_midnight(moment: Moment, claimed: ClaimedTime, setting: Setting) -> bool:
    """Is it the midnight that the day of publication began with?"""
    is_midnight = moment.clock is not None and moment.clock.is_midnight and moment.day is not None
    gone = setting.published - claimed.latest if setting.published else timedelta()
    return is_midnight and timedelta() < gone < timedelta(days=1)


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
    if role in {"point", "start"} and not table.planning.isdisjoint(before[:1]):
        return "future"
    if role in {"start", "end", "deadline"} and verb in table.prepositions and table.moved & set(before[:_VERB_REACH]):
        return "future"
    for at, word in enumerate(before):
        if word in table.prepositions and word not in verb.split():  # "left from Aleppo on Friday"
            continue
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
