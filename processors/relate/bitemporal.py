"""Two questions to a storyline's past: what was in force at a time, and what was believed then.

*Known* is what the log had by a moment (the time of the facts). *In force* at a time is what all that is known tells of
that time, however late it was told: an announcement counts from when it was told, or from its claimed start or end
where that lies before; background counts only where it is dated so.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from processors.relate.history import place_of
from processors.relate.ledger import Ledger, Shelf, Storyline
from processors.relate.naming import name_of
from processors.relate.stage import RelateCore
from processors.relate.storyline import silence, summed_up
from tocsin.events import AnnouncementDetected, AnnouncementRetracted, Fact
from tocsin.standing import counts_from, stood_at
from tocsin.vocabulary import Announcement, State, Statement


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
    stood = stood_at(line.statements, moment)
    if stood is None or moment - _last(stood.statements) > silence(msgspec.structs.replace(line, state=stood.said)):
        return None
    ids = {s.announcement.id for s in stood.statements}
    told = tuple(one for one in line.told if one.later_id in ids)
    return Then(msgspec.structs.replace(line, told=told), stood.state, stood.statements)


def _last(statements: Sequence[Statement]) -> datetime:
    """Return the moment that the last of dated statements tells of."""
    return max(since for s in statements if (since := counts_from(s)) is not None)


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
