"""What the pages draw: a storyline's timeline, the map of the board. Values to the drawings' own values."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from markupsafe import Markup

from services.dashboard.drawing.density import density
from services.dashboard.drawing.timeline import Link, Mark, Window, timeline
from services.dashboard.drawing.worldmap import Dot, world_map
from services.dashboard.views.filters import Filter
from services.dashboard.views.values import Card, Line, Told

_ENDING = frozenset({"ended", "rejected", "denied"})
_MOST_LANES = 6
_OTHERS = "others"
_MARKS = 120  # newest announcements drawn


def chart(line: Line, now: datetime) -> Markup:
    """Return the drawing of a storyline."""
    told = [one for one in line.told if not one.gone][-_MARKS:]
    lanes = _lanes(told)
    marks = [_mark(one, lanes) for one in told]
    drawn = {mark.id for mark in marks}
    return timeline(marks, _windows(told), _links(line, drawn), lanes=list(lanes), now=now)


def _lanes(told: Sequence[Told]) -> Mapping[str, int]:
    """Return a lane for each side, those that spoke most foremost; the rest share one."""
    counts: dict[str, int] = {}
    for one in told:
        counts[_side(one)] = counts.get(_side(one), 0) + 1
    sides = sorted(counts, key=lambda side: -counts[side])
    named = sides if len(sides) <= _MOST_LANES else [*sides[: _MOST_LANES - 1], _OTHERS]
    return {side: index for index, side in enumerate(named)}


def _side(one: Told) -> str:
    issuer = one.statement.announcement.issuer
    return issuer[0] if issuer else "not named"


def _mark(one: Told, lanes: Mapping[str, int]) -> Mark:
    new, article = one.statement.announcement, one.statement.article
    who = f" by {', '.join(new.issuer)}" if new.issuer else ""
    return Mark(
        id=new.id,
        at=article.published or article.observed,
        act=new.act,
        label=f"{new.act.replace('_', ' ')}{who}: “{new.quote}” ({article.source})",
        href=f"#told-{new.id}",
        is_background=new.is_background,
        lane=lanes.get(_side(one), lanes.get(_OTHERS, 0)),
        has_alert=bool(one.alerts),
    )


def _windows(told: Sequence[Told]) -> list[Window]:
    """Return the claimed windows and deadlines, each once."""
    found: dict[tuple[object, ...], Window] = {}
    for one in told:
        new, article = one.statement.announcement, one.statement.article
        at = article.published or article.observed
        if new.start or new.end:
            first = new.start.earliest if new.start else min(at, new.end.latest if new.end else at)
            last = new.end.latest if new.end else _over_after(told, first)
            who = new.issuer[0] if new.issuer else article.source
            if last is None or last >= first:
                found.setdefault((first, last), Window(first, last, f"window told by {who}", "window"))
        if new.deadline:
            due = new.deadline.latest
            found.setdefault((due, "deadline"), Window(due, due, f"deadline: {new.deadline.text}", "deadline"))
    return list(found.values())


def _over_after(told: Sequence[Told], first: datetime) -> datetime | None:
    """Return when the first end after a moment was told; None where the measure is open still."""
    ends = (
        one.statement.article.published or one.statement.article.observed
        for one in told
        if one.statement.announcement.act in _ENDING and not one.statement.announcement.is_background
    )
    return min((end for end in ends if end > first), default=None)


def _links(line: Line, drawn: set[str]) -> list[Link]:
    return [
        Link(
            earlier=change.earlier.announcement.id,
            later=change.later.announcement.id,
            relation="supersedes" if change.relation == "supersedes" else "contradicts",
            label=f"{change.relation} ({change.kind}): {change.headline}",
            href=f"#change-{change.id}",
        )
        for change in line.changes
        if change.type == "raised" and change.earlier is not None and not change.fell
        if {change.later.announcement.id, change.earlier.announcement.id} <= drawn
    ]


def map_of(cards: Sequence[Card], wanted: Filter) -> Markup:
    """Return the map of a board's cards: one dot for each place and group."""
    counts: dict[tuple[str, str, str], int] = {}
    for card in cards:
        for name in {place.name for place in card.places if place.country == card.theatre} or {""}:
            key = (name, card.theatre, card.group)
            counts[key] = counts.get(key, 0) + 1
    dots = [
        Dot(
            place=place,
            country=country,
            status_class=group.replace(" ", "-"),
            label=f"{place or 'country-wide'}: {count} {group}",
            href=f"/map?{wanted.having(country=country, words=place).query}",
            storylines=count,
        )
        for (place, country, group), count in counts.items()
        if country != "XX"
    ]
    return world_map(
        dots, selected=wanted.country or None, country_href=lambda code: f"/map?{wanted.having(country=code).query}"
    )


def strip_of(came: Sequence[datetime], wanted: Filter) -> Markup:
    """Return when the changes of a filter came, as bars that narrow it."""
    if not came:
        return Markup("")
    first, last = wanted.since or came[0], wanted.until or came[-1] + timedelta(minutes=1)
    return density(came, first, last, lambda start, end: f"/map?{wanted.within(start, end).query}")
