"""When a state's name, demonym or seat of government stands for the state as a party, and when for a place."""

from collections.abc import Sequence
from dataclasses import dataclass

from processors.detect.actor_words import ActorWords, actor_words
from processors.detect.mentions import Setting
from processors.detect.phrases import Word
from processors.detect.roster import Actor, State, roster, war_between

_MODIFIERS = 3  # words that may stand between a demonym and its head noun: "Russian top military commander"
_LINKS = frozenset({"of", "to", "from"})  # "an ultimatum from Moscow", but "a train from Moscow"
_NAME_WORDS = 3  # words of a title and a name after it: "Russian President Vladimir Putin"


@dataclass(frozen=True, slots=True)
class Found:
    """Words ``first`` to ``last`` are read as these actors; none: read and known to be no actor."""

    first: int
    last: int
    actors: tuple[Actor, ...]
    is_generic: bool = False


def country_party(tokens: Sequence[Word], index: int, setting: Setting, shouts: bool) -> Found | None:
    """Read "Russia", "Russian forces", "Ukraine's president", "Syrian rebels" at a word."""
    hit = roster().country_words.at(tokens, index)
    if hit is None or not tokens[index].is_capital:
        return None
    length, word = hit
    if word.needs_capitals and (shouts or not tokens[index].text.isupper()):
        return None
    last = index + length - 1
    if is_attribute(tokens, last):
        return Found(index, last + 1, ())
    if not word.is_demonym and index == 0 and tokens[last].after == ":":  # a headline's label
        return Found(index, last, ())
    if own := _own_word(tokens, last, setting):
        return Found(index, own[0], (own[1],))
    is_name = not word.is_demonym and not _is_possessive(tokens, last)
    head = _head(tokens, last, actor_words(), 0 if is_name else _MODIFIERS)
    if head:
        return _with_head(tokens, index, last, head, word.state, setting)
    if word.is_demonym and not word.is_plural and not _stands_alone(tokens, last):
        return Found(index, last, ())
    if any(_is_pair(tokens, at, actor_words()) for at in range(last + 1, min(last + 4, len(tokens)))):
        return Found(index, last, ())
    is_party = word.is_plural or _is_party(tokens, index, actor_words())
    return Found(index, last, (word.state.rulers(setting.published),) if is_party else ())


def _own_word(tokens: Sequence[Word], last: int, setting: Setting) -> tuple[int, Actor] | None:
    """Read a descriptor of the article's war after a country ("Sudanese paramilitary group")."""
    war, at = war_between(setting.belligerents), last + (2 if _is_possessive(tokens, last) else 1)
    hit = actor_words().descriptors.at(tokens, at) if war and at < len(tokens) else None
    if war is None or hit is None:
        return None
    name = war.descriptors.get(" ".join(word.key for word in tokens[at : at + hit[0]]))
    return (at + hit[0] - 1, roster().actors[name]) if name else None


def seat_party(tokens: Sequence[Word], index: int, setting: Setting, shouts: bool) -> Found | None:
    """Read "Moscow said", "between Kyiv and Moscow" at a word; a seat that is merely a place gives nothing."""
    hit = roster().seats.at(tokens, index)
    if hit is None or not tokens[index].is_capital:
        return None
    length, state = hit
    last, table = index + length - 1, actor_words()
    before = _word_before(tokens, index)
    if before in table.locative or is_attribute(tokens, last):
        return None
    head = _head(tokens, last, table, _MODIFIERS if _is_possessive(tokens, last) else 0)
    if head and head[1] == "side":
        return Found(index, head[0], (_actor(state, tokens[last + 1 : head[0] + 1], setting),))
    if before in _LINKS and not _is_party(tokens, index, table):
        return None
    is_doing = (
        before in _LINKS
        or bool(head and head[1] == "deed")
        or before in table.seat_before
        or _is_possessive(tokens, last)
    )
    if is_doing or _is_followed_by_act(tokens, last, table):
        return Found(index, last, (state.rulers(setting.published),))
    return None


def _word_before(tokens: Sequence[Word], index: int) -> str:
    """Return the word that governs a name: articles and "Moscow and" are looked through."""
    at = index - 1
    if at >= 0 and tokens[at].key == "the":
        at -= 1
    if at > 1 and tokens[at].key == "and" and _is_state(tokens, at - 1):  # "between Moscow and Kyiv"
        at -= 2
    return tokens[at].key if at >= 0 else ""


def _is_followed_by_act(tokens: Sequence[Word], last: int, table: ActorWords) -> bool:
    """Does a verb follow of what governments do, or another seat ("Moscow and Damascus")?"""
    after = last + 1
    if after >= len(tokens):
        return False
    if tokens[after].key == "and":
        return after + 1 < len(tokens) and _is_state(tokens, after + 1)
    return tokens[after].key in table.seat_verbs


def _is_state(tokens: Sequence[Word], index: int) -> bool:
    return roster().seats.at(tokens, index) is not None or roster().country_words.at(tokens, index) is not None


def is_attribute(tokens: Sequence[Word], last: int) -> bool:
    """Does a hyphen after a name make it another's attribute ("US-led", "Russian-backed")?"""
    after = last + 1
    return after < len(tokens) and tokens[after].is_hyphened and tokens[after].key in actor_words().attributes


def _is_possessive(tokens: Sequence[Word], last: int) -> bool:
    after = last + 1
    return after < len(tokens) and tokens[after].key == "s" and tokens[after].start == tokens[last].end + 1


def _head(tokens: Sequence[Word], last: int, table: ActorWords, modifiers: int) -> tuple[int, str] | None:
    """Return the noun that a demonym or name qualifies (its last word, for "defence ministry") and what it makes it."""
    index = last + 1
    if _is_possessive(tokens, last):
        index += 1
    for at in range(index, min(index + modifiers + 1, len(tokens))):
        key, joined = tokens[at].key, tokens[at].is_joined or tokens[at - 1].key == "s"
        if not joined or _is_pair(tokens, at, table):
            return None
        for words, kind in (
            (table.opponents, "opponents"),
            (table.qualified, "qualified"),
            (table.sides, "side"),
            (table.deeds, "deed"),
        ):
            if key in words:
                return _run(tokens, at, words), kind
        if key in table.seat_verbs or key in table.stops or (tokens[at].is_capital and at > index):
            return None
    return None


def _is_pair(tokens: Sequence[Word], at: int, table: ActorWords) -> bool:
    """Does "both sides" or "warring generals" start here? Then the country only says whose."""
    hit = table.generics.at(tokens, at)
    return hit is not None and hit[1] == "both"


def _run(tokens: Sequence[Word], at: int, words: frozenset[str]) -> int:
    """Return the last of consecutive words of the same set."""
    while at + 1 < len(tokens) and tokens[at + 1].is_joined and tokens[at + 1].key in words:
        at += 1
    return at


def _with_head(
    tokens: Sequence[Word], first: int, last: int, head: tuple[int, str], state: State, setting: Setting
) -> Found:
    end, kind = head
    if kind == "qualified":
        return Found(first, last, ())
    if kind == "deed":
        return Found(first, last, (state.rulers(setting.published),))
    whole = _over_name(tokens, end)
    if kind == "opponents":
        return Found(first, whole, (_opponents(state, setting),))
    return Found(first, whole, (_actor(state, tokens[last + 1 : end + 1], setting),))


def _over_name(tokens: Sequence[Word], end: int) -> int:
    """Return the last word of the name that a title introduces ("President Vladimir Putin")."""
    if (
        tokens[end].key not in actor_words().titles or tokens[end].text.isupper()
    ):  # where all is in capitals, none tells
        return end
    at = end
    while at + 1 < len(tokens) and at - end < _NAME_WORDS and tokens[at + 1].is_joined and tokens[at + 1].is_capital:
        if roster().country_words.at(tokens, at + 1) or roster().named.at(tokens, at + 1) or tokens[at + 1].key == "s":
            break
        at += 1
    return at


def _actor(state: State, head: Sequence[Word], setting: Setting) -> Actor:
    if any(word.key in {"army", "military", "armed"} for word in head) and not state.since:
        return state.army
    return state.rulers(setting.published)


def _opponents(state: State, setting: Setting) -> Actor:
    """Return whom "<demonym> rebels" are: the other side of the article's war, of any war there, else just that."""
    year = setting.published.year if setting.published else None
    wars = [c for c in roster().conflicts if state.code in c.countries]
    wars.sort(key=lambda c: (c.sides != setting.belligerents, year is not None and not c.first <= year <= c.last))
    for war in wars:
        sides = [roster().actors[side] for side in war.sides]
        armed = [a for a in sides if a.kind != "state" and a.country == state.code]
        if armed:  # where no side is a state, the first is the one in power
            return next((a for a in armed if a.name == war.rebels), armed[-1])
    name = f"{state.demonym} rebels"
    return Actor(name, "armed_group", state.code, name)


def _stands_alone(tokens: Sequence[Word], last: int) -> bool:
    """Is a singular demonym coordinated with one that has a head ("Russian and Syrian forces")?"""
    after = last + 1
    return after < len(tokens) and tokens[after].key in {"and", "or"} and after + 1 < len(tokens)


def _is_party(tokens: Sequence[Word], index: int, table: ActorWords) -> bool:
    before = [word.key for word in tokens[max(0, index - 4) : index] if word.key != "the"]
    if not before:
        return True
    last, earlier = before[-1], set(before[:-1])
    if last == "of":
        return bool(earlier & table.parties_of)
    if last == "to":
        return bool(earlier & table.parties_to)
    if last == "from":
        return before[-2:-1] != [] and before[-2] in table.parties_from
    return last not in table.locative and last != "on"
