"""What an announcement could have been read as, and was not: other rules, places, parties and times of its sentence."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from processors.detect import actors, places, times
from processors.detect.clauses import Line, applies, finding_of, read_line
from processors.detect.countries import read_setting
from processors.detect.lexicon import Lexicon
from processors.detect.mentions import Setting
from processors.detect.rules import Rule
from processors.detect.sentences import split
from tocsin.vocabulary import Announcement, Article


class Alternative(NamedTuple):
    """A reading that lost: ``what`` it is of (act, place, party, time), ``reading`` in words, and ``why`` it lost."""

    what: str
    reading: str
    why: str


def alternatives(
    article: Article, told: Announcement, others: Sequence[Announcement], lexicon: Lexicon
) -> tuple[Alternative, ...]:
    """Return what else the sentence of an announcement holds; nothing where the article does not hold the sentence.

    ``others`` are all announcements of the article: what is one of them has not lost.
    """
    lines = [read_line(s, lexicon) for s in (*split(article.title, is_title=True), *split(article.text, index=1))]
    line = next((one for one in lines if one.sentence.text == told.quote), None)
    if line is None:
        return ()
    present = frozenset("".join(one.signs for one in lines))
    kept = {(one.family, one.act) for one in others if one.quote == told.quote}
    acts = (lost for lost in _acts(line, told, present, lexicon) if lost.acts not in kept)
    setting = read_setting(article.title, article.text, article.published)
    return (*(lost.alternative for lost in acts), *_slots(told, setting))


class _LostAct(NamedTuple):
    acts: tuple[str, str]
    alternative: Alternative


def _acts(line: Line, told: Announcement, present: frozenset[str], lexicon: Lexicon) -> Iterator[_LostAct]:
    """Yield the rules that fit the sentence, but for the one that was used."""
    used = told.evidence.rule if told.evidence else ""
    for rule in lexicon.rules:
        if rule.name == used or (match := rule.pattern.search(line.signs)) is None:
            continue
        first, last = match.start(), match.end() - 1
        clause = line.sentence.text[line.tokens[first].start : line.tokens[last].end]
        finding = finding_of(rule, match, line, lexicon)
        act = (finding.act if finding else rule.act) or ""
        named = f"{rule.family or 'any family'}/{act}" if act else "no announcement"
        why = _why(rule, is_held=finding is not None or rule.act is None, fits=applies(rule, line, lexicon, present))
        yield _LostAct((rule.family or "", act), Alternative("act", f"{named} by rule {rule.name}, in «{clause}»", why))


def _why(rule: Rule, *, is_held: bool, fits: bool) -> str:
    if not fits:
        return f"needs the {rule.where}" if rule.where else f"needs {rule.needs or 'no ' + rule.unless} in the article"
    return "another rule comes first" if is_held else "negated, doubted, or told as what only would or could be"


def _slots(told: Announcement, setting: Setting) -> Iterator[Alternative]:
    names = {place.name for place in told.place}
    for place in places.find(told.quote, setting):
        if place.name not in names and not place.is_adjective:
            yield Alternative("place", f"{place.name} ({place.country or '–'})", "not said to be where it holds")
    parties = {*told.issuer, *told.target}
    for name in dict.fromkeys(actor.name for actor in actors.find(told.quote, setting)):
        if name not in parties:
            yield Alternative("party", name, "neither who announces it nor to whom")
    taken = {time.text for time in (told.start, told.end, told.deadline) if time}
    for mention in times.find(told.quote, setting):
        words = told.quote[mention.start : mention.end]
        if words not in taken and (mention.claimed is None or mention.claimed.text not in taken):
            yield Alternative("time", f"“{words}” as {mention.role}", _unused(mention.role))


def _unused(role: str) -> str:
    return "says when it was reported" if role == "reported" else "no time of the measure itself"
