"""A sentence as a string of word classes, one character a token, so that rules are regular expressions over classes."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

_TOKEN = re.compile(r"&#?\w+;|#\d+;|(?:[a-z]\.){2,}(?:-[^\W_]+)*|[^\W_]+(?:[-'’.][^\W_]+)*|--|[^\w\s]")
_DROPPED = frozenset("\"“”‘’'`«»*")
_BREAKS = {
    ",": ",",
    ";": ";",
    ":": ";",
    "—": ";",
    "–": ";",
    "(": ";",
    ")": ";",
    "|": ";",
    "--": ";",
    "-": ";",
    "…": ";",
}
_STOPS = frozenset(".!?")

WORD = "w"
NUMBER = "9"
USED = "x"  # read by a rule already
_NUMBER = re.compile(r"\d[\d.,:]*(?:am|pm)?")


class Token(NamedTuple):
    """A word or phrase: its class character, its folded words and where it stands in the sentence."""

    sign: str
    key: str
    start: int
    end: int


class Vocabulary:
    """Maps words and phrases to class characters; the longest phrase wins."""

    def __init__(self, entries: Iterable[tuple[str, str]], tails: Iterable[str] = ()) -> None:
        """``tails``: words that count as themselves at the end of a compound ("Russian-brokered")."""
        self._tails = frozenset(tails)
        self._signs: dict[str, str] = {}
        self._longest: dict[str, int] = {}
        for phrase, sign in entries:
            words = phrase.split()
            self._signs[" ".join(words)] = sign
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def __contains__(self, phrase: str) -> bool:
        return phrase in self._signs

    def read(self, sentence: str) -> tuple[Token, ...]:
        """Return the tokens of a sentence. Quotation marks vanish; other marks are tokens of their own."""
        pieces = _pieces(sentence)
        tokens: list[Token] = []
        i = 0
        while i < len(pieces):
            key, start, end, sign = pieces[i]
            length = 1
            if not sign:
                length, sign = self._match(pieces, i)
                if length > 1:
                    key = " ".join(p[0] for p in pieces[i : i + length])
                    end = pieces[i + length - 1][2]
            tokens.append(Token(sign, key, start, end))
            i += length
        return tuple(tokens)

    def _match(self, pieces: list[tuple[str, int, int, str]], i: int) -> tuple[int, str]:
        key = pieces[i][0]
        most = self._longest.get(key, 0)
        for length in range(min(most, len(pieces) - i), 0, -1):
            sign = self._signs.get(" ".join(p[0] for p in pieces[i : i + length]))
            if sign is not None:
                return length, sign
        tail = key.rpartition("-")[2]
        if tail != key and tail in self._tails:
            return 1, self._signs.get(tail, WORD)
        return 1, NUMBER if _NUMBER.fullmatch(key) else WORD


def signs(tokens: tuple[Token, ...]) -> str:
    """Return the class string of tokens."""
    return "".join(t.sign for t in tokens)


def _pieces(sentence: str) -> list[tuple[str, int, int, str]]:
    found: list[tuple[str, int, int, str]] = []
    for m in _TOKEN.finditer(sentence.lower()):
        text = m.group()
        if text in _DROPPED or (text.endswith(";") and len(text) > 1):
            continue
        if text in _BREAKS:
            found.append((text, m.start(), m.end(), _BREAKS[text]))
        elif text in _STOPS:
            found.append((text, m.start(), m.end(), "."))
        elif text[0].isalnum():
            found.append((_fold(text), m.start(), m.end(), ""))
    return found


def _fold(word: str) -> str:
    word = word.replace("’", "'")
    return word[:-2] if word.endswith("'s") else word


def sign_names(names: Iterable[str]) -> Mapping[str, str]:
    """Return one private character for each class name, in order."""
    return {name: chr(0xE000 + i) for i, name in enumerate(names)}
