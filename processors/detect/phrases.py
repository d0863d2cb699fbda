"""Names of several words, found longest first in a text: what actors, places and countries are looked up with.

A name is compared by key: lower case, accents and apostrophes dropped, hyphens as spaces, so that "Sana’a", "Sanaa"
and "SANAA" are one. Whether a word may start a name by its case is left to the caller.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

T = TypeVar("T")

# A possessive 's stays outside the word; an apostrophe inside one (Sana'a, d'Ivoire) belongs to it.
_WORD = re.compile(r"[^\W_]+(?:['’‘ʿʾ`](?!s\b)[^\W_]+)*")
_APOSTROPHES = str.maketrans("", "", "'’‘ʿʾ`")
_HYPHENS = frozenset({"-", "‐", "‑", "–"})
_JOINTS = frozenset({" ", "-", "‐", "‑", "–", "\xa0", ".", "'", "’", "/"})
_ABBREVIATION = 3  # "St. Petersburg" is one name, "in Iran. Iraq said" is not


class Word(NamedTuple):
    """One word of a text.

    ``is_joined``: nothing but a space, hyphen or abbreviating point parts it from the last; ``is_hyphened``: a hyphen.
    ``after`` is the character that follows.
    """

    key: str
    text: str
    start: int
    end: int
    is_joined: bool
    is_hyphened: bool
    after: str

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()


def fold(text: str) -> str:
    """Return lower-case text without accents and apostrophes. The length may change."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    return text.translate(_APOSTROPHES).lower()


def key_of(name: str) -> str:
    """Return the key that a name is compared by."""
    return " ".join(fold(m.group()) for m in _WORD.finditer(name))


@lru_cache(maxsize=256)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text in order."""
    found: list[Word] = []
    last = -1
    for m in _WORD.finditer(text):
        start, end = m.span()
        gap = text[last:start] if last >= 0 else ""
        joined = bool(found) and (gap in _JOINTS or _is_abbreviated(found[-1], gap))
        found.append(Word(fold(m.group()), m.group(), start, end, joined, gap in _HYPHENS, text[end : end + 1]))
        last = end
    return tuple(found)


def _is_abbreviated(before: Word, gap: str) -> bool:
    return gap == ". " and len(before.text) < _ABBREVIATION and before.is_capital


class Phrases(Generic[T]):
    """A table from names to values. Later entries of the same name win."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._values: dict[str, T] = {}
        self._longest: dict[str, int] = {}
        for name, value in entries:
            key = key_of(name)
            self._values[key] = value
            first, length = key.partition(" ")[0], key.count(" ") + 1
            self._longest[first] = max(length, self._longest.get(first, 0))
        self.first_words = frozenset(self._longest)  # keys of the words that a name may begin with

    def __contains__(self, name: str) -> bool:
        return key_of(name) in self._values

    def get(self, name: str) -> T | None:
        return self._values.get(key_of(name))

    def at(self, text: Sequence[Word], index: int) -> tuple[int, T] | None:
        """Return how many words from ``index`` on are the longest known name, and its value; None for no name."""
        most = self._longest.get(text[index].key, 0)
        if not most:
            return None
        keys = [text[index].key]
        while len(keys) < most and index + len(keys) < len(text) and text[index + len(keys)].is_joined:
            keys.append(text[index + len(keys)].key)
        for length in range(len(keys), 0, -1):
            value = self._values.get(" ".join(keys[:length]))
            if value is not None:
                return length, value
        return None
