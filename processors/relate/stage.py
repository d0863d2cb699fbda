"""The core of the relate stage: announcements in, alerts out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from processors.relate import deadlines
from processors.relate.alerting import Why, raised
from processors.relate.history import put_in, state_of, without
from processors.relate.judge import judge
from processors.relate.ledger import Ledger, Shelf, Storyline
from processors.relate.naming import name_of
from processors.relate.places import compatible
from processors.relate.retraction import taken_back
from processors.relate.reviewed import reviewed, with_left
from processors.relate.storyline import closest, sorted_out
from processors.relate.table import Table, load_table
from processors.relate.telling import updated
from tocsin.events import AlertRaised, AnnouncementDetected, AnnouncementRetracted, Fact, StorylineReviewed
from tocsin.ids import content_id
from tocsin.standing import state_after, told_at
from tocsin.vocabulary import Family, State, Statement

_HEARD = 2_000  # announcement ids a theatre
_NEAR = timedelta(days=4)


class RelateCore:
    """Folds announcements into storylines and says what supersedes or contradicts what (``tocsin.stage``)."""

    name = "relate"
    topics: tuple[str, ...] = ("tocsin.announcements",)
    version = "3"
    state_type = Ledger

    def __init__(self, table: Table) -> None:
        self._table = table

    @classmethod
    def load(cls) -> "RelateCore":
        """Return the core with the packaged data."""
        return cls(load_table())

    def initial(self) -> Ledger:
        return Ledger()

    def decide(self, state: Ledger, fact: Fact, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
        if isinstance(fact, AnnouncementDetected):
            return self._detected(state, Statement(announcement=fact.announcement, article=fact.article), now)
        if isinstance(fact, AnnouncementRetracted):
            return self._retracted(state, fact, now)
        if isinstance(fact, StorylineReviewed):
            shelf, facts = reviewed(self._table, state.theatres.get(fact.theatre, Shelf()), fact, now)
            return msgspec.structs.replace(state, theatres={**state.theatres, fact.theatre: shelf}), facts
        return state, ()

    def tick(self, state: Ledger, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
        return deadlines.passed(state, now)

    def _detected(self, state: Ledger, statement: Statement, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
        theatre, new = statement.announcement.theatre, statement.announcement
        heard = state.heard.get(theatre, ())
        if new.id in heard:
            return state, ()
        shelf = sorted_out(state.theatres.get(theatre, Shelf()), now)
        found = closest(shelf, statement) or _opened(statement)
        is_across = any(row.across for row in self._table.candidates(new.family, new.act))
        neighbours = _neighbours(shelf, statement) if is_across else ()
        line, facts = self._continued(found, statement, neighbours, now)
        if line is not found:  # else it is too old for anything to be said of its time
            facts = [*facts, updated(line, statement, "told", now)]
        return Ledger(
            theatres={**state.theatres, theatre: shelf.put(line)},
            heard={**state.heard, theatre: (*heard, new.id)[-_HEARD:]},
        ), facts

    def _continued(
        self, line: Storyline, statement: Statement, neighbours: Sequence[Statement], now: datetime
    ) -> tuple[Storyline, Sequence[Fact]]:
        extended = put_in(line, statement)
        if statement not in extended.statements:
            return line, ()  # older than all that is kept: nothing can be said of its time
        extended = msgspec.structs.replace(
            extended,
            name=name_of(line.family, line.theatre, extended.statements),
            timers=(*line.timers, *deadlines.timers(statement, now))[-deadlines.KEPT_TIMERS :],
        )
        is_news = not statement.announcement.is_background
        extended, facts = self._judged(extended, statement, line.state, neighbours, now) if is_news else (extended, [])
        for later in _told_after(extended, statement):
            judged, more = self._judged(extended, later, line.state, neighbours, now)
            if any(isinstance(fact, AlertRaised) for fact in more):
                extended, facts = judged, [*facts, *more]
        if not is_news:
            return extended, facts
        if extended.statements[-1] != statement:
            extended = msgspec.structs.replace(extended, state=state_of(extended.statements))
            return self._corrected(extended, statement, facts, now)
        return msgspec.structs.replace(extended, state=state_after(extended.state, statement)), facts

    def _judged(
        self, line: Storyline, later: Statement, before: State, neighbours: Sequence[Statement], now: datetime
    ) -> tuple[Storyline, list[Fact]]:
        verdict = judge(self._table, line, later, neighbours)
        if verdict is None:
            return line, []
        line, fact = raised(line, later, verdict, before, now)
        return line, [fact]

    def _corrected(
        self, line: Storyline, late: Statement, facts: list[Fact], now: datetime
    ) -> tuple[Storyline, Sequence[Fact]]:
        """Tell again what was raised on news told after a late article, where that article is what it changed."""
        for told in line.told:
            later = line.statement(told.later_id)
            verdict = judge(self._table, line, later) if later else None
            if later is None or verdict is None or verdict.earlier != late or later.article.id == late.article.id:
                continue
            before = line.statement(told.earlier_id)
            if before is None or before.announcement.act != late.announcement.act:
                fresh = msgspec.structs.replace(verdict, held_back="")
                line, fact = raised(without(line, told), later, fresh, line.state, now, corrects=told.alert_id)
                facts.append(fact)
        return line, facts

    def _retracted(self, state: Ledger, fact: AnnouncementRetracted, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
        shelf = state.theatres.get(fact.theatre, Shelf())
        line = next((one for one in shelf if one.statement(fact.announcement_id)), None)
        gone = line.statement(fact.announcement_id) if line else None
        if line is None or gone is None:
            return state, ()
        left, facts = taken_back(self._table, line, gone, Why(fact.reason), now)
        facts.append(updated(left, gone, "taken_back", now))
        heard = tuple(one for one in state.heard.get(fact.theatre, ()) if one != fact.announcement_id)
        return Ledger(
            theatres={**state.theatres, fact.theatre: with_left(shelf, left)},
            heard={**state.heard, fact.theatre: heard},
        ), facts


def _neighbours(shelf: Shelf, statement: Statement) -> list[Statement]:
    """News of the last days about other measures at the same place, for rows that look across families."""
    new, at = statement.announcement, told_at(statement.article)
    families: tuple[Family, ...] = ("ceasefire", "siege", "ultimatum")
    return [
        s
        for family in families
        if family != new.family
        for line in shelf.near(family, new.place)
        if at - line.touched < _NEAR and compatible(line.places, new.place)
        for s in line.statements
        if not s.announcement.is_background and timedelta(0) <= at - told_at(s.article) < _NEAR
    ]


def _told_after(line: Storyline, statement: Statement) -> list[Statement]:
    """Return the news that a statement came before though it arrived later, and that has raised nothing yet.

    Background came before the news of its own article alone: of other articles it tells nothing new.
    """
    told = {one.later_id for one in line.told}
    return [
        s
        for s in line.statements[line.statements.index(statement) + 1 :]
        if not s.announcement.is_background and s.announcement.id not in told
        if s.article.id == statement.article.id or not statement.announcement.is_background
    ]


def _opened(statement: Statement) -> Storyline:
    new = statement.announcement
    return Storyline(
        id=content_id("storyline", new.id),
        family=new.family,
        theatre=new.theatre,
        name="",  # given with its first statement
        touched=told_at(statement.article),
        statements=(),
        state=State(status="none"),
    )
