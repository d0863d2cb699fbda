"""Where a measure holds, told from the places of its sentence: the one that it is said to be in, else the tightest.

Not where people talk about it, comment on it or go to: those places give way to where the article is set.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from processors.detect.clauses import Finding
from processors.detect.countries import Home
from processors.detect.gazetteer import gazetteer
from processors.detect.lexicon import Lexicon
from processors.detect.mentions import ActorMention, PlaceMention
from processors.detect.phrases import key_of
from processors.detect.places import as_place
from processors.detect.roster import read_lexicon
from processors.detect.seats import is_party
from tocsin.vocabulary import Place

_MOST = 2
_MEASURES = ("TRUCE", "SIEGEWORD", "CORRIDOR", "EVACUATION")
_AND = re.compile(r",?\sand\s(?:the\s)?|,\s")


class _Wording(NamedTuple):
    """What may stand around a measure; patterns match the text between it and a place, or beside it."""

    inside: re.Pattern[str]  # "siege of the rebel-held city of", before the place
    called: re.Pattern[str]  # "Aleppo's 72-hour truce", after the place
    talks: re.Pattern[str]
    offices: re.Pattern[str]
    everywhere: re.Pattern[str]


@lru_cache(maxsize=1)
def _wording() -> _Wording:
    table = {
        name: "|".join(map(re.escape, words)) for name, words in read_lexicon("places_words.toml")["measure"].items()
    }
    apart = rf"(?:{table['apart']})\b"
    return _Wording(
        inside=re.compile(
            rf"['’\"”]*\s(?:(?:{table['deals']})\s)?(?:{table['in']})\s(?:(?!{apart})[\w'’-]+\s){{0,4}}", re.IGNORECASE
        ),
        called=re.compile(rf"(?:['’]s)?[,'’‘\"“\s-]{{1,3}}(?:(?!\w+ed\b|{apart})[\w-]+['’‘\"“\s]{{1,3}})?"),
        talks=re.compile(rf"\s(?:{table['talks']})\b"),
        offices=re.compile(rf"\b(?:{table['offices']})\s(?:the\s)?$", re.IGNORECASE),
        everywhere=re.compile(rf"\b(?:{table['everywhere']})\s(?:[\w-]+\s)?$", re.IGNORECASE),
    )


def place_of(
    finding: Finding, places: Sequence[PlaceMention], actors: Sequence[ActorMention], home: Home, lexicon: Lexicon
) -> tuple[Place, ...]:
    """Return where a finding's measure holds; ``home`` is where its article is set."""
    text, measures = finding.line.sentence.text, _measures(finding, lexicon)
    if any(_wording().everywhere.search(text[:start]) for start, _ in measures):
        return ()
    free = [p for p in places if p.country and not (p.is_adjective or is_party(p, actors) or _is_name(p, actors, text))]
    free = [p for p in free if not _wording().offices.search(text[: p.start])]
    if finding.family != "siege":
        free = [p for p in free if home.holds(p.country)]
    said = _with_joined([p for p in free if any(_is_of(text, measure, p) for measure in measures)], free, text)
    towns = [p for p in free if not p.is_country]
    told = [p for p in towns if p in said] or [p for p in towns if not _is_aside(p, finding, lexicon)]
    if finding.family == "ceasefire" and finding.act != "violated":
        return _tightest([p for p in told if p in said] or said or told) or _stood_for(home)
    if not told and home.town is not None:
        return (home.town,)
    return _tightest(told or said) or _stood_for(home) or _tightest(free)


def _stood_for(home: Home) -> tuple[Place, ...]:
    """Return where a truce holds that names no place: a capital stands for its country."""
    if home.place is None:
        return ()
    is_of_all = _is_capital(home.place) or home.place.name in {place.name for place in home.theatre}
    return home.theatre if is_of_all else (home.place,)


def _measures(finding: Finding, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Return the spans of the words of a finding's reading that name its measure."""
    signs = "".join(lexicon.signs[name] for name in _MEASURES)
    tokens = finding.line.tokens[finding.first : finding.last + 1]
    return [(t.start, t.end) for t in tokens if t.sign in signs]


def _with_joined(said: list[PlaceMention], places: Sequence[PlaceMention], text: str) -> list[PlaceMention]:
    """Add the places that "and" joins to those that a measure is said to be in."""
    for place in places:
        if said and place.start > said[-1].end and _AND.fullmatch(text[said[-1].end : place.start]):
            said = [*said, place]
    return said


def _is_name(place: PlaceMention, actors: Sequence[ActorMention], text: str) -> bool:
    """Is a place only a word of a party's name ("Free Aceh Movement")?"""
    around = (a for a in actors if a.start <= place.start and place.end < a.end)
    return any(text[place.end : a.end].lstrip()[:1].isupper() for a in around)


def _is_of(text: str, measure: tuple[int, int], place: PlaceMention) -> bool:
    """Is the measure said to be in the place ("truce in Aleppo") or called by it ("Aleppo truce")?"""
    start, end = measure
    if _wording().talks.match(text, end):
        return False
    if place.start >= end:
        return _wording().inside.fullmatch(text[end : place.start]) is not None
    return place.end <= start and _wording().called.fullmatch(text[place.end : start]) is not None


def _is_aside(place: PlaceMention, finding: Finding, lexicon: Lexicon) -> bool:
    """Is a place of a truce's sentence no more than its circumstance: told in another clause, or the capital?

    Where fire goes on despite it, that is where it is broken. Sieges and demands are of towns, wherever told.
    """
    if finding.family != "ceasefire" or finding.act == "violated":
        return False
    return _is_capital(place) or not _is_in_clause(place, finding, lexicon)


def _is_capital(place: PlaceMention | Place) -> bool:
    return key_of(gazetteer().capitals.get(place.country or "", "")) == key_of(place.name)


def _is_in_clause(place: PlaceMention, finding: Finding, lexicon: Lexicon) -> bool:
    """Does no conjunction part a place from its finding's head?"""
    line, head = finding.line, finding.line.tokens[finding.head]
    first, last = sorted((head.start, place.start))
    marks = ";" + lexicon.signs["CONJUNCTION"]
    between = (sign for token, sign in zip(line.tokens, line.signs, strict=True) if first <= token.start < last)
    return not any(sign in marks for sign in between)


def _tightest(places: Sequence[PlaceMention]) -> tuple[Place, ...]:
    tight = [p for p in places if not any(p.name in other.within for other in places)]
    return tuple(dict.fromkeys(map(as_place, tight)))[:_MOST]
