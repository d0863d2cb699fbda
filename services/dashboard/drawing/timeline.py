"""A storyline drawn: announcements as marks in a lane for each side, windows as bars, what changed what as arcs."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from markupsafe import Markup

from services.dashboard.drawing.axis import Axis, axis_of
from tocsin.vocabulary import Act

_LEFT, _LANE, _TOP, _BAR = 130.0, 34.0, 46.0, 16.0
_WIDTH = 1200.0
_ROOM = 17.0  # between two marks of a lane
_HEADS = {"supersedes": "l-4-7h8z", "contradicts": "l-4-8m8 0l-8 8m4-8v8"}  # an arrow; a cross on a bar
_LETTERS: Mapping[Act, str] = {  # told apart without colour: the drawing's legend is the list below it
    "urged": "U",
    "proposed": "P",
    "declared": "D",
    "agreed": "A",
    "in_force": "F",
    "extended": "E",
    "amended": "M",
    "rejected": "R",
    "violated": "V",
    "ended": "X",
    "denied": "N",
}


class Mark(NamedTuple):
    """An announcement."""

    id: str
    at: datetime
    act: Act
    label: str
    href: str
    is_background: bool
    lane: int
    has_alert: bool


class Window(NamedTuple):
    """A claimed window as a bar, open where ``end`` is None; or a deadline as a flag at ``start``."""

    start: datetime
    end: datetime | None
    label: str
    kind: Literal["window", "deadline"]


class Link(NamedTuple):
    """What an announcement did to an earlier one."""

    earlier: str
    later: str
    relation: Literal["supersedes", "contradicts"]
    label: str
    href: str


class _Placed(NamedTuple):
    mark: Mark
    x: float
    y: float


def timeline(
    marks: Sequence[Mark],
    windows: Sequence[Window],
    links: Sequence[Link],
    *,
    lanes: Sequence[str],
    now: datetime,
) -> Markup:
    """Return the drawing. It grows wider where marks stand close, and is scrolled then."""
    if not marks:
        return Markup('<p class="aside">There is nothing to draw.</p>')
    width = max(_WIDTH, _LEFT + _ROOM * 1.2 * max(_counts(marks).values()) + 40)
    axis = _axis(marks, windows, now, width)
    bars = _TOP + _LANE * len(lanes) + 6
    rows = _rows(windows)
    height = bars + _BAR * (1 + max((row for row, _ in rows), default=0)) + 30
    placed = _placed(marks, axis)
    body = Markup("").join(
        (
            *_lanes(lanes, width),
            *_ticks(axis, height),
            *_now(axis, now, height),
            *(_bar(axis, window, bars + row * _BAR) for row, window in rows),
            *_arcs(links, {one.mark.id: one for one in placed}),
            *(_mark(one) for one in placed),
        )
    )
    return Markup('<svg class="timeline{}" viewBox="0 0 {} {}" role="group" aria-label="{}">{}</svg>').format(
        " crowded" if width > _WIDTH else "", f"{width:g}", f"{height:g}", _summary(marks, links), body
    )


def _crowd(width: float) -> str:
    """Return how wide the style sheet must leave the drawing, so that its letters can be read."""
    return "roomy" if width <= _WIDTH else "crowded" if width <= 2 * _WIDTH else "packed"


def _summary(marks: Sequence[Mark], links: Sequence[Link]) -> str:
    return f"Timeline: {len(marks)} announcements, {len(links)} changes; each is told again in words below"


def _counts(marks: Sequence[Mark]) -> Mapping[int, int]:
    counts: dict[int, int] = {}
    for mark in marks:
        counts[mark.lane] = counts.get(mark.lane, 0) + 1
    return counts


def _axis(marks: Sequence[Mark], windows: Sequence[Window], now: datetime, width: float) -> Axis:
    """Return an axis over all that is told, and up to now where that is not far; far claims lie at its edge."""
    moments = [mark.at for mark in marks]
    reach = max(max(moments) - min(moments), timedelta(days=1))
    near = [
        moment
        for window in windows
        for moment in (window.start, window.end)
        if moment is not None and min(moments) - reach <= moment <= max(moments) + reach * 2
    ]
    if now - max(moments) <= reach:
        near.append(now)
    return axis_of([*moments, *near], _LEFT, width - 20)


def _placed(marks: Sequence[Mark], axis: Axis) -> list[_Placed]:
    """Return the marks in the order of time; those too close to the one before them in their lane move on."""
    last: dict[int, float] = {}
    placed = []
    for mark in sorted(marks, key=lambda mark: (mark.at, mark.id)):
        x = max(axis.x(mark.at), last.get(mark.lane, 0.0) + _ROOM)
        last[mark.lane] = x
        placed.append((mark, x))
    over = {lane: max(x - axis.right, 0.0) for lane, x in last.items()}
    return _pushed_back(placed, over, axis.right)


def _pushed_back(placed: list[tuple[Mark, float]], over: Mapping[int, float], right: float) -> list[_Placed]:
    """Return the marks moved back where a lane ran over its end, still apart and in order."""
    limit = {lane: right for lane, beyond in over.items() if beyond}
    moved = []
    for mark, x in reversed(placed):
        if mark.lane in limit:
            x = min(x, limit[mark.lane])
            limit[mark.lane] = x - _ROOM
        moved.append(_Placed(mark, round(x, 1), _TOP + _LANE * mark.lane + _LANE / 2))
    return moved[::-1]


def _lanes(lanes: Sequence[str], width: float) -> Iterator[Markup]:
    for number, name in enumerate(lanes):
        y = _TOP + _LANE * number + _LANE / 2
        shown = name if len(name) <= 18 else f"{name[:17]}…"
        yield Markup(
            '<line class="lane" x1="{}" x2="{}" y1="{}" y2="{}"/>'
            '<text class="side" x="4" y="{}"><title>{}</title>{}</text>'
        ).format(_LEFT - 8, width - 8, y, y, y + 4, name, shown)


def _ticks(axis: Axis, height: float) -> Iterator[Markup]:
    for x, label in axis.ticks():
        yield Markup(
            '<line class="tick" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="when" x="{}" y="{}">{}</text>'
        ).format(x, x, _TOP, height - 18, x, height - 5, label)


def _now(axis: Axis, now: datetime, height: float) -> Iterator[Markup]:
    if axis.first <= now <= axis.last:
        x = axis.x(now)
        yield Markup(
            '<line class="now" x1="{}" x2="{}" y1="{}" y2="{}"/><text class="when now" x="{}" y="{}">now</text>'
        ).format(x, x, _TOP - 8, height - 18, x, _TOP - 12)


def _rows(windows: Sequence[Window]) -> list[tuple[int, Window]]:
    """Return the windows with a row for each, so that no two of a row overlap."""
    ends: list[datetime | None] = []
    rows = []
    for window in sorted(windows, key=lambda window: window.start):
        row = next((i for i, end in enumerate(ends) if end is not None and end < window.start), len(ends))
        ends[row : row + 1] = [window.end]
        rows.append((row, window))
    return rows


def _bar(axis: Axis, window: Window, y: float) -> Markup:
    x = axis.x(window.start)
    if window.kind == "deadline":
        return Markup('<g class="deadline"><title>{}</title><path d="M{} {}v12m0-12l10 4l-10 4"/></g>').format(
            window.label, x, y
        )
    end = axis.x(window.end) if window.end else axis.right
    return Markup('<rect class="window{}" x="{}" y="{}" width="{}" height="10"><title>{}</title></rect>').format(
        "" if window.end else " open", x, y, round(max(end - x, 4.0), 1), window.label
    )


def _arcs(links: Sequence[Link], placed: Mapping[str, _Placed]) -> Iterator[Markup]:
    for link in links:
        if link.earlier not in placed or link.later not in placed:
            continue
        old, new = placed[link.earlier], placed[link.later]
        rise = min(14 + abs(new.x - old.x) * 0.1, 40)
        top = max(min(old.y, new.y) - rise, 8)
        path = f"M{old.x} {old.y - 8}C{old.x} {top:.1f} {new.x} {top:.1f} {new.x} {new.y - 8}"
        yield Markup(
            '<a class="link {}" href="{}" aria-label="{}"><title>{}</title><path class="arc" d="{}"/>'
            '<path class="head" d="M{} {}{}"/></a>'
        ).format(link.relation, link.href, link.label, link.label, path, new.x, new.y - 8, _HEADS[link.relation])


def _mark(one: _Placed) -> Markup:
    mark = one.mark
    classes = f"mark {mark.act}{' background' if mark.is_background else ''}{' alert' if mark.has_alert else ''}"
    return Markup(
        '<a class="{}" href="{}" aria-label="{}"><title>{}</title><circle cx="{}" cy="{}" r="8"/>'
        '<text x="{}" y="{}">{}</text></a>'
    ).format(classes, mark.href, mark.label, mark.label, one.x, one.y, one.x, round(one.y + 3.5, 1), _LETTERS[mark.act])
