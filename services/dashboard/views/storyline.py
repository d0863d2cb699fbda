"""One storyline whole: its card, all that was told, the alerts, the articles with their edits, what people did."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from services.dashboard.model.moments import moment_of, moment_or_none
from services.dashboard.views import changes
from services.dashboard.views.cards import card, storyline_of
from services.dashboard.views.values import Act, Line, Revision, Source, Suppression, Told
from tocsin.events import AnnouncementDetected
from tocsin.vocabulary import Change as Edit
from tocsin.vocabulary import Statement

_LONGEST = 500  # announcements shown of one storyline: the newest
_DETECTED = msgspec.json.Decoder(AnnouncementDetected)
_EDITS = msgspec.json.Decoder(tuple[Edit, ...])
_TOLD = """
SELECT n.id, n.value, n.at, m.gone, r.reason,
(SELECT group_concat(id) FROM alerts a WHERE a.later_id = n.id) AS alerts
FROM members m JOIN announcements n ON n.id = m.announcement_id
LEFT JOIN retractions r ON r.announcement_id = n.id
WHERE m.storyline_id IN ({}) ORDER BY n.told DESC, n.at DESC LIMIT ?"""


def storyline(database: sqlite3.Connection, id_: str, now: datetime) -> Line | None:
    """Return a storyline; that into which it was merged where it was."""
    id_ = merged_into(database, id_)
    row = database.execute("SELECT value FROM storylines WHERE id = ?", (id_,)).fetchone()
    if row is None:
        return None
    ids = (id_, *_merged_from(database, id_))
    told = _told(database, ids)
    return Line(
        card=card(database, storyline_of(row[0]), now),
        told=tuple(told),
        changes=tuple(changes.of_storylines(database, ids)),
        sources=tuple(_sources(database, told)),
        suppressions=tuple(suppressions(database, ids)),
        acts=tuple(acts(database, ids)),
        merged_from=ids[1:],
    )


def merged_into(database: sqlite3.Connection, id_: str) -> str:
    """Return the id under which a storyline goes on."""
    seen = {id_}
    while row := database.execute("SELECT into_id FROM merges WHERE storyline_id = ?", (id_,)).fetchone():
        id_ = row[0]
        if id_ in seen:  # no order of merges makes a ring, but a log is read, not believed
            break
        seen.add(id_)
    return id_


def neighbours(database: sqlite3.Connection, line: Line) -> list[tuple[str, str]]:
    """Return the id and name of storylines that this one could be merged into: same family and country."""
    rows = database.execute(
        "SELECT id, name FROM storylines WHERE family = ? AND theatre = ? AND id <> ? AND is_empty = 0 "
        "AND id NOT IN (SELECT storyline_id FROM merges) ORDER BY at DESC LIMIT 30",
        (line.card.family, line.card.theatre, line.card.id),
    )
    return [(row[0], row[1]) for row in rows]


def suppressions(database: sqlite3.Connection, ids: Sequence[str] = (), limit: int = 100) -> list[Suppression]:
    """Return what was held back, the newest first: of some storylines, or of all."""
    where = f"WHERE storyline_id IN ({_marks(ids)})" if ids else ""
    rows = database.execute(f"SELECT * FROM suppressions {where} ORDER BY at DESC LIMIT ?", (*ids, limit))  # noqa: S608
    return [
        Suppression(
            at=moment_of(row["at"]),
            storyline_id=row["storyline_id"],
            announcement_id=row["announcement_id"],
            reason=row["reason"],
            detail=row["detail"],
            destination=row["destination"],
        )
        for row in rows
    ]


def acts(database: sqlite3.Connection, ids: Sequence[str] = (), limit: int = 100) -> list[Act]:
    """Return what people did, the newest first: to some storylines, or at all."""
    where = f"WHERE storyline_id IN ({_marks(ids)})" if ids else ""
    rows = database.execute(f"SELECT * FROM acts {where} ORDER BY at DESC LIMIT ?", (*ids, limit))  # noqa: S608
    return [
        Act(
            at=moment_of(row["at"]),
            user=row["user"],
            what=row["what"],
            storyline_id=row["storyline_id"],
            alert_id=row["alert_id"],
            detail=row["detail"],
        )
        for row in rows
    ]


def told_of(row: sqlite3.Row) -> Told:
    """Return an announcement of a row with its value, time and fate."""
    fact = _DETECTED.decode(row["value"])
    return Told(
        statement=Statement(announcement=fact.announcement, article=fact.article),
        at=moment_of(row["at"]),
        gone=row["reason"] or row["gone"] or "",
        alerts=tuple((row["alerts"] or "").split(",")) if row["alerts"] else (),
    )


def _told(database: sqlite3.Connection, ids: Sequence[str]) -> list[Told]:
    rows = database.execute(_TOLD.format(_marks(ids)), (*ids, _LONGEST)).fetchall()
    return [told_of(row) for row in reversed(rows)]


def _sources(database: sqlite3.Connection, told: Sequence[Told]) -> list[Source]:
    ids = list(dict.fromkeys(one.statement.article.id for one in told))
    return [found for id_ in ids if (found := source(database, id_))]


def source(database: sqlite3.Connection, article_id: str) -> Source | None:
    """Return an article with its edits, without its text."""
    row = database.execute("SELECT * FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return None
    edits = database.execute("SELECT * FROM revisions WHERE article_id = ? ORDER BY revision", (article_id,))
    return Source(
        id=row["id"],
        source=row["source"],
        publisher=row["publisher"],
        url=row["url"],
        title=row["title"],
        published=moment_or_none(row["published"]),
        observed=moment_of(row["observed"]),
        revision=row["revision"],
        withdrawn=row["withdrawn"],
        revisions=tuple(
            Revision(
                revision=edit["revision"],
                at=moment_of(edit["at"]),
                changes=tuple((one.field, one.before, one.after) for one in _EDITS.decode(edit["changes"])),
            )
            for edit in edits
        ),
    )


def _merged_from(database: sqlite3.Connection, id_: str) -> tuple[str, ...]:
    """Return the storylines that went into one, those that went into these, and so on."""
    found = {id_: None}
    for one in (waiting := [id_]):
        for (first,) in database.execute("SELECT storyline_id FROM merges WHERE into_id = ?", (one,)):
            if first not in found:
                found[first] = None
                waiting.append(first)
    return tuple(found)[1:]


def _marks(ids: Sequence[str]) -> str:
    return ", ".join("?" * len(ids))
