"""Timers: a deadline or window edge that comes near, and one that passes with nothing seen, are news by themselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from processors.relate.judge import standing
from processors.relate.ledger import Ledger, Shelf, Storyline, Timer
from processors.relate.naming import measure_at, possessive, where
from processors.relate.storyline import steps_of
from tocsin.events import DeadlineNear, DeadlinePassed, Fact
from tocsin.ids import content_id
from tocsin.standing import told_at
from tocsin.vocabulary import Act, Announcement, ClaimedTime, Family, Statement

KEPT_TIMERS = 60  # a storyline; each holds its statement, and every report of a far end sets one
_Edge = Literal["deadline", "start", "end"]
_Rung = tuple[datetime, DeadlineNear | DeadlinePassed]  # when its timer was due

_SETTLING: dict[_Edge, frozenset[Act]] = {
    "deadline": frozenset({"agreed", "ended", "extended", "denied"}),
    "start": frozenset({"ended", "denied", "in_force", "violated"}),
    "end": frozenset({"ended", "extended", "agreed", "declared", "denied", "violated"}),
}
_SETTING: frozenset[Act] = frozenset({"declared", "agreed", "extended", "amended", "in_force"})
_SAME_EDGE = timedelta(hours=24)  # "by Friday" and "by 7 p.m. on Friday" are one deadline
_AHEAD = timedelta(hours=2)  # how long before an edge it is near
_SAID: dict[_Edge, str] = {
    "deadline": "Deadline passed, no acceptance seen",
    "end": "Announced end passed, no extension seen",
}
_NEARS: dict[_Edge, str] = {
    "deadline": "Deadline near, no acceptance seen",
    "start": "About to start",
    "end": "About to end, no extension seen",
}


def timers(statement: Statement, now: datetime) -> tuple[Timer, ...]:
    """Return the timers that an announcement sets: none for background, none for what is past already.

    Near is told only of what has a clock time, and lay further ahead when it was told.
    """
    new = statement.announcement
    if new.is_background or new.act not in _SETTING:
        return ()
    claimed: dict[Family, tuple[tuple[_Edge, ClaimedTime | None], ...]] = {
        "ultimatum": (("deadline", new.deadline),),
        "ceasefire": (("start", new.start), ("end", new.end)),
    }
    found: list[Timer] = []
    for edge, time in claimed.get(new.family, ()):
        if time and edge in _SAID and time.latest > now:
            found.append(Timer(due=time.latest, announcement_id=new.id, edge=edge))
        if time and "T" in time.local and time.earliest - _AHEAD > max(now, told_at(statement.article)):
            found.append(Timer(due=time.earliest - _AHEAD, announcement_id=new.id, edge=edge, is_near=True))
    return tuple(found)


def passed(ledger: Ledger, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
    """Return what follows from timers that are due, in the order of their times."""
    rung: list[_Rung] = []
    changed: dict[str, Shelf] = {}
    for theatre, shelf in ledger.theatres.items():
        if any(timer.due <= now for line in shelf for timer in line.timers):
            lines = tuple(_run_out(line, now, rung) for line in shelf)
            changed[theatre] = msgspec.structs.replace(shelf, lines=lines)
    facts = [fact for _, fact in sorted(rung, key=lambda one: one[0])]
    return (msgspec.structs.replace(ledger, theatres={**ledger.theatres, **changed}) if changed else ledger), facts


def told_in(line: Storyline, alert_id: str) -> Statement | None:
    """Return the statement whose timer told an alert; None where no timer of a statement that is held did."""
    for statement in line.statements:
        new = statement.announcement
        edges: tuple[tuple[_Edge, ClaimedTime | None], ...] = (
            ("deadline", new.deadline),
            ("start", new.start),
            ("end", new.end),
        )
        for edge, time in edges:
            if time and alert_id in (
                _alert_id(line, new, edge, time.latest, is_near=False),
                _alert_id(line, new, edge, time.earliest, is_near=True),
            ):
                return statement
    return None


def _run_out(line: Storyline, now: datetime, rung: list[_Rung]) -> Storyline:
    """Tell once of each edge that is due, however many reports told of it.

    What passed while nobody looked is told as passed, no more as near.
    """
    waiting = line.timers
    for timer in sorted(line.timers, key=lambda t: t.due):
        if timer.due > now or timer not in waiting:
            continue
        waiting = tuple(t for t in waiting if t is not timer)
        statement = line.statement(timer.announcement_id)
        is_late = timer.is_near and timer.due + _AHEAD <= now
        if statement is not None and not is_late and not _is_settled(line, statement, timer.edge):
            rung.append((timer.due, _fact(line, statement, timer, now)))
            waiting = tuple(t for t in waiting if not _is_same_edge(t, timer))
    return msgspec.structs.replace(line, timers=waiting)


def _is_same_edge(one: Timer, other: Timer) -> bool:
    is_close = one.due - other.due < _SAME_EDGE
    return (one.edge, one.is_near) == (other.edge, other.is_near) and is_close


def _is_settled(line: Storyline, statement: Statement, edge: _Edge) -> bool:
    """Say whether news since has answered the demand, or left nobody who relies on the announced end."""
    since = line.statements[line.statements.index(statement) + 1 :]
    news = [s.announcement for s in since if not s.announcement.is_background]
    stands = standing(line.statements)
    if edge == "end" and stands is not None and stands.announcement.act not in _SETTING:
        return True
    return any(new.act in _SETTLING[edge] or _moves(new, statement.announcement, edge) for new in news)


def _moves(new: Announcement, old: Announcement, edge: _Edge) -> bool:
    """A later day for the same edge: the earlier one no longer holds."""
    then, now = {
        "deadline": (old.deadline, new.deadline),
        "start": (old.start, new.start),
        "end": (old.end, new.end),
    }[edge]
    return then is not None and now is not None and now.latest - then.latest >= _SAME_EDGE


def _fact(line: Storyline, statement: Statement, timer: Timer, now: datetime) -> DeadlineNear | DeadlinePassed:
    told = statement.announcement
    measure = f"{possessive(told.issuer)} {measure_at(where(told), told.family)}"
    kind, said = (DeadlineNear, _NEARS) if timer.is_near else (DeadlinePassed, _SAID)
    due = timer.due + _AHEAD if timer.is_near else timer.due
    return kind(
        at=now,
        alert_id=_alert_id(line, told, timer.edge, due, is_near=timer.is_near),
        storyline_id=line.id,
        storyline=line.name,
        theatre=line.theatre,
        family=line.family,
        edge=timer.edge,
        due=due,
        headline=f"{said[timer.edge]}: {measure}",
        statement=statement,
        before=line.state,
        steps=steps_of(line),
    )


def _alert_id(line: Storyline, told: Announcement, edge: _Edge, due: datetime, *, is_near: bool) -> str:
    return content_id("near" if is_near else "deadline", line.id, told.id, edge, due)
