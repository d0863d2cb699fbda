"""Finds who is spoken of: states, armed groups, organisations, their people, and "the rebels" of the article's war.

Does not decide who announces and who is addressed; that is clause analysis.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from processors.detect.actor_words import ActorWords, actor_words
from processors.detect.mentions import ActorMention, Setting
from processors.detect.parties import Found, country_party, seat_party
from processors.detect.phrases import Word, words
from processors.detect.roster import Actor, Alias, roster

_SURNAME_GAP = 2
_SAMPLE = 240  # characters that tell whether a text is in capitals


def find(text: str, setting: Setting) -> tuple[ActorMention, ...]:
    """Return the actors of a text in order. Spans overlap only where one phrase names several ("both sides")."""
    return tuple(
        ActorMention(
            start=at[found.first].start,
            end=at[found.last].end,
            name=actor.name,
            kind=actor.kind,
            country=actor.country,
            side=actor.side,
            is_generic=found.is_generic,
        )
        for at, found in ((tokens, found) for tokens in (words(text),) for found in _scan(tokens, text, setting))
        for actor in found.actors
    )


def named(text: str) -> Iterator[Actor]:
    """Yield the actors that a text calls by name, states and descriptors aside: they tell where a war is."""
    tokens, shouts, nowhere = words(text), is_shouting(text), Setting(published=None)
    first_words = roster().named.first_words
    for index, token in enumerate(tokens):
        found = token.key in first_words and _named(tokens, index, nowhere, shouts)
        if found:
            yield from found.actors


def side_of(name: str) -> str:
    """Return the side that a canonical name counts as; the name itself where it stands alone."""
    actor = roster().actors.get(name)
    return actor.side if actor else name


def _scan(tokens: Sequence[Word], text: str, setting: Setting) -> list[Found]:
    shouts = is_shouting(text)
    found: list[Found] = []
    index = 0
    first_words = _first_words()
    while index < len(tokens):
        if tokens[index].key not in first_words:
            index += 1
            continue
        best = max(
            (f for f in (read(tokens, index, setting, shouts) for read in _READERS) if f),
            key=lambda f: f.last,
            default=None,
        )
        if best is None:
            index += 1
            continue
        if best.actors:
            found.append(best)
        index = best.last + 1
    return found


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    """The words that any reader starts at; all others are passed over."""
    table, known = actor_words(), roster()
    phrases = (known.named, known.country_words, known.seats, table.generics, table.descriptors)
    return frozenset().union(*(p.first_words for p in phrases))


def is_shouting(text: str) -> bool:
    """Is the text written in capitals throughout, as old wires were?"""
    letters = [c for c in text[:_SAMPLE] if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) > 0.8 * len(letters)


def _named(tokens: Sequence[Word], index: int, setting: Setting, shouts: bool) -> Found | None:
    hit = roster().named.at(tokens, index)
    if hit is None:
        return None
    length, alias = hit
    matched = tokens[index : index + length]
    if not _is_written_as(alias, matched, shouts) or (alias.is_surname and _is_other_person(tokens, index, shouts)):
        return None
    return Found(index, index + length - 1, (alias.actor,))


def _is_written_as(alias: Alias, matched: Sequence[Word], shouts: bool) -> bool:
    if alias.needs_capitals:
        return not shouts and matched[0].text.isupper()
    return not alias.needs_capital or any(word.is_capital for word in matched)


def _is_other_person(tokens: Sequence[Word], index: int, shouts: bool) -> bool:
    """Does an unknown first name go before the surname ("Kate Bush"), so that it is someone else?"""
    if index == 0 or shouts or not tokens[index].is_joined:
        return False
    before = tokens[index - 1]
    if not before.is_capital or before.key in actor_words().titles or before.text.isupper():
        return False
    return index >= _SURNAME_GAP and before.key not in actor_words().sides and not _is_known(tokens, index - 1)


def _is_known(tokens: Sequence[Word], index: int) -> bool:
    return roster().country_words.at(tokens, index) is not None or roster().seats.at(tokens, index) is not None


def _generic(tokens: Sequence[Word], index: int, setting: Setting, shouts: bool) -> Found | None:
    """Resolve a descriptor by the article's war."""
    table = actor_words()
    own = table.descriptors.at(tokens, index)
    hit = table.generics.at(tokens, index)
    length = max(own[0] if own else 0, hit[0] if hit else 0)
    if not length or _is_attribute(tokens, index, length):
        return None
    actors = _resolve(" ".join(w.key for w in tokens[index : index + length]), hit[1] if hit else "", setting, table)
    return Found(index, index + length - 1, actors, is_generic=True)


def _is_attribute(tokens: Sequence[Word], index: int, length: int) -> bool:
    """Is the descriptor part of a compound ("rebel-held", "government-controlled") or another's ("Hutu rebels")?"""
    after = index + length
    if after < len(tokens) and tokens[after].is_joined and tokens[after].key in actor_words().attributes:
        return True
    before = tokens[index - 1] if index else None
    return before is not None and tokens[index].is_joined and before.key in {"non", "anti", "ex"}


def _resolve(words_: str, kind: str, setting: Setting, table: ActorWords) -> tuple[Actor, ...]:
    actors = roster().actors
    war = next((c for c in roster().conflicts if c.sides == setting.belligerents), None)
    if kind == "both":
        return tuple(actors[side] for side in setting.belligerents)
    if war and (named := war.descriptors.get(words_)):
        return (actors[named],)
    sides = [actors[side] for side in setting.belligerents]
    if kind == "rebels":
        return tuple(a for a in sides if a.kind != "state")[:1]
    if kind == "government":
        at_home = [a for a in sides if a.kind == "state"]
        return (_at_home(at_home, setting),) if at_home or setting.countries else ()
    return ()


def _at_home(states: Sequence[Actor], setting: Setting) -> Actor:
    """Return the state that "the government" is: the belligerent of the first country, else that country's rulers."""
    for country in setting.countries:
        for actor in states:
            if actor.country == country:
                return actor
        if not states and country in roster().states:
            return roster().states[country].rulers(setting.published)
    return states[0] if states else roster().states[setting.countries[0]].government


_READERS: tuple[Callable[[Sequence[Word], int, Setting, bool], Found | None], ...] = (
    _named,
    country_party,
    seat_party,
    _generic,
)
