"""A storyline's history: where a statement is put in, what is let go, and what holds after it all."""

from collections.abc import Sequence

import msgspec

from processors.relate.ledger import Storyline, Told
from processors.relate.order import LATE, PASSING, comes_before
from processors.relate.storyline import summed_up
from tocsin.standing import state_after, told_at
from tocsin.vocabulary import Act, State, Statement

KEPT_STATEMENTS = 60
_TURNS: frozenset[Act] = frozenset({"ended", "declared", "agreed"})


def place_of(statements: Sequence[Statement], new: Statement) -> int:
    """Return the index at which a statement stands in the order of events: the end, but for what came before."""
    index = len(statements)
    while index and comes_before(new, statements[index - 1]):
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
    return any(_settles(s, statement) for s in after if comes_before(statement, s))


def _settles(known: Statement, late: Statement) -> bool:
    """Within a day, only an end, a new start or the same thing told again leaves nothing to tell; a breach an end."""
    new, old = known.announcement, late.announcement
    if new.is_background or known.article.id == late.article.id:
        return False
    if told_at(known.article) - told_at(late.article) > LATE:
        return new.act not in PASSING
    if old.act == "violated":
        return new.act == "ended"
    return new.act in _TURNS or (new.act == old.act and new.issuer == old.issuer)


def taken_out(line: Storyline, announcement_id: str) -> Storyline:
    """Return the storyline as if an announcement had never been told."""
    statements = tuple(s for s in line.statements if s.announcement.id != announcement_id)
    timers = tuple(timer for timer in line.timers if timer.announcement_id != announcement_id)
    left = msgspec.structs.replace(line, statements=statements, timers=timers, state=state_of(statements))
    return summed_up(left)


def without(line: Storyline, told: Told) -> Storyline:
    """Return the storyline as if an alert had not been raised."""
    return msgspec.structs.replace(line, told=tuple(one for one in line.told if one.alert_id != told.alert_id))


def state_of(statements: Sequence[Statement]) -> State:
    """Return what holds after all that was told."""
    state = State(status="none")
    for statement in statements:
        if not statement.announcement.is_background:
            state = state_after(state, statement)
    return state


def _kept(statements: tuple[Statement, ...], awaited: frozenset[str]) -> tuple[Statement, ...]:
    old, recent = statements[:-KEPT_STATEMENTS], statements[-KEPT_STATEMENTS:]
    return (*(s for s in old if s.announcement.id in awaited), *recent)
