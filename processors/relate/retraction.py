"""What becomes of alerts when an announcement that they rest on is taken back: they pass to its rewording, or fall."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from processors.relate.alerting import Why, raised, reworded, withdrawn
from processors.relate.history import taken_out, without
from processors.relate.judge import judge
from processors.relate.ledger import Storyline, Told
from processors.relate.table import Table
from tocsin.events import Fact
from tocsin.vocabulary import State, Statement


class _Taken(NamedTuple):
    """An announcement that is taken back, what stood with it, and the fact that says so."""

    gone: Statement
    before: State
    why: Why


def taken_back(table: Table, line: Storyline, gone: Statement, why: Why, now: datetime) -> tuple[Storyline, list[Fact]]:
    """Return the storyline as if ``gone`` had never been told, and what that means for each alert that rests on it.

    A revised article's new wording reaches relate before the old one is taken back. Where it says the same, the
    alert stands and nobody is alerted again; where it says otherwise, a correction goes out. What was rejected has
    no heir: whoever rejected it saw the wording.
    """
    left = taken_out(line, gone.announcement.id)
    heir = None if why.by else _heir(left, gone)
    facts: list[Fact] = []
    for told in left.told:
        if told.is_retracted or gone.announcement.id not in (told.later_id, told.earlier_id):
            continue
        if heir is not None and _says_the_same(heir, gone):
            left, said = _passed_on(left, told, gone, heir, now)
        else:
            taken = _Taken(gone, line.state, why)
            left, said = _told_again(table, left, _with_heir(told, gone, heir), taken, now)
        facts.append(said)
    return left, facts


def _heir(left: Storyline, gone: Statement) -> Statement | None:
    """Return what the same article now says of the same act, preferably just the same."""
    same = [
        s for s in left.statements if s.article.id == gone.article.id and s.announcement.act == gone.announcement.act
    ]
    return max(same, key=lambda s: (_says_the_same(s, gone), s.article.revision), default=None)


def _says_the_same(heir: Statement, gone: Statement) -> bool:
    """Say whether two wordings differ in words alone."""
    new, old = heir.announcement, gone.announcement
    slots = ("issuer", "target", "place", "start", "end", "deadline", "is_background")
    return all(getattr(new, slot) == getattr(old, slot) for slot in slots)


def _with_heir(told: Told, gone: Statement, heir: Statement | None) -> Told:
    """Return an alert that rests on the new wording where it rested on the old one."""
    if heir is None:
        return told
    old, new = gone.announcement.id, heir.announcement.id
    return msgspec.structs.replace(
        told,
        later_id=new if told.later_id == old else told.later_id,
        earlier_id=new if told.earlier_id == old else told.earlier_id,
    )


def _passed_on(line: Storyline, told: Told, gone: Statement, heir: Statement, now: datetime) -> tuple[Storyline, Fact]:
    kept = _with_heir(told, gone, heir)
    alerts = tuple(kept if one.alert_id == told.alert_id else one for one in line.told)
    return msgspec.structs.replace(line, told=alerts), reworded(line, kept, now)


def _told_again(table: Table, line: Storyline, told: Told, taken: _Taken, now: datetime) -> tuple[Storyline, Fact]:
    """Correct the alert by what the table says without the announcement; where that is nothing, take it back."""
    later = line.statement(told.later_id)
    line = without(line, told)
    verdict = judge(table, line, later) if later else None
    if later is not None and verdict is not None and not verdict.held_back:
        return raised(line, later, verdict, line.state, now, corrects=told.alert_id)
    fallen = withdrawn(line, told, taken.gone, taken.before, taken.why, now)
    told = msgspec.structs.replace(told, is_retracted=True)
    return msgspec.structs.replace(line, told=(*line.told, told)), fallen
