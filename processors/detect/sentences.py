"""Sentences of a newswire text, as spans: a small splitter that knows datelines, initials and quotation marks.

Measured against ``nupunkt`` on full-length articles it is about ten times faster and keeps quotes whole; what it gets
wrong (a sentence that begins in lower case) only lengthens a quote.
"""

import re
from typing import NamedTuple

_BREAK = re.compile(
    r"(?:[.!?…]+[”\"'’)\]]*(?=\s+[“\"'‘(\[]?[A-Z0-9])|[.!?]+[”\"](?=\s))\s*|\s*\n+\s*|\s+(?:- ){2,}-?\s*"
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Capt|Maj|Brig|Adm|Cmdr|Gov|Sen|Rep|St|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sept?|Oct|Nov|Dec|vs|approx|Prof|Rev|Hon|Pres|Sec|Amb)|\b(?:[A-Za-z]\.)+[A-Za-z])\.$"
)


class Sentence(NamedTuple):
    """One sentence of the title (``is_title``) or the text: ``source[start:end] == text``; ``order`` counts from 0."""

    text: str
    start: int
    end: int
    order: int
    is_title: bool


def split(source: str, is_title: bool = False, index: int = 0) -> list[Sentence]:
    """Return the sentences of a text in order, without the white space around them."""
    found: list[Sentence] = []
    start = 0
    for m in _BREAK.finditer(source):
        end = m.end()
        head = source[start:end].rstrip()
        if "\n" not in m.group() and _ABBREVIATION.search(head[-12:]):
            continue
        _add(found, source, start, end, is_title, index)
        start = end
    _add(found, source, start, len(source), is_title, index)
    return found


def _add(found: list[Sentence], source: str, start: int, end: int, is_title: bool, index: int) -> None:
    piece = source[start:end]
    text = piece.strip()
    if text:
        start += len(piece) - len(piece.lstrip())
        found.append(Sentence(text, start, start + len(text), index + len(found), is_title))
