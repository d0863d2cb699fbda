"""Rules over word classes: the pattern language of ``lexicons/*/rules*.toml``, compiled to regular expressions.

A pattern is atoms parted by spaces. ``AGREE`` is a word class, ``to`` a word, ``A|b`` either; ``@A`` marks the head
(the word that says what happened); ``..4`` skips up to four words of one clause (group JOINT parts clauses), ``~9`` up
to nine words or commas;
``?`` ``*`` ``+`` after an atom repeat it; ``(``, ``)`` and ``|`` between spaces group; ``^`` and ``$`` are the
sentence's ends; ``!A`` means that A does not follow. ``#`` is a number.
"""

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from tocsin.vocabulary import Act, Family

_MARKS = {"(": "(?:", ")": ")", ")?": ")?", ")+": ")+", "|": "|", "^": "^", "$": "$", ",": ",", ";": ";"}


class Rule(NamedTuple):
    """One reading of a clause. ``act`` None means: this is no announcement (of its family, if it has one), and its
    words are used up.

    ``is_circumstance``: a truce or siege told in passing, dropped where the article says more of it.
    ``is_earlier``: told as what went before. ``needs``, ``unless``: a class that the article must, must not hold.
    ``modal``: holds under would, could. ``negated``: what it says under "not". ``where``: read only in the title,
    only in the text. ``is_suffered``: its subject is whom it is done to. ``stands``: the truce that it speaks of
    stands, though the act is a call, an offer or a refusal. ``begins``: its plain "on Friday" is when the state that it
    tells of began. ``in_truce``: holds only where the article tells of a truce that stands. ``abroad``: holds only for
    people of another country than the issuer's. ``is_answer``: holds only after a call, an offer or a demand in its own
    sentence or the two before, and is of that one's family.
    """

    name: str
    family: Family | None
    act: Act | None
    pattern: re.Pattern[str]
    is_circumstance: bool = False
    is_earlier: bool = False
    needs: str = ""
    unless: str = ""
    stands: bool = False
    begins: bool = False
    in_truce: bool = False
    abroad: bool = False
    is_answer: bool = False
    is_suffered: bool = False
    where: Literal["", "title", "text"] = ""
    modal: bool = False
    negated: Act | None = None


def compile_pattern(pattern: str, signs: Mapping[str, str]) -> re.Pattern[str]:
    """Return the expression of a pattern; ``signs`` gives the characters of each class and word."""
    return re.compile("".join(_atom(atom, signs) for atom in pattern.split()))


def names_in(pattern: str) -> tuple[str, ...]:
    """Return the classes, groups and words that a pattern names."""
    found: list[str] = []
    for atom in pattern.split():
        if atom in _MARKS or atom.startswith(("..", "~")):
            continue
        body = atom.lstrip("@!").rstrip("?*+")
        found.extend(n for n in body.split("|") if n != "#")
    return tuple(found)


def _atom(atom: str, signs: Mapping[str, str]) -> str:
    if atom in _MARKS:
        return _MARKS[atom]
    if atom.startswith(".."):
        return f"[^,;.{signs['JOINT']}]{{0,{int(atom[2:])}}}?"
    if atom.startswith("~"):
        return f"[^;.]{{0,{int(atom[1:])}}}?"
    is_head, is_not = atom.startswith("@"), atom.startswith("!")
    body = atom.lstrip("@!").rstrip("?*+")
    repeat = atom[len(atom.rstrip("?*+")) :]
    chars = "".join(signs[name] for name in body.split("|"))
    expression = f"[{chars}]{repeat}"
    if is_not:
        return f"(?!{expression})"
    return f"(?P<head>{expression})" if is_head else f"({expression})"
