"""Whether an article is about an armed conflict, by its words: sieges of companies, truces of trade are not ours."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tocsin.vocabulary import Family


class Theme(NamedTuple):
    """Words that only war news holds, and words that tell of business, sport, courts, protest, private quarrels."""

    war: frozenset[str]
    peace: frozenset[str]


def compile_theme(table: Mapping[str, list[str]]) -> Theme:
    """Return the theme words of a lexicon."""
    return Theme(frozenset(table["war"]), frozenset(table["peace"]))


def families_in(words: Iterable[str], theme: Theme) -> frozenset[Family]:
    """Return the families that an article of these words may speak of.

    A ceasefire needs no more than the absence of other worlds; "siege", "ultimatum" are metaphors more often than not
    and need words of war besides.
    """
    held = set(words)
    war, peace = len(held & theme.war), len(held & theme.peace)
    if peace > war:
        return frozenset()
    return frozenset({"ceasefire", "siege", "ultimatum"}) if war > peace else frozenset({"ceasefire"})
