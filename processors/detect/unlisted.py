"""Reads armed groups that no list knows by the form of their names: "Front for the Freedom of X", "ABC rebels"."""

from collections.abc import Sequence

from processors.detect.actor_words import actor_words
from processors.detect.mentions import Setting
from processors.detect.parties import Found
from processors.detect.phrases import Word
from processors.detect.roster import Actor, roster

_LONGEST = 9  # words of a name
_SHORTEST, _LONGEST_INITIALS = 3, 6  # letters of initials


def unlisted(tokens: Sequence[Word], index: int, setting: Setting, shouts: bool) -> Found | None:
    """Read a group's name at a word; nothing in a text that is all in capitals, which show no names."""
    if shouts or not tokens[index].is_capital or tokens[index].key in actor_words().no_name:
        return None
    last = _initials(tokens, index) or _name(tokens, index)
    if last is None:
        return None
    name = " ".join(token.text for token in tokens[index : last[0] + 1]).replace(" s ", "'s ")
    country = next(iter(setting.countries), None)
    return Found(index, last[1], (Actor(name, "armed_group", country, name),))


def _initials(tokens: Sequence[Word], index: int) -> tuple[int, int] | None:
    """Return the last words of initials and of the phrase, where fighters of that name are spoken of."""
    text, after = tokens[index].text, index + 1
    if not (text.isupper() and text.isalpha() and _SHORTEST <= len(text) <= _LONGEST_INITIALS):
        return None
    is_group = after < len(tokens) and tokens[after].is_joined and tokens[after].key in actor_words().opponents
    return (index, after) if is_group else None


def _name(tokens: Sequence[Word], index: int) -> tuple[int, int] | None:
    """Return the last word (twice) of a run of capitalised words that names a body and its cause."""
    table, last, found = actor_words(), index, set[str]()
    for at in range(index, min(index + _LONGEST, len(tokens))):
        token = tokens[at]
        if at > index and not (token.is_joined or token.key == "s"):
            break
        if token.is_capital:
            if roster().named.at(tokens, at):  # what follows is known by name
                return None
            last = at
            found |= {kind for kind, words in (("body", table.bodies), ("cause", table.causes)) if token.key in words}
        elif token.key not in table.name_links:
            break
    return (last, last) if found == {"body", "cause"} else None
