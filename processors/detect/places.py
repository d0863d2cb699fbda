"""Finds places: countries, conflict places and cities, told apart by the countries that the article is about."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from processors.detect.gazetteer import Spot, contains, gazetteer
from processors.detect.mentions import PlaceMention, Setting
from processors.detect.phrases import Word, key_of, words
from processors.detect.roster import read_lexicon, roster
from tocsin.vocabulary import Place

__all__ = ["as_place", "contains", "country_votes", "find", "main_zone"]

_LARGE = 400_000  # inhabitants from which a city is read without its country being spoken of
_SURE = 2_000_000  # ... and without a preposition
_FEW = 5  # words below which a text is too short to judge its capitals


def find(text: str, setting: Setting) -> tuple[PlaceMention, ...]:
    """Return the places of a text in order, longest names first; demonyms are marked as adjectives."""
    tokens = words(text)
    titled = _is_titled(tokens)
    lower_case = _words()["directions"] | {"al", "the"}  # the only small words that a place's name may begin with
    found: list[PlaceMention] = []
    index = 0
    while index < len(tokens):
        if not tokens[index].text[0].isupper() and tokens[index].key not in lower_case:
            index += 1
            continue
        if outlet := gazetteer().outlets.at(tokens, index):
            index += outlet[0]
            continue
        hit = _at(tokens, index, setting, titled)
        if hit:
            found.append(hit[1])
        index += hit[0] if hit else 1
    return tuple(found)


def as_place(mention: PlaceMention) -> Place:
    """Return a mention's place; XX is the country of regions that lie in several."""
    country = mention.country or "XX"
    state = roster().states.get(country)
    within = tuple(name for name in mention.within if state is None or name != state.name)
    return Place(name=mention.name, country=country, within=within)


def main_zone(country: str) -> str | None:
    """Return the IANA zone of a country's capital."""
    return gazetteer().zones.get(country)


def country_votes(text: str) -> Iterator[tuple[str, float]]:
    """Yield a country and a weight for each place and demonym of a text, before its countries are known.

    Where a place of ours is named it counts double: villages under siege tell more than capitals that comment.
    """
    nowhere = Setting(published=None)
    for mention in find(text, nowhere):
        if mention.country is None:
            continue
        if mention.is_country or mention.is_adjective:
            yield mention.country, 2.0 if text[max(0, mention.start - 4) : mention.start].lower() == " in " else 1.0
        else:
            yield mention.country, 2.0 if mention.within else 0.5


def _at(tokens: Sequence[Word], index: int, setting: Setting, titled: bool) -> tuple[int, PlaceMention] | None:
    """Return how many words a place at ``index`` takes, and the place."""
    if not tokens[index].is_capital and tokens[index].key != "al":
        return _the_capital(tokens, index, setting) or _of_directions(tokens, index)
    country = _country(tokens, index)
    hit = gazetteer().spots.at(tokens, index)
    if hit and (country is None or hit[0] > country[0]):
        length, spots = hit
        spot = _choose(tokens, index, length, spots, setting, titled)
        if spot:
            return length, _mention(tokens, index, length, spot)
    return country


def _of_directions(tokens: Sequence[Word], index: int) -> tuple[int, PlaceMention] | None:
    """Read our places whose names begin with a direction ("southern Lebanon"); other directions only qualify."""
    hit = gazetteer().spots.at(tokens, index) if tokens[index].key in _words()["directions"] else None
    if hit is None or hit[0] == 1 or not tokens[index + 1].is_capital or not hit[1][0].is_own:
        return None
    return hit[0], _mention(tokens, index, hit[0], hit[1][0])


def _country(tokens: Sequence[Word], index: int) -> tuple[int, PlaceMention] | None:
    hit = roster().country_words.at(tokens, index)
    if hit is None:
        return None
    length, word = hit
    if word.needs_capitals and not tokens[index].text.isupper():
        return None
    state = word.state
    if capital := _capital_of(tokens, index, length, state.code):
        return capital
    last = tokens[index + length - 1]
    mention = PlaceMention(
        start=tokens[index].start,
        end=last.end,
        name=state.name,
        country=state.code,
        zone=main_zone(state.code),
        is_country=not word.is_demonym,
        is_adjective=word.is_demonym,
    )
    return length, mention


def _capital_of(tokens: Sequence[Word], index: int, length: int, country: str) -> tuple[int, PlaceMention] | None:
    """Read "the Sudanese capital", "Sudan's capital" as the city."""
    at = index + length
    if at < len(tokens) and tokens[at].key == "s":
        at += 1
    spots = gazetteer().spots.get(gazetteer().capitals.get(country, "")) or ()
    spot = next((s for s in spots if s.country == country), None)
    if spot is None or at >= len(tokens) or tokens[at].key != "capital":
        return None
    return at + 1 - index, _mention(tokens, index, at + 1 - index, spot)


def _the_capital(tokens: Sequence[Word], index: int, setting: Setting) -> tuple[int, PlaceMention] | None:
    """Read "the capital" as that of the article's leading country."""
    if tokens[index].key != "the" or index + 1 >= len(tokens) or not setting.countries:
        return None
    return _capital_of(tokens, index, 1, setting.countries[0])


def _choose(
    tokens: Sequence[Word], index: int, length: int, spots: Sequence[Spot], setting: Setting, titled: bool
) -> Spot | None:
    """Return which place is meant, or None for a word or a person's name."""
    name = " ".join(word.key for word in tokens[index : index + length])
    is_trap = name in gazetteer().traps
    placed = _is_placed(tokens, index)
    for spot in _by_setting(spots, setting):
        at_home = spot.country in setting.countries
        if is_trap:
            if spot.is_own and at_home and placed:
                return spot
            continue
        if spot.is_own and (at_home or not setting.countries or spot.population == 0):
            return spot
        if _is_in_a_name(tokens, index, length) and not titled:
            continue
        if at_home or spot.population >= _SURE or (placed and spot.population >= _LARGE):
            return spot
    return None


def _by_setting(spots: Sequence[Spot], setting: Setting) -> list[Spot]:
    rank = {country: at for at, country in enumerate(setting.countries)}
    return sorted(spots, key=lambda s: rank.get(s.country or "", len(rank)))


def _is_placed(tokens: Sequence[Word], index: int) -> bool:
    if index == 0:
        return False
    before = tokens[index - 1].key
    if before == "the" and index > 1:
        before = tokens[index - 2].key
    return before in _words()["prepositions"] or before in _words()["directions"]


def _is_in_a_name(tokens: Sequence[Word], index: int, length: int) -> bool:
    """Do unknown capitalised words go right before or after, as in a person's or an institution's name?"""
    before = tokens[index - 1] if index and tokens[index].is_joined else None
    if before and before.is_capital and before.key not in _words()["directions"] and not _is_sentence_start(index):
        return before.key not in _words()["prepositions"]
    after = index + length
    if after < len(tokens) and tokens[after].is_joined and tokens[after].is_capital:
        return tokens[after].key not in _words()["parts"] and len(tokens[after].text) > 1
    return False


def _is_sentence_start(index: int) -> bool:
    return index == 1


def _is_titled(tokens: Sequence[Word]) -> bool:
    """Is this a headline in title case or a text in capitals, where capitals tell nothing?"""
    long = [word for word in tokens if len(word.text) >= _FEW - 1]
    return len(long) >= _FEW and sum(word.is_capital for word in long) > 0.7 * len(long)


def _mention(tokens: Sequence[Word], index: int, length: int, spot: Spot) -> PlaceMention:
    first, last = index, index + length - 1
    while first and tokens[first].is_joined and tokens[first - 1].key in _words()["directions"]:
        first -= 1
    while last + 1 < len(tokens) and tokens[last + 1].is_joined and tokens[last + 1].key in _words()["parts"]:
        last += 1
    return PlaceMention(
        start=tokens[first].start,
        end=tokens[last].end,
        name=spot.name,
        country=spot.country,
        zone=spot.zone,
        within=spot.within,
    )


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    table = read_lexicon("places_words.toml")
    return {name: frozenset(key_of(word) for word in table[name]) for name in ("directions", "parts", "prepositions")}
