"""Sentences of a newswire text, as spans: a small splitter that knows datelines, initials and quotation marks.

What it gets wrong (a sentence that begins in lower case) only lengthens a quote.
"""

import re
from typing import NamedTuple

from processors.detect.datelines import dispatch_start

_BREAK = re.compile(
    r"(?:[.!?…]+[”\"'’)\]]*(?=\s+[“\"'‘(\[]?[A-Z0-9])|[.!?]+[”\"](?=\s))\s*|\s*\n+\s*|\s+(?:- ){2,}-?\s*"
    r"|\s+[–—-]\s+(?:latest|live) updates\s+(?=[A-Z])"  # where feeds glue a teaser to the text
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Gen|Lt|Col|Sgt|Capt|Maj|Brig|Adm|Cmdr|Gov|Sen|Rep|St|No|Jan|Feb|Mar|Apr|Jun|Jul|Aug"
    r"|Sept?|Oct|Nov|Dec|vs|approx|Prof|Rev|Hon|Pres|Sec|Amb)|\b(?:[A-Za-z]\.)+[A-Za-z])\.$"
)
_CLOCK_HALF = re.compile(r"\b[ap]\.m\.$")  # ends a sentence only where one plainly opens after it
_OPENER = re.compile(r"(?:It|The|He|She|They|We|A|An|This|That|These|Those|But|In|Both|No|Its|Their|His|Her)\s")


class Sentence(NamedTuple):
    """One sentence of the title (``is_title``) or the text: ``source[start:end] == text``; ``order`` counts from 0."""

    text: str
    start: int
    end: int
    order: int
    is_title: bool


def split(source: str, is_title: bool = False, index: int = 0) -> list[Sentence]:
    """Return the sentences of a text in order, without dateline and the white space around them."""
    found: list[Sentence] = []
    start = dispatch_start(source, is_title)
    for m in _BREAK.finditer(source):
        end = m.end()
        head = source[start:end].rstrip()
        if "\n" not in m.group() and _is_inside(head[-12:], source[end : end + 12]):
            continue
        _add(found, source, start, end, is_title, index)
        start = end
    _add(found, source, start, len(source), is_title, index)
    return found


def _is_inside(before: str, after: str) -> bool:
    """Does an abbreviation's point part the words, and no sentence's?"""
    if _CLOCK_HALF.search(before):
        return not _OPENER.match(after)
    return _ABBREVIATION.search(before) is not None


def _add(found: list[Sentence], source: str, start: int, end: int, is_title: bool, index: int) -> None:
    piece = source[start:end]
    text = piece.strip()
    if text:
        start += len(piece) - len(piece.lstrip())
        found.append(Sentence(text, start, start + len(text), index + len(found), is_title))
