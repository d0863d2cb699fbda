"""Timers: a deadline that passes with no acceptance seen, or a truce that runs out unextended, is news by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from processors.relate.judge import standing
from processors.relate.ledger import Ledger, Shelf, Storyline, Timer
from processors.relate.naming import measure_at, possessive, where
from processors.relate.storyline import steps_of
from tocsin.events import DeadlinePassed, Fact
from tocsin.ids import content_id
from tocsin.vocabulary import Act, Announcement, ClaimedTime, Family, Statement

KEPT_TIMERS = 60  # a storyline; each holds its statement, and every report of a far end sets one
_Edge = Literal["deadline", "end"]

_SETTLING: dict[_Edge, frozenset[Act]] = {
    "deadline": frozenset({"agreed", "ended", "extended", "denied"}),
    "end": frozenset({"ended", "extended", "agreed", "declared", "denied", "violated"}),
}
_SETTING: frozenset[Act] = frozenset({"declared", "agreed", "extended", "amended", "in_force"})
_SAME_EDGE = timedelta(hours=24)  # "by Friday" and "by 7 p.m. on Friday" are one deadline
_SAID: dict[_Edge, str] = {
    "deadline": "Deadline passed, no acceptance seen",
    "end": "Announced end passed, no extension seen",
}


def timers(statement: Statement, now: datetime) -> tuple[Timer, ...]:
    """Return the timers that an announcement sets: none for background, none for what is past already."""
    new = statement.announcement
    if new.is_background or new.act not in _SETTING:
        return ()
    claimed: dict[Family, tuple[_Edge, ClaimedTime | None]] = {
        "ultimatum": ("deadline", new.deadline),
        "ceasefire": ("end", new.end),
    }
    edge, time = claimed.get(new.family, ("end", None))
    return (Timer(due=time.latest, announcement_id=new.id, edge=edge),) if time and time.latest > now else ()


def passed(ledger: Ledger, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
    """Return what follows from timers that are due."""
    facts: list[Fact] = []
    changed: dict[str, Shelf] = {}
    for theatre, shelf in ledger.theatres.items():
        if any(timer.due <= now for line in shelf for timer in line.timers):
            lines = tuple(_run_out(line, now, facts) for line in shelf)
            changed[theatre] = msgspec.structs.replace(shelf, lines=lines)
    return (msgspec.structs.replace(ledger, theatres={**ledger.theatres, **changed}) if changed else ledger), facts


def _run_out(line: Storyline, now: datetime, facts: list[Fact]) -> Storyline:
    """Tell once of each edge that is due, however many reports told of it."""
    waiting = line.timers
    for timer in sorted(line.timers, key=lambda t: t.due):
        if timer.due > now or timer not in waiting:
            continue
        waiting = tuple(t for t in waiting if t is not timer)
        statement = line.statement(timer.announcement_id)
        if statement is not None and not _is_settled(line, statement, timer.edge):
            facts.append(_fact(line, statement, timer, now))
            waiting = tuple(t for t in waiting if t.edge != timer.edge or t.due - timer.due >= _SAME_EDGE)
    return msgspec.structs.replace(line, timers=waiting)


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
    then, now = (old.deadline, new.deadline) if edge == "deadline" else (old.end, new.end)
    return then is not None and now is not None and now.latest - then.latest >= _SAME_EDGE


def _fact(line: Storyline, statement: Statement, timer: Timer, now: datetime) -> DeadlinePassed:
    told = statement.announcement
    measure = f"{possessive(told.issuer)} {measure_at(where(told), told.family)}"
    return DeadlinePassed(
        at=now,
        alert_id=content_id("deadline", line.id, timer.announcement_id, timer.edge, timer.due),
        storyline_id=line.id,
        storyline=line.name,
        theatre=line.theatre,
        family=line.family,
        edge=timer.edge,
        due=timer.due,
        headline=f"{_SAID[timer.edge]}: {measure}",
        statement=statement,
        before=line.state,
        steps=steps_of(line),
    )
