"""Two questions to a storyline's past: what was in force at a time, and what was believed then.

*Known* is what the log had by a moment (the time of the facts). *In force* at a time is what all that is known tells of
that time, however late it was told: an announcement counts from when it was told, or from its claimed start or end
where that lies before; background counts only where it is dated so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from processors.relate.history import place_of, state_after
from processors.relate.ledger import Ledger, Shelf, Storyline
from processors.relate.naming import name_of
from processors.relate.stage import RelateCore
from processors.relate.storyline import silence, summed_up, told_at
from tocsin.events import AnnouncementDetected, AnnouncementRetracted, Fact
from tocsin.vocabulary import Act, Announcement, ClaimedTime, State, Statement, Status

_BEGUN: frozenset[Status] = frozenset({"declared", "agreed"})
_OPEN: frozenset[Status] = frozenset({"declared", "agreed", "in_force"})
_ANEW: frozenset[Act] = frozenset({"declared", "agreed", "extended", "amended", "ended"})  # bring their own times


class Then(NamedTuple):
    """A storyline as it stood at a moment. ``statements`` count for that moment, in the order of what they tell."""

    line: Storyline
    state: State
    statements: tuple[Statement, ...]


def believed(core: RelateCore, facts: Iterable[Fact]) -> list[Storyline]:
    """Fold what was known into storylines that keep all their statements, also those that relate has let go."""
    ledger = core.initial()
    heads: dict[str, Storyline] = {}
    told: dict[str, list[Statement]] = {}
    for fact in facts:
        ledger, _ = core.decide(ledger, fact, fact.at)
        if isinstance(fact, AnnouncementDetected):
            statement = Statement(announcement=fact.announcement, article=fact.article)
            if (home := _home(ledger, fact.announcement)) is not None:
                heads[home.id] = home
                _tell(told.setdefault(home.id, []), statement)
        elif isinstance(fact, AnnouncementRetracted):
            for statements in told.values():
                statements[:] = (s for s in statements if s.announcement.id != fact.announcement_id)
    return [_whole(heads[id_], statements) for id_, statements in told.items() if statements]


def then(line: Storyline, moment: datetime) -> Then | None:
    """Return a storyline as it stood at a moment, by all that it holds; None before it began, or once it was silent."""
    counted = ((since, s) for s in line.statements if (since := _counts_from(s)) is not None)
    dated = sorted((pair for pair in counted if pair[0] <= moment), key=lambda pair: pair[0])
    state, times = State(status="none"), _Times()
    for since, statement in dated:
        after = state_after(state, statement)
        state = state if after is state else msgspec.structs.replace(after, since=since)
        times = times.after(statement.announcement)
    if not dated or moment - dated[-1][0] > silence(msgspec.structs.replace(line, state=state)):
        return None
    statements = tuple(s for _, s in dated)
    ids = {s.announcement.id for s in statements}
    told = tuple(one for one in line.told if one.later_id in ids)
    return Then(msgspec.structs.replace(line, told=told), _by_the_clock(state, times, moment), statements)


class _Times(NamedTuple):
    """The window and deadline that hold: those of the newest announcement that sets or moves them."""

    start: ClaimedTime | None = None
    end: ClaimedTime | None = None
    deadline: ClaimedTime | None = None

    def after(self, new: Announcement) -> "_Times":
        if new.act == "extended":
            return _Times(self.start or new.start, new.end, new.deadline)
        if new.act in _ANEW:
            return _Times(new.start, new.end, new.deadline)
        return _Times(new.start or self.start, new.end or self.end, new.deadline or self.deadline)


def _by_the_clock(state: State, times: _Times, moment: datetime) -> State:
    """Return the state once windows are open or closed and deadlines passed."""
    over = min((t.latest for t in (times.end, times.deadline) if t and t.latest < moment), default=None)
    if state.status in _OPEN and over is not None:
        return msgspec.structs.replace(state, status="expired", since=over)
    if state.status in _BEGUN and times.start is not None and times.start.earliest <= moment:
        return msgspec.structs.replace(state, status="in_force", since=times.start.earliest)
    return state


def _counts_from(statement: Statement) -> datetime | None:
    """Return the moment that a statement tells of; None for background without a date of its own."""
    new, told = statement.announcement, told_at(statement.article)
    claimed = new.end if new.act == "ended" else new.start
    before = claimed.latest if claimed is not None and claimed.latest < told else None
    return before if new.is_background else before or told


def _home(ledger: Ledger, new: Announcement) -> Storyline | None:
    """Return the storyline that relate has put an announcement on; None where it was too late to say anything of."""
    shelf = ledger.theatres.get(new.theatre, Shelf())
    return next((line for line in shelf.near(new.family, new.place) if line.statement(new.id)), None)


def _tell(statements: list[Statement], new: Statement) -> None:
    if all(s.announcement.id != new.announcement.id for s in statements):
        statements.insert(place_of(statements, new), new)


def _whole(line: Storyline, statements: Sequence[Statement]) -> Storyline:
    name = name_of(line.family, line.theatre, statements)
    return summed_up(msgspec.structs.replace(line, name=name, statements=tuple(statements)))
