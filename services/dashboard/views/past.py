"""As known at a moment: what was believed then, and what was true for then by all that is known now."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from services.dashboard.model.moments import moment_or_none, ms
from services.dashboard.views.cards import SHOWN, storyline_of
from services.dashboard.views.filters import Filter
from services.dashboard.views.values import Past
from tocsin.events import AnnouncementDetected, StorylineUpdated
from tocsin.standing import Times, by_the_clock, stood_at
from tocsin.vocabulary import State, Statement

_DETECTED = msgspec.json.Decoder(AnnouncementDetected)
_MOST = 150  # storylines compared
_BELIEVED = """
SELECT v.value FROM storyline_versions v JOIN (
  SELECT storyline_id, max(at) AS at FROM storyline_versions WHERE at <= ? AND at > ? GROUP BY storyline_id
) newest USING (storyline_id, at)
WHERE NOT EXISTS (SELECT 1 FROM merges g WHERE g.storyline_id = v.storyline_id AND g.at <= ?)
ORDER BY at DESC LIMIT ?"""
_TOLD_OF = """
SELECT DISTINCT m.storyline_id FROM announcements n JOIN members m ON m.announcement_id = n.id
WHERE n.told <= ? AND n.told > ? AND m.gone = '' LIMIT ?"""
_STATEMENTS = """
SELECT n.value FROM members m JOIN announcements n ON n.id = m.announcement_id
WHERE m.storyline_id = ? AND m.gone = '' AND n.told <= ?"""
_CURRENT = "SELECT value FROM storylines WHERE id = ? AND id NOT IN (SELECT storyline_id FROM merges)"
_SOME_DAYS = 3 * 86_400_000  # news told so long after a moment may still tell of it
_GONE = frozenset({"none"})


def known_at(database: sqlite3.Connection, moment: datetime, wanted: Filter) -> list[Past]:
    """Return the storylines of a moment, those first of which we know better now."""
    believed = _believed(database, moment)
    lines = {fact.storyline_id: fact for fact in believed.values()} | _told_of(database, moment, believed)
    found = [_past(database, line, believed.get(id_), moment) for id_, line in lines.items() if _fits(line, wanted)]
    shown = [one for one in found if one.believed or one.true]
    return sorted(shown, key=lambda one: (not one.differs, one.family, one.name))


def span(database: sqlite3.Connection) -> tuple[datetime, datetime] | None:
    """Return the first and last moment of which anything was known; None while nothing is."""
    row = database.execute("SELECT min(at), max(at) FROM storyline_versions").fetchone()
    first, last = moment_or_none(row[0]), moment_or_none(row[1])
    return (first, last) if first and last else None


def _believed(database: sqlite3.Connection, moment: datetime) -> Mapping[str, StorylineUpdated]:
    at, oldest = ms(moment), ms(moment - max(SHOWN.values()))
    rows = database.execute(_BELIEVED, (at, oldest, at, _MOST))
    facts = (storyline_of(row[0]) for row in rows)
    return {fact.storyline_id: fact for fact in facts if moment - fact.at < SHOWN[fact.family]}


def _told_of(
    database: sqlite3.Connection, moment: datetime, believed: Mapping[str, StorylineUpdated]
) -> dict[str, StorylineUpdated]:
    """Return today's facts of storylines that tell of a moment, or that were believed in then."""
    at = ms(moment)
    ids: Iterable[str] = (row[0] for row in database.execute(_TOLD_OF, (at + _SOME_DAYS, at - 45 * 86_400_000, _MOST)))
    found: dict[str, StorylineUpdated] = {}
    for id_ in dict.fromkeys((*believed, *ids)):
        row = database.execute(_CURRENT, (id_,)).fetchone()
        if row:
            found[id_] = storyline_of(row[0])
    return found


def _past(
    database: sqlite3.Connection, line: StorylineUpdated, believed: StorylineUpdated | None, moment: datetime
) -> Past:
    then = _state_believed(believed, moment)
    true = _state_true(database, line, moment)
    return Past(
        id=line.storyline_id,
        name=line.storyline,
        family=line.family,
        theatre=line.theatre,
        believed=then.status if then and then.status not in _GONE else "",
        believed_terms=then.terms if then else "",
        true=true.status if true and true.status not in _GONE else "",
        true_terms=true.terms if true else "",
    )


def _state_believed(fact: StorylineUpdated | None, moment: datetime) -> State | None:
    if fact is None:
        return None
    return by_the_clock(fact.state, Times(fact.start, fact.end, fact.deadline), moment)


def _state_true(database: sqlite3.Connection, line: StorylineUpdated, moment: datetime) -> State | None:
    """Return what was true of a moment by all that was told since; None where nothing tells of it any more."""
    rows = database.execute(_STATEMENTS, (line.storyline_id, ms(moment) + _SOME_DAYS))
    facts = (_DETECTED.decode(row[0]) for row in rows)
    stood = stood_at([Statement(announcement=one.announcement, article=one.article) for one in facts], moment)
    if stood is None:
        return None
    newest = stood.statements[-1].article
    is_silent = moment - (newest.published or newest.observed) > SHOWN[line.family]
    return None if is_silent else stood.state


def _fits(line: StorylineUpdated, wanted: Filter) -> bool:
    return (
        wanted.family in ("", line.family)
        and wanted.country in ("", line.theatre)
        and wanted.words.lower() in line.storyline.lower()
    )
