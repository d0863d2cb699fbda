"""Finds who is spoken of: states, armed groups, organisations, their people, and "the rebels" of the article's war.

Does not decide who announces and who is addressed; that is clause analysis.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from processors.detect.actor_words import ActorWords, actor_words
from processors.detect.gazetteer import gazetteer
from processors.detect.mentions import ActorMention, Setting
from processors.detect.parties import Found, country_party, is_attribute, seat_party
from processors.detect.phrases import Word, words
from processors.detect.roster import Actor, Alias, roster, war_between
from processors.detect.unlisted import unlisted

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
    """Yield the actors that a text calls by a name of their own, states aside: they tell where a war is.

    A name that groups of several countries share ("National Liberation Army") tells nothing.
    """
    tokens, shouts, nowhere = words(text), is_shouting(text), Setting(published=None)
    known = roster().named
    for index, token in enumerate(tokens):
        hit = known.at(tokens, index) if token.key in known.first_words else None
        found = _named(tokens, index, nowhere, shouts) if hit and len(hit[1]) == 1 else None
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
        if tokens[index].key not in first_words and not tokens[index].is_capital:
            index += 1
            continue
        best = _read(tokens, index, setting, shouts)
        if best is None:
            index += 1
            continue
        if best.actors and found and (_continues(found[-1], best, tokens) or _is_of(found[-1], best, tokens)):
            found[-1] = Found(found[-1].first, best.last, best.actors, best.is_generic)
        elif best.actors:
            found.append(best)
        index = best.last + 1
    return found


def _continues(before: Found, found: Found, tokens: Sequence[Word]) -> bool:
    """Is it the same side right after, as the name is of its title ("Russian President", "Vladimir Putin")?"""
    is_next = before.last + 1 == found.first and tokens[found.first].is_joined
    return is_next and {actor.side for actor in before.actors} == {actor.side for actor in found.actors}


def _is_of(before: Found, found: Found, tokens: Sequence[Word]) -> bool:
    """Does a country only say where a group is at home ("Sri Lanka's Tamil Tiger rebels")?"""
    is_owned = before.last + 2 == found.first and tokens[before.last + 1].key == "s"
    is_state = any(actor.kind == "state" for actor in before.actors)
    return is_owned and is_state and any(actor.kind == "armed_group" for actor in found.actors)


def _read(tokens: Sequence[Word], index: int, setting: Setting, shouts: bool) -> Found | None:
    """Return the longest reading at a word; but "Bosnian Serb" is a name, whatever follows "Bosnian"."""
    if outlet := gazetteer().outlets.at(tokens, index):
        return Found(index, index + outlet[0] - 1, ())
    name = roster().named.at(tokens, index)
    readers = _READERS[:2] if name and name[0] > 1 else _READERS
    readings = [read(tokens, index, setting, shouts) for read in readers]
    return max((found for found in readings if found), key=lambda found: found.last, default=None)


@lru_cache(maxsize=1)
def _first_words() -> frozenset[str]:
    """The words that any reader starts at; all others are passed over."""
    table, known = actor_words(), roster()
    outlets = gazetteer().outlets
    phrases = (known.named, known.country_words, known.seats, table.generics, table.descriptors, outlets)
    return frozenset().union(*(p.first_words for p in phrases))


def is_shouting(text: str) -> bool:
    """Is the text written in capitals throughout, as old wires were?"""
    letters = [c for c in text[:_SAMPLE] if c.isalpha()]
    return bool(letters) and sum(c.isupper() for c in letters) > 0.8 * len(letters)


def _named(tokens: Sequence[Word], index: int, setting: Setting, shouts: bool) -> Found | None:
    hit = roster().named.at(tokens, index)
    if hit is None:
        return None
    length, aliases = hit
    alias = _among(aliases, setting)
    matched = tokens[index : index + length]
    if is_attribute(tokens, index + length - 1):  # "UN-brokered", "Al Qaeda-linked"
        return None
    if not _is_written_as(alias, matched, shouts) or (alias.is_surname and _is_other_person(tokens, index, shouts)):
        return None
    return Found(index, _over_nouns(tokens, index + length - 1), (alias.actor,))


def _among(aliases: Sequence[Alias], setting: Setting) -> Alias:
    """Return whose name it is: that of the article's leading country among those that share it."""
    rank = {country: at for at, country in enumerate(setting.countries)}
    return min(aliases, key=lambda alias: rank.get(alias.actor.country or "", len(rank)))


def _over_nouns(tokens: Sequence[Word], last: int) -> int:
    """Return the last of the nouns that go with a name ("RSF fighters", "Hamas leaders")."""
    table = actor_words()
    while last + 1 < len(tokens) and tokens[last + 1].is_joined and not tokens[last + 1].is_hyphened:
        if tokens[last + 1].key not in table.sides and tokens[last + 1].key not in table.opponents:
            break
        last += 1
    return last


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
    if not length or _is_attribute(tokens, index, length) or _is_of_state(tokens, index + length):
        return None
    actors = _resolve(" ".join(w.key for w in tokens[index : index + length]), hit[1] if hit else "", setting, table)
    return Found(index, index + length - 1, actors, is_generic=True) if actors else None


def _is_attribute(tokens: Sequence[Word], index: int, length: int) -> bool:
    """Is the descriptor part of a compound ("rebel-held", "government-controlled") or the speaker's ("our forces")?"""
    after = index + length
    if after < len(tokens) and tokens[after].is_hyphened and tokens[after].key in actor_words().attributes:
        return True
    if after < len(tokens) and tokens[after].is_joined and tokens[after].key in actor_words().adjectival:
        return True
    before = tokens[index - 1] if index else None
    if before is None:
        return False
    return before.key == "our" or (tokens[index].is_hyphened and before.key in {"non", "anti", "ex"})


def _is_of_state(tokens: Sequence[Word], after: int) -> bool:
    """Does "of Ukraine" follow, so that the state's own name tells whose government it is?"""
    return after + 1 < len(tokens) and tokens[after].key == "of" and _is_known(tokens, after + 1)


def _resolve(words_: str, kind: str, setting: Setting, table: ActorWords) -> tuple[Actor, ...]:
    actors = roster().actors
    war = war_between(setting.belligerents)
    if kind == "both":
        return tuple(actors[side] for side in setting.belligerents)
    if war and (named := war.descriptors.get(words_)):
        return (actors[named],)
    if war and (other := {"rebels": war.rebels, "government": war.government}.get(kind)):
        return (actors[other],)
    sides = [actors[side] for side in setting.belligerents]
    if kind == "rebels":  # where no side is a state, the first is the one in power
        return tuple(a for a in sides if a.kind != "state")[-1:]
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


# Of readings that end at the same word the first wins: the article's war says who "Kurdish fighters" are.
_READERS: tuple[Callable[[Sequence[Word], int, Setting, bool], Found | None], ...] = (
    _generic,
    _named,
    country_party,
    seat_party,
    unlisted,
)
