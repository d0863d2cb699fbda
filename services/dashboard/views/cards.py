"""A storyline's last fact as a card: which group it stands in, what is due next, who tells of it."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from services.dashboard.model.moments import moment_or_none
from services.dashboard.views.values import Card, Edge, Group
from tocsin.events import AnnouncementDetected, StorylineUpdated
from tocsin.standing import Times, by_the_clock
from tocsin.vocabulary import Family, Status

#: How long a storyline without news stays on the board.
SHOWN: Mapping[Family, timedelta] = {
    "siege": timedelta(days=270),
    "ceasefire": timedelta(days=120),
    "ultimatum": timedelta(days=45),
}
OVER_FOR = timedelta(days=3)
_GROUPS: Mapping[Status, Group] = {
    "called_for": "offered",
    "offered": "offered",
    "agreed": "in force",
    "declared": "in force",
    "in_force": "in force",
    "broken": "in force",
}
_STORYLINE = msgspec.json.Decoder(StorylineUpdated)
_DETECTED = msgspec.json.Decoder(AnnouncementDetected)

_NEWEST = """
SELECT n.value FROM members m JOIN announcements n ON n.id = m.announcement_id
WHERE m.storyline_id = ? AND m.gone = '' ORDER BY n.is_background, n.told DESC, n.at DESC LIMIT 5"""
_TOLD_BY = """
SELECT count(DISTINCT n.publisher) FROM members m JOIN announcements n ON n.id = m.announcement_id
WHERE m.storyline_id = ? AND m.gone = '' AND n.act = ? AND n.told > ?"""
_SILENCE = "SELECT until FROM silences WHERE storyline_id = ?"
_SAME_NEWS = timedelta(days=7)  # publishers that told of the same act within it tell of the same news


class Newest(NamedTuple):
    """The newest news of a storyline, and the sides that the newest few name."""

    fact: AnnouncementDetected
    sides: tuple[str, ...]


def storyline_of(value: bytes) -> StorylineUpdated:
    """Return the storyline's fact of a row."""
    return _STORYLINE.decode(value)


def cards(database: sqlite3.Connection, values: Iterable[bytes], now: datetime) -> list[Card]:
    """Return the cards of storylines, by the facts that last told where they stand."""
    return [card(database, storyline_of(value), now) for value in values]


def card(database: sqlite3.Connection, fact: StorylineUpdated, now: datetime) -> Card:
    """Return one card, with the state that the clock makes of it."""
    state = by_the_clock(fact.state, Times(fact.start, fact.end, fact.deadline), now)
    edge = edge_of(fact, now)
    group = group_of(fact.family, state.status, edge)
    newest = _newest(database, fact.storyline_id)
    silenced = database.execute(_SILENCE, (fact.storyline_id,)).fetchone()
    until = moment_or_none(silenced[0]) if silenced else None
    new = newest.fact.announcement if newest else None
    article = newest.fact.article if newest else None
    return Card(
        id=fact.storyline_id,
        name=fact.storyline,
        family=fact.family,
        theatre=fact.theatre,
        group=group,
        status=state.status,
        since=state.since,
        terms=state.terms,
        start=fact.start,
        end=fact.end,
        deadline=fact.deadline,
        edge=None if group == "over" else edge,
        places=fact.places,
        sides=newest.sides if newest else (),
        quote=new.quote if new else "",
        source=article.source if article else "",
        url=article.url if article else "",
        announcement_id=new.id if new else "",
        confidence=new.confidence if new else 0.0,
        independent=_told_by(database, fact.storyline_id, newest.fact) if newest else 0,
        changed=fact.at,
        silenced_until=until if until and until > now else None,
    )


def group_of(family: Family, status: Status, edge: Edge | None) -> Group:
    """Return where a storyline stands on the board: an ultimatum that stands is a threat.

    What was refused still stands for whoever announced it while its deadline or window lies ahead.
    """
    group = _GROUPS.get(status, "over")
    if status == "refused" and edge is not None:
        group = "offered" if family == "ceasefire" else "in force"
    return "threatened" if family == "ultimatum" and group == "in force" else group


def edge_of(fact: StorylineUpdated, now: datetime) -> Edge | None:
    """Return the next of the claimed times that lies ahead."""
    times = (("start", fact.start), ("end", fact.end), ("deadline", fact.deadline))
    ahead = [
        Edge(
            name=name,  # type: ignore[arg-type]  # the three names are the type's
            due=time.earliest if name == "start" else time.latest,
            text=time.text,
            assumption=time.assumption,
        )
        for name, time in times
        if time is not None
    ]
    return min((edge for edge in ahead if edge.due > now), key=lambda edge: edge.due, default=None)


def _newest(database: sqlite3.Connection, storyline_id: str) -> Newest | None:
    facts = [_DETECTED.decode(row[0]) for row in database.execute(_NEWEST, (storyline_id,))]
    named = [name for fact in facts for name in (*fact.announcement.issuer, *fact.announcement.target)]
    return Newest(facts[0], tuple(dict.fromkeys(named))) if facts else None


def _told_by(database: sqlite3.Connection, storyline_id: str, newest: AnnouncementDetected) -> int:
    told = newest.article.published or newest.article.observed
    after = int((told - _SAME_NEWS).timestamp() * 1000)
    count: int = database.execute(_TOLD_BY, (storyline_id, newest.announcement.act, after)).fetchone()[0]
    return count
