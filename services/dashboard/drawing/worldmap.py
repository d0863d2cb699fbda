"""The map: countries as outlines, places with news as marks whose shape tells the state. Links, no script."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from markupsafe import Markup

from services.dashboard.drawing.outlines import Outline, country_name, outlines
from services.dashboard.drawing.places import point_of
from services.dashboard.drawing.projection import HEIGHT, WIDTH, Point

_MARGIN = 0.2  # of a country's own size, around it when it fills the map
_SMALLEST_VIEW = 40.0
_SHAPES: Mapping[str, str] = {  # unit shapes around the origin, told apart without colour
    "in-force": "M-1 0A1 1 0 1 0 1 0A1 1 0 1 0-1 0Z",
    "threatened": "M0-1.25L1.15.9H-1.15Z",
    "offered": "M0-1.2L1.2 0L0 1.2L-1.2 0Z",
    "over": "M-.9-.9H.9V.9H-.9Z",
}


class Dot(NamedTuple):
    """A place with news."""

    place: str  # empty: the whole country
    country: str
    status_class: str  # a key of the shapes
    label: str
    href: str
    storylines: int


def world_map(dots: Sequence[Dot], *, selected: str | None, country_href: Callable[[str], str]) -> Markup:
    """Return the map; with ``selected`` it shows that country alone, large."""
    view = _view(outlines().get(selected or ""))
    told: dict[str, int] = {}
    for dot in dots:
        told[dot.country] = told.get(dot.country, 0) + dot.storylines
    land = Markup("").join(_land(one, told.get(one.code, 0), country_href) for one in _ordered(told))
    return Markup('<svg class="worldmap" viewBox="{} {} {} {}" role="group" aria-label="{}">{}{}</svg>').format(
        *(f"{number:g}" for number in view), _label(selected, len(told)), land, _marks(dots, view[2])
    )


def _label(selected: str | None, countries: int) -> str:
    if selected:
        return f"Map of {country_name(selected)}"
    return f"Map of the world: {countries} {'country has' if countries == 1 else 'countries have'} news"


def _view(outline: Outline | None) -> tuple[float, float, float, float]:
    if outline is None:
        return (0, 0, WIDTH, HEIGHT)
    (left, top), (right, bottom) = outline.corners
    wanted = max(right - left, (bottom - top) * WIDTH / HEIGHT)
    width = max(wanted * (1 + 2 * _MARGIN), _SMALLEST_VIEW)
    height = width * HEIGHT / WIDTH
    return ((left + right - width) / 2, (top + bottom - height) / 2, width, height)


def _ordered(told: Mapping[str, int]) -> list[Outline]:
    """Return the countries with those that have news last, so that their borders lie on top."""
    return sorted(outlines().values(), key=lambda one: (told.get(one.code, 0) > 0, one.code))


def _land(one: Outline, count: int, country_href: Callable[[str], str]) -> Markup:
    if not one.path:
        return Markup("")
    if not count:
        return Markup('<path class="land" d="{}"/>').format(one.path)
    told = f"{one.name}: {count} {'storyline' if count == 1 else 'storylines'}"
    return Markup('<a href="{}" aria-label="{}"><title>{}</title><path class="land has-news" d="{}"/></a>').format(
        country_href(one.code), told, told, one.path
    )


def _marks(dots: Sequence[Dot], width: float) -> Markup:
    """Return the marks, the larger ones below; where several fall on one point they stand side by side."""
    unit = width / WIDTH * 6
    used: dict[Point, int] = {}
    parts = []
    for dot in sorted(dots, key=lambda dot: (-dot.storylines, dot.label)):
        point = point_of(dot.place, dot.country)
        if point is None:
            continue
        near = Point(round(point.x / unit / 2), round(point.y / unit / 2))
        aside = used.get(near, 0)
        used[near] = aside + 1
        size = unit * min(1 + (dot.storylines - 1) * 0.15, 2)
        parts.append(_mark(dot, point.x + aside * unit * 2.4, point.y, size))
    return Markup("").join(parts)


def _mark(dot: Dot, x: float, y: float, size: float) -> Markup:
    return Markup(
        '<a href="{}" class="dot {}" aria-label="{}"><title>{}</title>'
        '<path transform="translate({} {}) scale({})" d="{}"/></a>'
    ).format(
        dot.href,
        dot.status_class,
        dot.label,
        dot.label,
        f"{x:.2f}",
        f"{y:.2f}",
        f"{size:.2f}",
        _SHAPES.get(dot.status_class, _SHAPES["over"]),
    )
