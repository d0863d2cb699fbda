"""Whether an article is about an armed conflict, by its words: sieges of companies, truces of trade are not ours."""

from collections.abc import Iterable, Mapping
from itertools import chain
from typing import NamedTuple

from tocsin.vocabulary import Family

_KNOWN_WAR = 1  # words of war that a known war is worth


class Theme(NamedTuple):
    """Words that only war news holds, and words that tell of business, sport, courts, protest, private quarrels."""

    war: frozenset[str]
    peace: frozenset[str]


def compile_theme(table: Mapping[str, Mapping[str, list[str]]]) -> Theme:
    """Return the theme words of a lexicon, all kinds of a side together."""
    war, peace = (frozenset(chain.from_iterable(table[side].values())) for side in Theme._fields)
    return Theme(war, peace)


def families_in(words: Iterable[str], theme: Theme, is_war_known: bool, is_truce_named: bool) -> frozenset[Family]:
    """Return the families that an article of these words may speak of.

    A ceasefire that is called so (``is_truce_named``) needs no more than the absence of other worlds; "siege",
    "ultimatum", "stop firing" are of other worlds more often than not and need words of war besides, or parties that
    are known to be at war at the time (``is_war_known``).
    """
    held = set(words)
    war, peace = len(held & theme.war) + _KNOWN_WAR * is_war_known, len(held & theme.peace)
    if war > peace:
        return frozenset({"ceasefire", "siege", "ultimatum"})
    return frozenset({"ceasefire"}) if is_truce_named and peace == war else frozenset()
