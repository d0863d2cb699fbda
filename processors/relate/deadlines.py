"""Timers: a deadline that passes with no acceptance seen is news by itself."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from processors.relate.ledger import Ledger, Storyline, Timer
from processors.relate.storyline import steps_of
from tocsin.events import DeadlinePassed, Fact
from tocsin.ids import content_id
from tocsin.vocabulary import Statement

_SETTLING = frozenset({"agreed", "ended", "extended"})


def timers(statement: Statement, now: datetime) -> tuple[Timer, ...]:
    """Return the timers that an announcement sets: none for background, none for what is past already."""
    new = statement.announcement
    if new.is_background or new.family != "ultimatum" or new.act not in {"declared", "extended", "amended", "in_force"}:
        return ()
    due = new.deadline.latest if new.deadline else None
    return (Timer(due=due, announcement_id=new.id, edge="deadline"),) if due and due > now else ()


def passed(ledger: Ledger, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
    """Return what follows from timers that are due."""
    facts: list[Fact] = []
    changed: dict[str, tuple[Storyline, ...]] = {}
    for theatre, lines in ledger.theatres.items():
        if any(timer.due <= now for line in lines for timer in line.timers):
            changed[theatre] = tuple(_run_out(line, now, facts) for line in lines)
    return (msgspec.structs.replace(ledger, theatres={**ledger.theatres, **changed}) if changed else ledger), facts


def _run_out(line: Storyline, now: datetime, facts: list[Fact]) -> Storyline:
    due = [timer for timer in line.timers if timer.due <= now]
    for timer in due:
        statement = next((s for s in line.statements if s.announcement.id == timer.announcement_id), None)
        if statement is not None and not _is_settled(line, statement):
            facts.append(_fact(line, statement, timer, now))
    return msgspec.structs.replace(line, timers=tuple(t for t in line.timers if t.due > now))


def _is_settled(line: Storyline, statement: Statement) -> bool:
    since = line.statements[line.statements.index(statement) + 1 :]
    return any(s.announcement.act in _SETTLING and not s.announcement.is_background for s in since)


def _fact(line: Storyline, statement: Statement, timer: Timer, now: datetime) -> DeadlinePassed:
    who = ", ".join(statement.announcement.issuer) or "an unnamed party"
    return DeadlinePassed(
        at=now,
        alert_id=content_id("deadline", line.id, timer.announcement_id, timer.edge, timer.due),
        storyline_id=line.id,
        storyline=line.name,
        theatre=line.theatre,
        family=line.family,
        edge=timer.edge,
        due=timer.due,
        headline=f"Deadline passed, no acceptance seen: {who}, {line.name}",
        statement=statement,
        before=line.state,
        steps=steps_of(line),
    )
