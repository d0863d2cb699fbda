"""Who, whom and where of a finding: the actors and places of its sentence, told apart by where they stand."""

from collections.abc import Sequence
from typing import NamedTuple

from processors.detect.clauses import Finding
from processors.detect.mentions import ActorMention, PlaceMention
from tocsin.vocabulary import Place


class Cast(NamedTuple):
    """Who does it, to whom."""

    issuer: tuple[ActorMention, ...]
    target: tuple[ActorMention, ...]


def cast(finding: Finding, actors: Sequence[ActorMention], lead: Sequence[ActorMention]) -> Cast:
    """Return issuer and target of a finding; ``lead`` are the title's actors, where the sentence has none."""
    tokens = finding.line.tokens
    head = tokens[finding.head]
    end = tokens[finding.last].end
    by = _after_by(finding, actors)
    if by:
        return Cast(by, _others(by, [a for a in actors if a.end <= head.start]))
    before = _subject(finding, [a for a in actors if a.end <= head.start])
    issuer = before or _speaker(finding, actors, end)
    target = _others(issuer, [a for a in actors if a.start >= head.end])
    return Cast(issuer, target)


def place_of(places: Sequence[PlaceMention], fallback: Sequence[Place]) -> tuple[Place, ...]:
    """Return the tightest places named in a sentence, else the article's."""
    towns = [p for p in places if not p.is_country and p.country]
    countries = [p for p in places if p.is_country and not p.is_adjective]
    chosen = towns or countries
    found = tuple(
        dict.fromkeys(Place(name=p.name, country=p.country or "XX") for p in chosen if not _is_outer(p, chosen))
    )
    return found[:2] if found else tuple(fallback)


def _is_outer(place: PlaceMention, places: Sequence[PlaceMention]) -> bool:
    return any(place.name in p.within for p in places)


def _after_by(finding: Finding, actors: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    tokens = finding.line.tokens
    for i in range(finding.head + 1, min(finding.head + 4, len(tokens))):
        if tokens[i].key == "by":
            return _group([a for a in actors if a.start >= tokens[i].end], finding, tokens[i].end)
    return ()


def _subject(finding: Finding, before: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    """Return the actors of the subject: the group of mentions that comes first in the head's clause."""
    return _group(before, finding, 0)


def _group(actors: Sequence[ActorMention], finding: Finding, start: int) -> tuple[ActorMention, ...]:
    """Return the first actor and those joined to it by "and" or a comma."""
    text = finding.line.sentence.text
    group: list[ActorMention] = []
    for a in actors:
        if a.start < start:
            continue
        if group and (a.start < group[-1].end or _joins(text[group[-1].end : a.start])):
            group.append(a)
        elif not group:
            group = [a]
        else:
            break
    return tuple(group)


def _joins(between: str) -> bool:
    words = between.lower().replace("’", "'").split()
    return len(words) <= 4 and any(
        w in ("and", "&", ",", "and,") or w.endswith(",") for w in (between.strip()[:1], *words)
    )


def _speaker(finding: Finding, actors: Sequence[ActorMention], end: int) -> tuple[ActorMention, ...]:
    return ()


def _others(issuer: Sequence[ActorMention], actors: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    names = {a.name for a in issuer}
    return tuple(a for a in actors if a.name not in names)[:2]
