"""A text of another language rendered word for word in English, with the way back to the words of the original.

A language pack is data (``lexicons/<language>/gloss.toml``: nouns, adjectives, names, small words, verbs) and a hook
for the forms of its verbs. The English rules, names, places and times then read the gloss; quotes are cut from the
original. Order is mended in two places: an adjective that follows its noun goes before it, and a verb that a sentence
begins with after its subject.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from processors.detect.roster import read_lexicon
from processors.detect.spanish import verb_glosses

GLOSSED = ("es",)
_WORD = re.compile(r"[^\W_]+(?:[-'’.][^\W_]+)*|[^\w\s]")
_BEFORE_INFINITIVE = frozenset({"of", "to", "for", "in"})
_ARTICLES = frozenset({"the", "a"})
_STOPS = frozenset(".:;!?")
_YEAR = re.compile(r"(?:19|20)\d\d")


class Piece(NamedTuple):
    """Words of the gloss and where the words that they stand for are in the original; ``kind`` as in the lexicon."""

    text: str
    start: int
    end: int
    kind: str = ""


class Gloss(NamedTuple):
    """A rendered text. ``spans`` are (start, end) in the gloss and (start, end) in the original, in order."""

    text: str
    spans: tuple[tuple[int, int, int, int], ...]

    def original(self, quote: str, source: str) -> str:
        """Return the words of the original that a part of the gloss renders; the part itself where it is none."""
        at = self.text.find(quote)
        inside = [s for s in self.spans if s[0] >= at and s[1] <= at + len(quote)] if at >= 0 else []
        if not inside:
            return quote
        return source[min(s[2] for s in inside) : max(s[3] for s in inside)]


def gloss(text: str, language: str) -> Gloss:
    """Return a text word for word in English; unknown words, names and marks stay."""
    pieces = _turned(_swapped(_mended(_pieces(text, _table(language)))))
    parts: list[str] = []
    spans: list[tuple[int, int, int, int]] = []
    at, last = 0, 0
    for piece in pieces:
        gap = re.sub(r"\S+", " ", text[last : piece.start]) if piece.start > last else ""
        if not piece.text:
            gap = ""
        parts += [gap, piece.text]
        at += len(gap)
        if piece.text:
            spans.append((at, at + len(piece.text), piece.start, piece.end))
        at += len(piece.text)
        last = piece.end if piece.text else last
    return Gloss("".join(parts), tuple(spans))


class _Entry(NamedTuple):
    english: str
    kind: str


@lru_cache(maxsize=4)
def _table(language: str) -> Mapping[str, _Entry]:
    """Return the glosses of a language by phrase; those of words listed as such win over forms of verbs."""
    data = read_lexicon(f"{language}/gloss.toml")
    found: dict[str, _Entry] = {}
    for infinitive, english in data["verbs"].items():
        irregular = data["irregular"].get(infinitive, ())
        for form, said in verb_glosses(infinitive, english, irregular):
            found.setdefault(form, _Entry(said, _kind_of(form, infinitive, data["inverted"])))
    for kind in ("adjectives", "nouns", "words", "names"):
        found.update((phrase, _Entry(said, kind)) for phrase, said in data[kind].items())
    plain = {_plain(phrase): entry for phrase, entry in found.items()}
    return plain | found


def _kind_of(form: str, infinitive: str, inverted: Sequence[str]) -> str:
    if form == infinitive:
        return "infinitive"
    return "inverted" if infinitive in inverted else "verb"


def _plain(phrase: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", phrase) if not unicodedata.combining(c))


def _pieces(text: str, table: Mapping[str, _Entry]) -> list[Piece]:
    words = [(m.group(), m.start(), m.end()) for m in _WORD.finditer(text)]
    keys = [word.lower() for word, _, _ in words]
    longest = _longest(table)
    found: list[Piece] = []
    at = 0
    while at < len(words):
        length, entry = _match(keys, at, table, longest)
        word, start, end = words[at][0], words[at][1], words[at + length - 1][2]
        if entry is None:
            found.append(Piece(word, start, end, "number" if word.isdigit() else ""))
        else:
            is_capital = word[0].isupper() and len(word) > 1 and entry.kind != "adjectives"
            english = entry.english[:1].upper() + entry.english[1:] if is_capital else entry.english
            found.append(Piece(english, start, end, entry.kind))
        at += length
    return found


@lru_cache(maxsize=4)
def _lengths(keys: frozenset[str]) -> Mapping[str, int]:
    longest: dict[str, int] = {}
    for key in keys:
        first = key.partition(" ")[0]
        longest[first] = max(longest.get(first, 0), key.count(" ") + 1)
    return longest


def _longest(table: Mapping[str, _Entry]) -> Mapping[str, int]:
    return _lengths(frozenset(table))


def _match(
    keys: Sequence[str], at: int, table: Mapping[str, _Entry], longest: Mapping[str, int]
) -> tuple[int, _Entry | None]:
    most = max(longest.get(keys[at], 0), longest.get(_plain(keys[at]), 0))
    for length in range(min(most, len(keys) - at), 0, -1):
        phrase = " ".join(keys[at : at + length])
        entry = table.get(phrase) or table.get(_plain(phrase))
        if entry is not None:
            return length, entry
    return 1, None


def _mended(pieces: Sequence[Piece]) -> list[Piece]:
    """Leave out a preposition before an infinitive or a year, and say "for 48 hours" where the original says "of"."""
    mended: list[Piece] = []
    for at, piece in enumerate(pieces):
        after = pieces[at + 1] if at + 1 < len(pieces) else Piece("", 0, 0)
        said = piece.text.lower()
        is_before_year = said == "of" and _YEAR.fullmatch(after.text) is not None
        if is_before_year or (after.kind == "infinitive" and said in _BEFORE_INFINITIVE):
            piece = piece._replace(text="")
        elif said == "of" and after.kind == "number":
            piece = piece._replace(text="for")
        mended.append(piece)
    return mended


def _swapped(pieces: Iterable[Piece]) -> list[Piece]:
    """Put an adjective before the noun that it follows: "ejército sirio" is "Syrian army"."""
    done: list[Piece] = []
    for piece in pieces:
        last = done[-1] if done else None
        if last is not None and piece.kind == "adjectives" and last.kind == "nouns":
            noun = last.text if last.text.isupper() else last.text[:1].lower() + last.text[1:]
            done[-1] = Piece(f"{piece.text} {noun}", last.start, piece.end, "nouns")
        else:
            done.append(piece)
    return done


def _turned(pieces: Sequence[Piece]) -> list[Piece]:
    """Put a verb that a sentence begins with after its subject: "colapsa la tregua" is "the truce collapses"."""
    done: list[Piece] = []
    at = 0
    while at < len(pieces):
        verb, article, noun = (*pieces[at : at + 3], Piece("", 0, 0), Piece("", 0, 0))[:3]
        is_first = not done or done[-1].text in _STOPS
        if is_first and verb.kind == "inverted" and article.text in _ARTICLES and noun.kind == "nouns":
            done.append(Piece(f"{article.text} {noun.text} {verb.text.lower()}", verb.start, noun.end))
            at += 3
        else:
            done.append(verb)
            at += 1
    return done
