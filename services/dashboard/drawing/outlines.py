"""Country outlines and names from the installed package countryinfo; the one place that knows its files.

Some countries have no outline there (Myanmar, Palestine, Serbia, small islands): they have a point alone.
"""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from services.dashboard.drawing.projection import Point, projected

_ELSEWHERE = {"XX": "no country named", "XK": "Kosovo", "PS": "Palestine"}
_LONGEST_EDGE = 300.0  # units: an edge this long crosses the date line


class Outline(NamedTuple):
    """A country as the map draws it."""

    code: str  # ISO 3166 alpha-2
    name: str
    path: str  # of SVG; empty where there is no outline
    centre: Point
    corners: tuple[Point, Point]  # upper left and lower right of its largest part


@lru_cache(maxsize=1)
def outlines() -> Mapping[str, Outline]:
    """Return all countries by their codes."""
    found: dict[str, Outline] = {}
    for raw in _countries():
        outline = _outline(raw)
        known = found.get(outline.code)
        if known is None or len(outline.path) > len(known.path):
            found[outline.code] = outline
    return found


def country_name(code: str) -> str:
    """Return a country's name; the code itself for one that nobody knows."""
    if code in _ELSEWHERE:
        return _ELSEWHERE[code]
    outline = outlines().get(code)
    return outline.name if outline else code


def _countries() -> Iterator[dict[str, Any]]:
    for file in resources.files("countryinfo").joinpath("data").iterdir():
        if file.name.endswith(".json"):
            raw = json.loads(file.read_text("utf-8"))
            if (raw.get("ISO") or {}).get("alpha2") and raw.get("latlng"):
                yield raw


def _outline(raw: Mapping[str, Any]) -> Outline:
    rings = [[projected(lon, lat) for lon, lat, *_ in ring] for ring in _rings(raw.get("geoJSON") or {})]
    latitude, longitude = raw["latlng"]
    centre = projected(longitude, latitude)
    largest = max(rings, key=_area, default=[Point(centre.x - 12, centre.y - 12), Point(centre.x + 12, centre.y + 12)])
    xs, ys = [p.x for p in largest], [p.y for p in largest]
    corners = (Point(min(xs), min(ys)), Point(max(xs), max(ys)))
    return Outline(raw["ISO"]["alpha2"], raw["name"], " ".join(map(_path, rings)), centre, corners)


def _rings(collection: Mapping[str, Any]) -> Iterator[list[Any]]:
    for feature in collection.get("features", ()):
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        for polygon in polygons:
            yield from polygon


def _path(ring: list[Point]) -> str:
    parts = []
    for number, point in enumerate(ring):
        is_jump = number and abs(point.x - ring[number - 1].x) > _LONGEST_EDGE
        parts.append(f"{'M' if is_jump or not number else 'L'}{point.x:g} {point.y:g}")
    return "".join(parts) + "Z"


def _area(ring: list[Point]) -> float:
    pairs = zip(ring, ring[1:] + ring[:1], strict=True)
    return abs(sum(a.x * b.y - b.x * a.y for a, b in pairs)) / 2
