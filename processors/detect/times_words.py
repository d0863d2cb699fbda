"""The English words of time (lexicons/en/times.toml), compiled once into lookups and patterns."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from processors.detect.roster import read_lexicon

LOCAL = "local"


@dataclass(frozen=True, slots=True)
class TimeWords:
    """Lookups by lower-case word; patterns match lower-case text."""

    weekdays: Mapping[str, int]  # Monday is 0
    months: Mapping[str, int]
    dayparts: Mapping[str, tuple[int, int]]
    numbers: Mapping[str, int]
    seconds: Mapping[str, int]
    clocks: Mapping[str, int | str]
    prepositions: Mapping[str, str]  # role of a preposition, several words joined by spaces
    fillers: frozenset[str]
    verbs: Mapping[str, str]
    future: frozenset[str]
    planning: frozenset[str]
    past: frozenset[str]
    moved: frozenset[str]
    announcing: frozenset[str]
    durations: Mapping[str, frozenset[str]]
    clock: re.Pattern[str]
    day: re.Pattern[str]
    duration: re.Pattern[str]


@lru_cache(maxsize=1)
def time_words() -> TimeWords:
    """Return the compiled lexicon."""
    table = read_lexicon("en/times.toml")
    roles = {name: words for name, words in table["roles"].items() if name != "fillers"}
    return TimeWords(
        weekdays={word: at for at, words in enumerate(table["weekdays"]) for word in words},
        months={word: at for at, words in enumerate(table["months"], start=1) for word in words},
        dayparts={name: (start, end) for name, (start, end) in table["dayparts"].items()},
        numbers=table["numbers"],
        seconds=table["seconds"],
        clocks=table["clocks"],
        prepositions={word: role for role, words in roles.items() for word in words},
        fillers=frozenset(table["roles"]["fillers"]),
        verbs={word: role for role, words in table["verbs"].items() for word in words},
        future=frozenset(table["tense"]["future"]),
        planning=frozenset(table["tense"]["planning"]),
        past=frozenset(table["tense"]["past"]),
        moved=frozenset(table["tense"]["moved"]),
        announcing=frozenset(table["tense"]["announcing"]),
        durations={name: frozenset(words) for name, words in table["durations"].items()},
        clock=_clock_pattern(table),
        day=_day_pattern(table),
        duration=_duration_pattern(table),
    )


def _one_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _clock_pattern(table: Mapping[str, Any]) -> re.Pattern[str]:
    """Match "7:00 pm (1600 GMT)", "0600 GMT", "8am local time", "noon", "9" of "9-11am"."""
    zone = _one_of(table["clocks"])

    def one(n: int) -> str:
        return rf"""(?:
            (?P<hour{n}>\d{{1,2}})(?:[:.](?P<minute{n}>\d{{2}}))?\s?(?P<half{n}>[ap])\.?m\b\.?
          | (?P<hour24{n}>[01]?\d|2[0-4]):(?P<minute24{n}>[0-5]\d)(?!\d)(?:\s?(?:hours|hrs)\b)?
          | (?P<hourdot{n}>[01]?\d|2[0-4])\.(?P<minutedot{n}>[0-5]\d)(?=\s?(?:{zone}|hours\b|hrs\b))
          | (?P<army{n}>[0-2]\d[0-5]\d)(?=\s?(?:{zone}|hours\b|hrs\b))(?:\s?(?:hours|hrs)\b)?
          | (?P<word{n}>noon|midday|midnight)
          | (?P<oclock{n}>\d{{1,2}})\so['’]clock
        )(?:\s?,?(?P<zone{n}>(?:{zone}))\b)?"""

    bare = r"(?P<bare>\d{1,2})(?=\s?(?:-|–|to|and|until|till)\s?\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b)"
    # of a third zone's time in the brackets nothing is read
    early = r"(?:(?P<early>half\san|an|one)\shour\sbefore\s)?"
    other = rf"(?:\s*[(/\[]\s*{one(2)}(?:[;,]\s[^()\[\]]{{3,20}}(?=[)\]]))?\s*[)\]]?)?"
    return re.compile(rf"(?<![\w:.,/$£€])(?:{early}{one(1)}{other}|{bare})", re.VERBOSE)


def _day_pattern(table: Mapping[str, Any]) -> re.Pattern[str]:
    """Match a day, week, month or year, with the part of it ("Friday evening", "early September")."""
    weekday = _one_of(word for words in table["weekdays"] for word in words)
    month = _one_of(word for words in table["months"] for word in words)
    part = _one_of(table["dayparts"])
    number = rf"\d{{1,3}}|{_one_of(table['numbers'])}"
    year = r"(?:19|20)\d{2}"
    th = r"(?:st|nd|rd|th)?"
    edge = _one_of(table["edges"])
    named = rf"(?:(?:{weekday})\.?,?\s)?"
    return re.compile(
        rf"""(?<![\w-])(?:(?P<lead>{part})\s(?:on|of)\s)?(?:
            (?P<iso>{year}-\d{{2}}-\d{{2}})
          | {named}(?:the\s)?(?P<d1>\d{{1,2}}){th}\s(?:of\s)?(?P<m1>{month})\b\.?
                (?:,?\s(?P<y1>{year})\b)?
          | {named}(?P<m2>{month})\b\.?\s(?P<d2>\d{{1,2}}){th}(?![\d:]|\s?[ap]\.?m\b)
                (?:,?\s(?P<y2>{year})\b)?
          | (?:(?P<wrel>last|next|this\scoming|coming|this|past)\s)?(?P<weekday>{weekday})\b
                (?:\s(?P<wpart>{part})\b)?(?:\s(?P<wnext>next\sweek|last\sweek))?
          | (?P<word>today|tonight|tomorrow|yesterday|the\sday\sbefore\syesterday
                |(?:the\s)?day\safter\stomorrow|last\snight|overnight)\b(?:\s(?P<dpart>{part})\b)?
          | this\s(?P<tpart>{part})\b
          | (?P<edge>{edge})\b
          | (?:the\s)?end\sof\s(?P<erel>the|this|next)\s(?P<eunit>week|month|year)\b
          | (?:(?P<mrel>last|next|this\spast|this)\s)?(?P<month>{month})\b\.?
                (?:,?\s(?:of\s)?(?P<y3>{year})\b)?(?:\s(?P<yrel>this\syear|last\syear|next\syear))?
          | (?P<urel>last|next|this|the\spast|the\scoming|coming)\s(?P<unit>weekend|week|month|year)\b
          | the\s(?P<weekend>weekend)\b
          | (?P<agon>{number})\s(?P<agou>day|week|month|year)s?\s(?P<ago>ago|earlier|later|from\snow)\b
          | (?P<year>{year})(?![\d-])
        )""",
        re.VERBOSE,
    )


def _duration_pattern(table: Mapping[str, Any]) -> re.Pattern[str]:
    """Match "72 hours", "seven-day", "week-long", "weeklong", "another five days", "five more days"."""
    number = rf"\d{{1,3}}|{_one_of(table['numbers'])}"
    unit = _one_of(table["seconds"])
    return re.compile(
        rf"""(?<![\w:.-])(?:
            (?P<n>{number})[-\s](?:(?P<more>more|further|additional|extra|full|consecutive)\s)?(?P<u>{unit})s?(?:[-\s]?long)?\b
          | (?P<u2>{unit})-?long\b
        )""",
        re.VERBOSE,
    )
