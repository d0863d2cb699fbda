"""What the clauses of a sentence say of a measure: rules over word classes, with negation and modality of the head."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from processors.detect.lexicon import Lexicon
from processors.detect.rules import Rule
from processors.detect.sentences import Sentence
from processors.detect.tokens import USED, Token, signs
from tocsin.vocabulary import Act, Family

_OF_NOTHING = frozenset({"urged", "proposed", "rejected", "denied"})  # no truce stands that more could be read of
_NEAR = 3  # words before a head in which "not", "would" count
_CONDITION = 10
_DOUBTED = 10
_OF_FACT = frozenset({"ended", "violated", "in_force"})  # acts that "will" turns into threats


class Line(NamedTuple):
    """A sentence with its tokens and class string."""

    sentence: Sentence
    tokens: tuple[Token, ...]
    signs: str


class Finding(NamedTuple):
    """One reading: family and act, the rule, and the tokens of its head and extent (``first`` to ``last``)."""

    family: Family
    act: Act
    rule: Rule
    line: Line
    head: int
    first: int
    last: int
    is_negated: bool


def read_line(sentence: Sentence, lexicon: Lexicon) -> Line:
    """Return a sentence as classes."""
    tokens = lexicon.vocabulary.read(sentence.text)
    return Line(sentence, tokens, signs(tokens))


def read_clauses(line: Line, lexicon: Lexicon, present: frozenset[str]) -> Iterator[Finding]:
    """Yield what a line says. ``present`` holds all class characters of the article, for rules that need context."""
    shared = line.signs
    texts: dict[Family, str] = {}
    for rule in lexicon.rules:
        if not applies(rule, line, lexicon, present):
            continue
        if rule.family is None:
            shared = _blank(rule, shared)
            texts = {family: _blank(rule, text) for family, text in texts.items()}
            continue
        if rule.act is None:
            texts[rule.family] = _blank(rule, texts.get(rule.family, shared))
            continue
        text = texts.get(rule.family, shared)
        while (match := rule.pattern.search(text)) is not None:
            text = _use_up(text, match, _kept(rule, lexicon))
            if (finding := finding_of(rule, match, line, lexicon)) is not None:
                yield finding
        texts[rule.family] = text


def applies(rule: Rule, line: Line, lexicon: Lexicon, present: frozenset[str]) -> bool:
    """Say whether a rule may read a line at all: in the title or the text, beside what the article holds."""
    if rule.where and (rule.where == "title") != line.sentence.is_title:
        return False
    if rule.needs and present.isdisjoint(lexicon.signs[rule.needs]):
        return False
    return not rule.unless or present.isdisjoint(lexicon.signs[rule.unless])


def _blank(rule: Rule, text: str) -> str:
    return rule.pattern.sub(lambda m: USED * len(m.group()), text)


def _use_up(text: str, match: re.Match[str], nouns: frozenset[str]) -> str:
    """Return the class string without the words that a match has read; its nouns may be read again."""
    chars = list(text)
    head = _head(match)
    for group in range(1, (match.re.groups or 0) + 1):
        for i in range(*match.span(group)):
            if i == head or chars[i] not in nouns:
                chars[i] = USED
    chars[head] = USED
    return "".join(chars)


def _kept(rule: Rule, lexicon: Lexicon) -> frozenset[str]:
    """Return the classes that may be read again after a rule has read them."""
    is_gone = rule.act == "denied" or (rule.family == "ceasefire" and rule.act in _OF_NOTHING and not rule.stands)
    return frozenset() if is_gone else lexicon.nouns


def _head(match: re.Match[str]) -> int:
    at = match.start("head") if "head" in match.re.groupindex else -1
    return at if at >= 0 else match.start()


def finding_of(rule: Rule, match: re.Match[str], line: Line, lexicon: Lexicon) -> Finding | None:
    """Return what a rule that matches says; None where that is negated away, doubted, or not real."""
    if rule.family is None or rule.act is None:
        return None
    head = _head(match)
    before = _clause_before(line.signs, head, match, lexicon.signs["CONJUNCTION"])
    act: Act | None = rule.act
    is_negated = _holds(before[-_NEAR:], lexicon.signs["NOT"] + lexicon.signs["FAILTO"])
    is_negated |= _holds(before[-1:], lexicon.signs["REJECT"])  # "refuse to extend"
    if is_negated:
        act = rule.negated
    is_doubted = _holds(before[-_DOUBTED:], lexicon.signs["DOUBT"])
    if act is None or is_doubted or (not rule.modal and _is_unreal(before, act, lexicon)):
        return None
    return Finding(rule.family, act, rule, line, head, match.start(), match.end() - 1, is_negated)


def _clause_before(text: str, head: int, match: re.Match[str], conjunctions: str) -> str:
    """Return the classes of the clause before the head, without those that the rule itself asked for."""
    taken = {i for group in range(1, (match.re.groups or 0) + 1) for i in range(*match.span(group))}
    start = max((text.rfind(mark, 0, head) for mark in ",;." + conjunctions), default=-1) + 1
    return "".join(USED if i in taken else text[i] for i in range(start, head))


def _holds(text: str, chars: str) -> bool:
    return any(c in chars for c in text)


def _is_unreal(before: str, act: Act, lexicon: Lexicon) -> bool:
    """Say whether the head only would, could, is to, or is conditional."""
    table = lexicon.signs
    near = before[-_NEAR:]
    return (
        before.rstrip("".join(table["BE"])).endswith(tuple(table["to"]))
        or _holds(near, table["MAY"] + table["VOW"])
        or (act in _OF_FACT and _holds(near, table["WILL"]))
        or _holds(before[-_CONDITION:], table["IF"])
    )
