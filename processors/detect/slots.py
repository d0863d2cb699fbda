"""Who and whom of a finding: the actors of its sentence, told apart by where they stand."""

from collections.abc import Sequence
from typing import NamedTuple

from processors.detect.clauses import Finding
from processors.detect.lexicon import Lexicon
from processors.detect.mentions import ActorMention

_BY = 4  # words after a head in which "by" names who did it
_MOST = 2  # targets
_JOINED = 4  # words between two actors of one group: "and the country's", ", a"


class Cast(NamedTuple):
    """Who does it, to whom."""

    issuer: tuple[ActorMention, ...]
    target: tuple[ActorMention, ...]


def cast(finding: Finding, actors: Sequence[ActorMention], lexicon: Lexicon) -> Cast:
    """Return issuer and target of a finding: its agent after "by", else the subject of its clause."""
    head = finding.line.tokens[finding.head]
    by = _after_by(finding, actors)
    if by:
        return Cast(by, _others(by, [a for a in actors if a.end <= head.start]))
    issuer = _subject(finding, [a for a in actors if a.end <= head.start], lexicon)
    return Cast(issuer, _others(issuer, [a for a in actors if a.start >= head.end]))


def _after_by(finding: Finding, actors: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    tokens = finding.line.tokens
    for token in tokens[finding.head + 1 : finding.head + _BY]:
        if token.key == "by":
            return _group([a for a in actors if a.start >= token.end], finding)
    return ()


def _subject(finding: Finding, before: Sequence[ActorMention], lexicon: Lexicon) -> tuple[ActorMention, ...]:
    """Return the first actors of the head's clause; where it has none, those of the sentence."""
    start = _clause_start(finding, lexicon)
    told = [a for a in before if a.start >= max(start, _reported_from(finding, lexicon))]
    return _group(told, finding) or _group([a for a in before if a.start >= start], finding) or _group(before, finding)


def _clause_start(finding: Finding, lexicon: Lexicon) -> int:
    """Return where the head's clause begins: after the last conjunction or semicolon before it."""
    marks = ";." + "".join(lexicon.signs[name] for name in ("AMID", "AFTERWORD", "DESPITE"))
    line = finding.line
    cut = max((i for i in range(finding.head) if line.signs[i] in marks), default=-1)
    return line.tokens[cut].end if cut >= 0 else 0


def _reported_from(finding: Finding, lexicon: Lexicon) -> int:
    """Return where what someone "said that" begins; whoever accuses is the one who announces a breach."""
    line, said = finding.line, lexicon.signs["SAY"]
    if finding.act == "violated":
        return 0
    pairs = zip(line.tokens[: finding.head], line.tokens[1 : finding.head + 1], strict=True)
    return max((that.end for say, that in pairs if say.sign in said and that.key == "that"), default=0)


def _group(actors: Sequence[ActorMention], finding: Finding) -> tuple[ActorMention, ...]:
    """Return the first actor and those joined to it by "and" or a comma."""
    text = finding.line.sentence.text
    group = list(actors[:1])
    for actor in actors[1:]:
        last = group[-1]
        if actor.start >= last.end and not _joins(text[last.end : actor.start]):
            break
        group.append(actor)
    return tuple(group)


def _joins(between: str) -> bool:
    words = between.lower().replace("’", "'").replace(",", " , ").split()
    return len(words) <= _JOINED and any(w in ("and", "&", ",") for w in words)


def _others(issuer: Sequence[ActorMention], actors: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    names = {a.name for a in issuer}
    return tuple(a for a in actors if a.name not in names)[:_MOST]
