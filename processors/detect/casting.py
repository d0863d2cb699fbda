"""Who and whom of a finding: the actors of its sentence, told apart by where they stand."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from processors.detect.actor_words import actor_words
from processors.detect.clauses import Finding
from processors.detect.lexicon import Lexicon
from processors.detect.mentions import ActorMention
from processors.detect.owning import makers, owner, owns_truce
from processors.detect.tokens import Token

_BY = 4  # words after a head in which "by" names who did it
_MOST = 2  # targets
_JOINED = 4  # words between two actors of one group: "and the country's", ", a"
_REPORTS = re.compile(
    r"(?:['’]s)?(?:\s[\w'’-]+){0,3}?\s(?:said|says|reported|announced)(?:\s\w+){0,3}\.?$"
)  # ends a sentence
_NEAR_BY = re.compile(r"(?:\s[^\W\d]+){0,5}\s", re.UNICODE)  # words from "by" to who did it; no number, no comma
_HAS = re.compile(r"(?:\s(?:has|have|had|also|then|later|now|already|will|would))*\s", re.IGNORECASE)
_AND_THE = re.compile(r"\b(?:and|but)\s(?:the\s)?$", re.IGNORECASE)
_OF = re.compile(r"\s(?:of|for)\s\w+ing\b")  # after the accused, before what he is accused of
_SUFFERS = re.compile(r"(?:\s[\w'’-]+){0,4}\s")  # nothing parts whom it is done to from the deed
_PAIR = 2
_NEXT = 4  # words after "said" in which "that" follows ("said on Monday that")
_DIRECT = frozenset({"say", "says", "said", "saying"})
_SPEAKER_ACTS = frozenset({"urged", "violated", "denied"})  # whoever says so does it
_ALL_SIDES = frozenset({"agreed", "in_force", "ended", "extended", "violated"})  # "between A and B" names who does it
_STATES = frozenset({"in_force", "ended", "extended"})  # of a truce that someone announced before
_TOLD_ASIDE = frozenset({"in_force", "ended", "violated"})  # said of the truce itself, in the clause that names it


class Cast(NamedTuple):
    """Who does it, to whom. ``is_agent``: the issuer is named as the one "by" whom it is done."""

    issuer: tuple[ActorMention, ...]
    target: tuple[ActorMention, ...]
    is_agent: bool = False


def cast(finding: Finding, actors: Sequence[ActorMention], lexicon: Lexicon) -> Cast:
    """Return issuer and target of a finding: its agent after "by", else whose deed it is, else its clause's subject.

    Who brokered it does not count.
    """
    head, text = finding.line.tokens[finding.head], finding.line.sentence.text
    own = _without_brokers(finding, actors)
    before = [a for a in own if a.end <= head.start]
    after = [a for a in own if a.start >= head.end and not _REPORTS.match(text, a.end)]
    if finding.act == "violated":
        after = [a for a in after if not owns_truce(finding, a, lexicon)]
    if by := _after_by(finding, own):
        return Cast(by, _others(by, [a for a in before if _SUFFERS.fullmatch(text[a.end : head.start])]), is_agent=True)
    if accused := _accusation(finding, own, lexicon):
        return accused
    issuer = (
        _announcer(finding, own)
        or owner(finding, before)
        or _of_second_clause(finding, before)
        or _subject(finding, before, lexicon)
        or _of_main_clause(finding, before, after)
        or _sides(finding, after)
        or _taker(finding, after, lexicon)
    )
    if _is_defied(finding, issuer, lexicon):
        return Cast((), issuer)
    return Cast(issuer, _others(issuer, makers(finding, after) or after))


def _without_brokers(finding: Finding, actors: Sequence[ActorMention]) -> list[ActorMention]:
    """Return the actors but those told only as who brokered the truce ("a truce brokered by the US and Russia")."""
    text = finding.line.sentence.text
    brokers: set[int] = set()
    for at, actor in enumerate(actors):
        words = text[: actor.start].lower().removesuffix("the ").split()
        if words[-1:] == ["by"] and not actor_words().brokering.isdisjoint(words[-2:-1]):
            brokers |= {broker.start for broker in _group(actors[at:], finding)}
    return [a for a in actors if a.start not in brokers]


def _accusation(finding: Finding, actors: Sequence[ActorMention], lexicon: Lexicon) -> Cast | None:
    """Return who accuses whom of a breach; of two who accuse each other each does both.

    Of anything else the accused is who does it ("accused the army of refusing the truce").
    """
    tokens = finding.line.tokens
    at = next((i for i in range(finding.last + 1) if tokens[i].sign in lexicon.signs["ACCUSING"]), 0)
    if not at:
        return None
    if finding.act != "violated":
        doers = [a for a in actors if tokens[at].end <= a.start and a.end <= tokens[finding.head].start]
        is_of = doers and _OF.match(finding.line.sentence.text, doers[-1].end)
        return Cast(_group(doers, finding), ()) if is_of else None
    before = [a for a in actors if a.start < tokens[at].start]
    accusers = _group([a for a in before if a.start >= _clause_start(finding, lexicon)], finding)
    if not accusers and tokens[at].key.endswith("ing"):  # "struck again after accusing them"
        accusers = _group(before, finding)
    accused = _group([a for a in actors if a.start >= tokens[at].end], finding)
    if tokens[at - 1].key in actor_words().be:
        return Cast((), accusers)
    if any(t.key in actor_words().mutual for t in tokens[at - 1 : at + _NEXT]) and len(accusers) > 1:
        return Cast(accusers, accusers)
    names = {a.name for a in accused}
    return Cast(tuple(a for a in accusers if a.name not in names), accused)


def _taker(finding: Finding, after: Sequence[ActorMention], lexicon: Lexicon) -> tuple[ActorMention, ...]:
    """Return who takes the place whose siege ended ("... ended when the army took control")."""
    if (finding.family, finding.act) != ("siege", "ended"):
        return ()
    taken = (t.start for t in finding.line.tokens if _takes(t, lexicon))
    takers = ([a for a in after if a.end <= start][-1:] for start in taken)
    return next((tuple(taker) for taker in takers if taker), ())


def _takes(token: Token, lexicon: Lexicon) -> bool:
    return token.sign in lexicon.signs["CAPTURE"] or token.key in actor_words().controlling


def _is_defied(finding: Finding, issuer: Sequence[ActorMention], lexicon: Lexicon) -> bool:
    """Is a demand told as what its addressee refuses ("they defied a deadline to surrender")?"""
    if (finding.family, finding.act) != ("ultimatum", "declared") or not issuer:
        return False
    refused = lexicon.signs["REJECT"] + lexicon.signs["DEFY"]
    head = finding.line.tokens[finding.head]
    between = (t for t in finding.line.tokens if issuer[-1].end <= t.start <= head.start)
    return any(t.sign in refused for t in between)


def _after_by(finding: Finding, actors: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    tokens, text = finding.line.tokens, finding.line.sentence.text
    makers = ("by", "from") if tokens[finding.head].key in actor_words().deeds else ("by",)
    for at in range(finding.head + 1, min(finding.head + _BY, len(tokens))):
        if tokens[at].key not in makers:
            continue
        named = [a for a in actors if a.start >= tokens[at].end]
        is_near = named and _NEAR_BY.fullmatch(text, tokens[at].end, named[0].start)
        is_anothers = at > finding.head + 1 and tokens[at - 1].key in actor_words().deeds  # "rejected a call by"
        return _group(named, finding) if is_near and not is_anothers else ()
    return ()


def _announcer(finding: Finding, actors: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    """Return who announced the truce that is told of ("a pause declared by its ally Russia expired")."""
    text = finding.line.sentence.text
    for at, actor in enumerate(actors if finding.act in _STATES else ()):
        words = text[: actor.start].lower().split()[-_BY:]
        if any(verb in actor_words().announcing and by == "by" for verb, by in pairwise(words)):
            return _group(actors[at:], finding)
    return ()


def _subject(finding: Finding, before: Sequence[ActorMention], lexicon: Lexicon) -> tuple[ActorMention, ...]:
    """Return the first actors of the head's clause; where it has none, those of the sentence."""
    start = _clause_start(finding, lexicon)
    told = [a for a in before if a.start >= max(start, _reported_from(finding, lexicon))]
    found = _group(told, finding) or _group([a for a in before if a.start >= start], finding)
    is_aside = finding.family == "ceasefire" and finding.act in _TOLD_ASIDE
    tokens = finding.line.tokens[: finding.head]
    has_pronoun = any(t.key in actor_words().pronouns for t in tokens if t.start >= start)
    return found or (() if is_aside and not has_pronoun else _group(before, finding))


def _of_second_clause(finding: Finding, before: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    """Return the subject that follows "and" right before the head ("They fired and the army has ringed them")."""
    if len(before) < _PAIR:
        return ()
    head, text = finding.line.tokens[finding.head], finding.line.sentence.text
    earlier, last = before[-2:]
    is_subject = _HAS.fullmatch(text[last.end : head.start]) and _AND_THE.search(text[: last.start])
    return (last,) if is_subject and not _joins(text[earlier.end : last.start]) else ()


def _of_main_clause(
    finding: Finding, before: Sequence[ActorMention], after: Sequence[ActorMention]
) -> tuple[ActorMention, ...]:
    """Return the subject that follows an opening clause without one ("Rejecting a truce, Hamas ...")."""
    head, text = finding.line.tokens[finding.head], finding.line.sentence.text
    if before or not after or not head.key.endswith("ing"):
        return ()
    return _group(after, finding) if text[head.end : after[0].start].lower().removesuffix("the ").endswith(", ") else ()


def _sides(finding: Finding, after: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    """Return those of whom the rest of the sentence says that they share it ("a truce between A and B")."""
    group = _group(after, finding) if finding.act in _ALL_SIDES else ()
    if len({a.name for a in group}) < _PAIR:
        return ()
    lead = finding.line.sentence.text[: group[0].start].lower().removesuffix("the ")
    return group if finding.act == "agreed" or lead.endswith("between ") else ()


def _clause_start(finding: Finding, lexicon: Lexicon) -> int:
    """Return where the head's clause begins: after the last conjunction or semicolon before it."""
    marks = ";." + "".join(lexicon.signs[name] for name in ("AMID", "AFTERWORD", "DESPITE", "RELATIVE"))
    line = finding.line
    ends = finding.head + (finding.act == "in_force")  # of "as the truce holds", "as" itself is the head
    cut = max((i for i in range(ends) if line.signs[i] in marks), default=-1)
    return line.tokens[cut].end if cut >= 0 else 0


def _reported_from(finding: Finding, lexicon: Lexicon) -> int:
    """Return where what someone "said (that)" begins; of a call, a breach or a denial the speaker is the issuer."""
    tokens, said = finding.line.tokens[: finding.head], lexicon.signs["SAY"]
    if finding.act in _SPEAKER_ACTS or finding.family == "ultimatum":
        return 0
    for at in reversed(range(len(tokens))):
        if tokens[at].sign not in said:
            continue
        that = next((t for t in tokens[at + 1 : at + 1 + _NEXT] if t.key == "that"), None)
        if that or tokens[at].key in _DIRECT:
            return (that or tokens[at]).end
    return 0


def _group(actors: Sequence[ActorMention], finding: Finding) -> tuple[ActorMention, ...]:
    """Return the first actor and those joined to it by "and" or a comma."""
    text = finding.line.sentence.text
    group = list(actors[:1])
    for actor in actors[1:]:
        last = group[-1]
        if actor.start >= last.end and (not _joins(text[last.end : actor.start]) or _REPORTS.match(text, actor.end)):
            break
        group.append(actor)
    return tuple(group)


def _joins(between: str) -> bool:
    words = between.lower().replace("’", "'").replace(",", " , ").split()
    return len(words) <= _JOINED and any(w in ("and", "&", ",") for w in words)


def _others(issuer: Sequence[ActorMention], actors: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    names = {a.name for a in issuer}
    return tuple(a for a in actors if a.name not in names)[:_MOST]
