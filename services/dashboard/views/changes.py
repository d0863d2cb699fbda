"""Alerts as lists show them, with what people did about them."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from services.dashboard.model.moments import moment_of, ms
from services.dashboard.model.rows import Value
from services.dashboard.views.filters import Filter
from services.dashboard.views.values import Change
from tocsin.events import AlertRaised, AlertWithdrawn, DeadlineNear, DeadlinePassed
from tocsin.vocabulary import State, Statement

_ALERT = msgspec.json.Decoder(AlertRaised | AlertWithdrawn | DeadlineNear | DeadlinePassed)
_COLUMNS = """
a.id, a.type, a.relation, a.kind, a.at, a.confidence, a.value,
(SELECT group_concat(user, char(10)) FROM acknowledgements k WHERE k.alert_id = a.id) AS users,
(SELECT group_concat(user, char(10)) FROM acts t WHERE t.alert_id = a.id AND t.what = 'acknowledged') AS acting,
r.verdict, r.user AS verdict_by, f.by_id
FROM alerts a LEFT JOIN reviews r ON r.alert_id = a.id LEFT JOIN falls f ON f.alert_id = a.id"""
UNSURE = 0.6  # changes below this confidence wait for a person
_WAITING = """
(a.relation = 'contradicts' OR a.confidence < ?) AND a.type = 'raised' AND r.verdict IS NULL AND f.by_id IS NULL"""


class Page(NamedTuple):
    """Some of the alerts, newest first, and the mark after which the next page begins."""

    changes: list[Change]
    after: str = ""


def newest(database: sqlite3.Connection, wanted: Filter, limit: int, after: str = "") -> Page:
    """Return alerts, the newest first. ``after`` goes on where a page before ended."""
    where, values = _narrowed(wanted)
    if after:
        at, _, id_ = after.partition("-")
        where.append("(a.at, a.id) < (?, ?)")
        values += [int(at) if at.isdigit() else 0, id_]
    found = _found(database, f"{' AND '.join(where) or '1'} ORDER BY a.at DESC, a.id DESC LIMIT ?", (*values, limit))
    last = found[-1] if len(found) == limit else None
    return Page(found, f"{ms(last.at)}-{last.id}" if last else "")


def moments(database: sqlite3.Connection, wanted: Filter, limit: int = 5_000) -> list[datetime]:
    """Return when the alerts of a filter came, the oldest first; at most so many of the newest."""
    where, values = _narrowed(wanted)
    rows = database.execute(
        f"SELECT at FROM alerts a WHERE {' AND '.join(where) or '1'} ORDER BY at DESC LIMIT ?",  # noqa: S608
        (*values, limit),
    ).fetchall()
    return [moment_of(row[0]) for row in reversed(rows)]


def of_storylines(database: sqlite3.Connection, ids: Iterable[str]) -> list[Change]:
    """Return the alerts of storylines, oldest first."""
    wanted = tuple(ids)
    return _found(database, f"a.storyline_id IN ({', '.join('?' * len(wanted))}) ORDER BY a.at, a.id", wanted)


def one(database: sqlite3.Connection, id_: str) -> Change | None:
    """Return one alert, by its id or by a beginning of it that no other has."""
    top = id_[:-1] + chr(ord(id_[-1]) + 1) if id_ else ""
    found = _found(database, "a.id >= ? AND a.id < ? LIMIT 2", (id_, top))
    exact = [change for change in found if change.id == id_]
    return exact[0] if exact else found[0] if len(found) == 1 else None


def waiting(database: sqlite3.Connection, limit: int) -> list[Change]:
    """Return what waits for a person's review: contradictions and unsure changes that nobody has judged."""
    return _found(database, f"{_WAITING} ORDER BY a.at DESC, a.id DESC LIMIT ?", (UNSURE, limit))


def waiting_count(database: sqlite3.Connection) -> int:
    """Return how many wait."""
    joined = "alerts a LEFT JOIN reviews r ON r.alert_id = a.id LEFT JOIN falls f ON f.alert_id = a.id"
    count: int = database.execute(f"SELECT count(*) FROM {joined} WHERE {_WAITING}", (UNSURE,)).fetchone()[0]  # noqa: S608
    return count


def _narrowed(wanted: Filter) -> tuple[list[str], list[Value]]:
    pairs: list[tuple[str, Value]] = [("a.family = ?", wanted.family), ("a.theatre = ?", wanted.country)]
    if wanted.since:
        pairs.append(("a.at >= ?", ms(wanted.since)))
    if wanted.until:
        pairs.append(("a.at <= ?", ms(wanted.until)))
    pairs.append(("instr(lower(a.headline), ?)", wanted.words.lower()))
    kept = [(clause, value) for clause, value in pairs if value]
    return [clause for clause, _ in kept], [value for _, value in kept]


def _found(database: sqlite3.Connection, rest: str, values: tuple[Value, ...]) -> list[Change]:
    rows = database.execute(f"SELECT {_COLUMNS} WHERE {rest}", values).fetchall()
    return [_change(row) for row in rows]


def _change(row: sqlite3.Row) -> Change:
    fact = _ALERT.decode(row["value"])
    later, earlier, after = _told(fact)
    users = "\n".join(filter(None, (row["users"], row["acting"]))).split("\n")
    is_raised = isinstance(fact, AlertRaised)
    return Change(
        id=row["id"],
        storyline_id=fact.storyline_id,
        storyline=fact.storyline,
        type=row["type"],
        relation=row["relation"],
        kind=row["kind"],
        family=fact.family,
        theatre=fact.theatre,
        at=moment_of(row["at"]),
        headline=fact.headline,
        reason=_reason(fact),
        confidence=row["confidence"],
        independent=fact.independent if is_raised else 1,
        later=later,
        earlier=earlier,
        before=fact.before,
        after=after,
        acknowledged_by=tuple(dict.fromkeys(user for user in users if user)),
        verdict=row["verdict"] or "",
        verdict_by=row["verdict_by"] or "",
        fell=row["by_id"] is not None,
    )


def _told(
    fact: AlertRaised | AlertWithdrawn | DeadlineNear | DeadlinePassed,
) -> tuple[Statement, Statement | None, State | None]:
    match fact:
        case AlertRaised():
            return fact.later, fact.earlier, fact.after
        case AlertWithdrawn():
            return fact.gone, None, fact.after
    return fact.statement, None, None


def _reason(fact: AlertRaised | AlertWithdrawn | DeadlineNear | DeadlinePassed) -> str:
    match fact:
        case AlertRaised():
            return fact.reason
        case AlertWithdrawn():
            return f"no longer told: {fact.why}"
        case DeadlineNear():
            return f"the claimed {fact.edge} is close, and nothing has settled it"
    return f"the claimed {fact.edge} was reached, and nothing has settled it"
