"""The core of the relate stage: announcements in, alerts out."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from processors.relate import deadlines
from processors.relate.copies import source_lines
from processors.relate.headline import headline, name_of, state_after
from processors.relate.judge import Verdict, judge
from processors.relate.ledger import Ledger, Storyline, Told
from processors.relate.sides import sides
from processors.relate.storyline import closest, steps_of, told_at
from processors.relate.table import Table, load_table
from tocsin.events import AlertRaised, AlertSuppressed, AnnouncementDetected, Fact
from tocsin.ids import content_id
from tocsin.vocabulary import State, Statement

_KEPT_STATEMENTS = 60
_IDLE = timedelta(days=60)


class RelateCore:
    """Folds announcements into storylines and says what supersedes or contradicts what (``tocsin.stage``)."""

    name = "relate"
    topics: tuple[str, ...] = ("tocsin.announcements",)
    version = "1"
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
        return state, ()

    def tick(self, state: Ledger, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
        return deadlines.passed(state, now)

    def _detected(self, state: Ledger, statement: Statement, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
        theatre = statement.announcement.theatre
        kept = tuple(s for s in state.theatres.get(theatre, ()) if now - s.touched < _IDLE)
        if any(s.announcement.id == statement.announcement.id for line in kept for s in line.statements):
            return state, ()
        found = closest(kept, statement) or _opened(statement)
        neighbours = [
            s
            for line in kept
            if line.family != found.family
            for s in line.statements
            if not s.announcement.is_background and told_at(statement.article) - told_at(s.article) < timedelta(days=4)
        ]
        line, facts = self._continued(found, statement, neighbours, now)
        lines = (*(s for s in kept if s.id != line.id), line)
        return msgspec.structs.replace(state, theatres={**state.theatres, theatre: lines}), facts

    def _continued(
        self, line: Storyline, statement: Statement, neighbours: Sequence[Statement], now: datetime
    ) -> tuple[Storyline, Sequence[Fact]]:
        extended = msgspec.structs.replace(
            line,
            statements=(*line.statements, statement)[-_KEPT_STATEMENTS:],
            touched=max(line.touched, told_at(statement.article)),
            timers=(*line.timers, *deadlines.timers(statement, now)),
        )
        facts: list[Fact] = []
        for later in _to_judge(extended, statement):
            verdict = judge(self._table, extended, later, neighbours)
            if verdict is not None:
                extended, fact = _told(extended, later, verdict, line.state, now)
                facts.append(fact)
        if not statement.announcement.is_background:
            extended = msgspec.structs.replace(extended, state=state_after(extended, statement))
        return extended, facts


def _to_judge(line: Storyline, statement: Statement) -> list[Statement]:
    """The new statement where it is news; where it is background, the news of its article that it came before."""
    if not statement.announcement.is_background:
        return [statement]
    told = {one.later_id for one in line.told}
    return [
        s
        for s in line.statements
        if s.article.id == statement.article.id and not s.announcement.is_background and s.announcement.id not in told
    ]


def _opened(statement: Statement) -> Storyline:
    new = statement.announcement
    return Storyline(
        id=content_id("storyline", new.id),
        family=new.family,
        theatre=new.theatre,
        name=name_of(new),
        touched=told_at(statement.article),
        statements=(),
        state=State(status="none"),
    )


def _told(line: Storyline, later: Statement, verdict: Verdict, before: State, now: datetime) -> tuple[Storyline, Fact]:
    new, old = later.announcement, verdict.earlier.announcement
    if verdict.held_back:
        return line, AlertSuppressed(
            at=now,
            storyline_id=line.id,
            announcement_id=new.id,
            earlier_id=old.id,
            reason=verdict.held_back,
            detail=verdict.row.id,
        )
    alert_id = content_id("alert", line.id, verdict.row.relation, verdict.row.kind, new.id, old.id)
    lines, independent = source_lines(line, later)
    alert = AlertRaised(
        at=now,
        alert_id=alert_id,
        storyline_id=line.id,
        storyline=line.name,
        theatre=line.theatre,
        family=line.family,
        relation=verdict.row.relation,
        kind=verdict.row.kind,
        row=verdict.row.id,
        reason=verdict.row.reason,
        headline=headline(verdict, later),
        later=later,
        earlier=verdict.earlier,
        before=before,
        after=state_after(line, later),
        sources=lines,
        independent=independent,
        steps=steps_of(line),
        confidence=min(new.confidence, old.confidence),
    )
    told = Told(
        alert_id=alert_id,
        relation=verdict.row.relation,
        kind=verdict.row.kind,
        article_id=later.article.id,
        later_id=new.id,
        earlier_id=old.id,
        accused=tuple(sorted(sides(new.issuer))),
        at=told_at(later.article),
    )
    return msgspec.structs.replace(line, told=(*line.told, told)[-_KEPT_STATEMENTS:]), alert
