"""A storyline's history: where a statement is put in, what is let go, and what holds after it all."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from processors.relate.ledger import Storyline, Told
from processors.relate.storyline import summed_up, told_at
from tocsin.vocabulary import Act, Announcement, State, Statement, Status

KEPT_STATEMENTS = 60
_LATE = timedelta(hours=24)  # feeds date many items to the day alone: less than a day apart, arrival orders them

_STATUS: dict[Act, Status] = {
    "urged": "called_for",
    "proposed": "offered",
    "declared": "declared",
    "agreed": "agreed",
    "in_force": "in_force",
    "extended": "in_force",
    "amended": "in_force",
    "rejected": "refused",
    "violated": "broken",
    "ended": "ended",
    "denied": "denied",
}


def place_of(statements: Sequence[Statement], new: Statement) -> int:
    """Return the index at which a statement stands in the order of telling: the end, but for a late article."""
    index = len(statements)
    while index and told_at(statements[index - 1].article) - told_at(new.article) > _LATE:
        index -= 1
    return index


def put_in(line: Storyline, new: Statement) -> Storyline:
    """Return the storyline with a statement more; the oldest go, but for those that a timer waits for."""
    index = place_of(line.statements, new)
    statements = (*line.statements[:index], new, *line.statements[index:])
    longer = msgspec.structs.replace(
        line,
        statements=_kept(statements, frozenset(timer.announcement_id for timer in line.timers)),
        touched=max(line.touched, told_at(new.article)),
    )
    return summed_up(longer)


def is_settled_since(line: Storyline, statement: Statement) -> bool:
    """Say whether news told after a (late) statement has set a state since."""
    after = line.statements[line.statements.index(statement) + 1 :]
    return any(
        not s.announcement.is_background
        and s.announcement.act not in {"urged", "violated"}
        and told_at(s.article) - told_at(statement.article) > _LATE
        for s in after
    )


def taken_out(line: Storyline, announcement_id: str) -> Storyline:
    """Return the storyline as if an announcement had never been told."""
    statements = tuple(s for s in line.statements if s.announcement.id != announcement_id)
    timers = tuple(timer for timer in line.timers if timer.announcement_id != announcement_id)
    state = State(status="none")
    for statement in statements:
        if not statement.announcement.is_background:
            state = state_after(state, statement)
    return summed_up(msgspec.structs.replace(line, statements=statements, timers=timers, state=state))


def without(line: Storyline, told: Told) -> Storyline:
    """Return the storyline as if an alert had not been raised."""
    return msgspec.structs.replace(line, told=tuple(one for one in line.told if one.alert_id != told.alert_id))


def state_after(before: State, statement: Statement) -> State:
    """Return what holds once a statement is told."""
    new = statement.announcement
    if new.act == "violated" and before.status in {"ended", "refused"}:
        return before
    return State(status=_STATUS[new.act], terms=terms(new), since=told_at(statement.article))


def terms(new: Announcement) -> str:
    """Return an announcement's window and deadline in words."""
    parts = [("from", new.start), ("until", new.end), ("deadline", new.deadline)]
    return ", ".join(f"{word} {time.local}" for word, time in parts if time)


def _kept(statements: tuple[Statement, ...], awaited: frozenset[str]) -> tuple[Statement, ...]:
    old, recent = statements[:-KEPT_STATEMENTS], statements[-KEPT_STATEMENTS:]
    return (*(s for s in old if s.announcement.id in awaited), *recent)
