"""Why: an announcement or alert with all that led to it, and the article's text to mark it in."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.dashboard.views import changes, operations
from services.dashboard.views.storyline import source, told_of
from services.dashboard.views.values import Change, Delivery, Shown, Source, Told
from tocsin.events import AlertRaised, AlertWithdrawn, DeadlineNear, DeadlinePassed
from tocsin.vocabulary import SourceLine, Statement

Alert = AlertRaised | AlertWithdrawn | DeadlineNear | DeadlinePassed
_ALERT = msgspec.json.Decoder(Alert)
_TOLD = """
SELECT n.id, n.value, n.at, n.detector, coalesce(m.gone, '') AS gone, r.reason, m.storyline_id,
(SELECT group_concat(id) FROM alerts a WHERE a.later_id = n.id OR a.earlier_id = n.id) AS alerts
FROM announcements n LEFT JOIN members m ON m.announcement_id = n.id
LEFT JOIN retractions r ON r.announcement_id = n.id WHERE n.id >= ? AND n.id < ? LIMIT 2"""


class Reading(Shown, frozen=True, kw_only=True):
    """How one announcement was read."""

    told: Told
    detector: str
    storyline_id: str
    source: Source | None
    text: str  # the article's, empty where it was let go


class Explained(Shown, frozen=True, kw_only=True):
    """An announcement alone, or an alert with the announcements that it rests on."""

    readings: tuple[Reading, ...]
    change: Change | None = None
    row: str = ""  # of the relation table
    sources: tuple[SourceLine, ...] = ()
    deliveries: tuple[Delivery, ...] = ()


def explained(database: sqlite3.Connection, id_: str) -> Explained | None:
    """Return what an id, or a beginning of one that no other has, leads to."""
    change = changes.one(database, id_)
    if change is None:
        reading = _reading(database, id_)
        return Explained(readings=(reading,)) if reading else None
    value: bytes = database.execute("SELECT value FROM alerts WHERE id = ?", (change.id,)).fetchone()[0]
    fact = _ALERT.decode(value)
    statements: Sequence[Statement] = [s for s in (change.later, change.earlier) if s]
    return Explained(
        readings=tuple(_reading(database, s.announcement.id) or _alone(s, change.at) for s in statements),
        change=change,
        row=fact.row if isinstance(fact, AlertRaised) else "",
        sources=fact.sources if isinstance(fact, AlertRaised) else (),
        deliveries=tuple(operations.deliveries(database, change.id)),
    )


def _reading(database: sqlite3.Connection, id_: str) -> Reading | None:
    top = id_[:-1] + chr(ord(id_[-1]) + 1) if id_ else ""
    rows = database.execute(_TOLD, (id_, top)).fetchall()
    row = next((row for row in rows if row["id"] == id_), rows[0] if len(rows) == 1 else None)
    if row is None:
        return None
    told = told_of(row)
    article = told.statement.article.id
    text = database.execute("SELECT text FROM articles WHERE id = ?", (article,)).fetchone()
    return Reading(
        told=told,
        detector=row["detector"],
        storyline_id=row["storyline_id"] or "",
        source=source(database, article),
        text=text[0] if text else "",
    )


def _alone(statement: Statement, at: datetime) -> Reading:
    """Return what an alert itself tells of an announcement that is in no table."""
    told = Told(statement=statement, at=at)
    return Reading(told=told, detector="", storyline_id="", source=None, text="")
