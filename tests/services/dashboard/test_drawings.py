"""Tests of the drawings as laws: every announcement once, in the order of time, apart from each other, and harmless."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from re import findall
from xml.etree.ElementTree import Element, fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as some
from markupsafe import Markup

from services.dashboard.drawing.axis import axis_of
from services.dashboard.drawing.density import density
from services.dashboard.drawing.outlines import country_name, outlines
from services.dashboard.drawing.places import point_of
from services.dashboard.drawing.projection import HEIGHT, WIDTH, projected
from services.dashboard.drawing.timeline import Link, Mark, Window, timeline
from services.dashboard.drawing.worldmap import Dot, world_map
from tests.builders import NOON

HOSTILE = '<script>alert(1)</script>" onload="x \u202e'


def drawn(markup: Markup) -> Element:
    """Return the parsed drawing; it holds no inline style and no handler."""
    root = fromstring(str(markup))  # noqa: S314  our own
    for element in root.iter():
        assert not [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert element.tag != "script"
    return root


def marks(root: Element) -> list[Element]:
    return [one for one in root.iter("a") if str(one.get("class")).startswith("mark ")]


def a_mark(number: int, hours: float, lane: int = 0, label: str = "declared") -> Mark:
    return Mark(f"n{number}", NOON + timedelta(hours=hours), "declared", label, f"#told-n{number}", False, lane, False)


def a_drawing(
    some_marks: Sequence[Mark], windows: Sequence[Window] = (), links: Sequence[Link] = (), now: datetime = NOON
) -> Element:
    return drawn(timeline(some_marks, windows, links, lanes=("Army", "Rebels", "others"), now=now))


@given(some.lists(some.tuples(some.integers(0, 2000), some.integers(0, 2)), min_size=1, max_size=60))
def test_every_mark_stands_once_in_the_order_of_time_and_apart(told: list[tuple[int, int]]) -> None:
    root = a_drawing([a_mark(number, hours, lane) for number, (hours, lane) in enumerate(told)])
    found = {one.get("href"): one for one in marks(root)}
    assert len(found) == len(told)
    for lane in range(3):
        hours_and_x = sorted(
            (hours, f"n{number}", float(str(next(found[f"#told-n{number}"].iter("circle")).get("cx"))))
            for number, (hours, own) in enumerate(told)
            if own == lane
        )
        for (_, _, before), (_, _, after) in pairwise(hours_and_x):
            assert after - before > 16.5


def test_links_join_marks_that_are_drawn_and_no_others() -> None:
    links = [
        Link("n0", "n1", "supersedes", "replaced", "#change-1"),
        Link("n0", "n9", "contradicts", "not drawn", "#change-2"),
    ]
    root = a_drawing([a_mark(0, 0), a_mark(1, 5, 1)], links=links)
    assert [one.get("href") for one in root.iter("a") if "link" in str(one.get("class"))] == ["#change-1"]


def test_windows_are_bars_and_deadlines_flags() -> None:
    windows = [
        Window(NOON, NOON + timedelta(hours=4), "a window", "window"),
        Window(NOON, None, "an open one", "window"),
        Window(NOON + timedelta(hours=2), NOON + timedelta(hours=2), "by then", "deadline"),
    ]
    root = a_drawing([a_mark(0, 0), a_mark(1, 5)], windows)
    assert [one.get("class") for one in root.iter("rect")] == ["window", "window open"]
    assert [one.findtext("title") for one in root.iter("g") if one.get("class") == "deadline"] == ["by then"]


def test_no_window_is_left_out_however_many_lie_side_by_side() -> None:
    windows = [Window(NOON + timedelta(hours=hour), None, f"window {hour}", "window") for hour in range(12)]
    root = a_drawing([a_mark(0, 0), a_mark(1, 20)], windows)
    assert len({one.get("y") for one in root.iter("rect")}) == 12


def test_nothing_told_is_nothing_drawn() -> None:
    assert "nothing to draw" in timeline([], [], [], lanes=(), now=NOON)


def test_hostile_names_are_drawn_as_text() -> None:
    mark = a_mark(0, 0, label=HOSTILE)
    root = drawn(timeline([mark], [Window(NOON, None, HOSTILE, "window")], [], lanes=(HOSTILE,), now=NOON))
    assert marks(root)[0].get("aria-label") == HOSTILE
    drawn(world_map([Dot(HOSTILE, "SY", "offered", HOSTILE, "/map?x", 1)], selected=None, country_href=lambda c: c))


@pytest.mark.parametrize("hours", [0.01, 1, 30, 500, 9_000, 90_000, 800_000])
def test_an_axis_has_at_most_eight_labels_and_rises_with_time(hours: float) -> None:
    axis = axis_of([NOON, NOON + timedelta(hours=hours)], 0, 1000)
    ticks = list(axis.ticks())
    assert 1 <= len(ticks) <= 8
    assert [x for x, _ in ticks] == sorted(x for x, _ in ticks)
    assert axis.x(NOON) < axis.x(NOON + timedelta(hours=hours))


def test_countries_with_news_are_linked_and_their_places_lie_within_them() -> None:
    dots = [
        Dot("Aleppo", "SY", "in-force", "Aleppo: 1 in force", "/map?a", 1),
        Dot("", "PS", "offered", "x", "/map?b", 2),
    ]
    root = drawn(world_map(dots, selected=None, country_href=lambda code: f"/map?country={code}"))
    hrefs = [str(one.get("href")) for one in root.iter("a")]
    assert "/map?country=SY" in hrefs
    assert {"/map?a", "/map?b"} <= set(hrefs)
    aleppo, (upper_left, lower_right) = point_of("Aleppo", "SY"), outlines()["SY"].corners
    assert aleppo is not None
    assert upper_left.x < aleppo.x < lower_right.x
    assert upper_left.y < aleppo.y < lower_right.y


def test_one_country_fills_the_map_when_it_is_chosen() -> None:
    root = drawn(world_map([], selected="SD", country_href=lambda code: code))
    _, _, width, _ = (float(number) for number in str(root.get("viewBox")).split())
    assert width < WIDTH / 4


def test_every_point_of_the_earth_lies_on_the_map() -> None:
    for longitude in range(-180, 181, 30):
        for latitude in range(-90, 91, 15):
            x, y = projected(longitude, latitude)
            assert 0 <= x <= WIDTH
            assert 0 <= y <= HEIGHT


def test_what_is_not_on_the_map_falls_back_to_its_country_or_to_nothing() -> None:
    assert point_of("no such town", "UA") == outlines()["UA"].centre
    assert point_of("no such town", "XX") is None
    assert (country_name("SD"), country_name("XX"), country_name("Q1")) == ("Sudan", "no country named", "Q1")


def test_bars_of_changes_lead_to_their_own_stretch_of_time() -> None:
    moments = [NOON, NOON + timedelta(hours=1), NOON + timedelta(hours=59)]
    root = drawn(density(moments, NOON, NOON + timedelta(hours=60), lambda start, end: f"{start:%H}-{end:%H}"))
    assert [one.get("href") for one in root.iter("a")] == ["12-13", "13-14", "23-00"]
    assert findall("1 change", str(root.find("a/title").text)) == ["1 change"]  # type: ignore[union-attr]
    outside = [NOON - timedelta(minutes=30), NOON + timedelta(hours=9)]
    assert density(outside, NOON, NOON + timedelta(hours=6), lambda start, end: "") == ""
    assert density([], NOON, NOON + timedelta(hours=1), lambda start, end: "") == ""
