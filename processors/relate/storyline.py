"""Which storyline an announcement belongs to: same family, compatible places and sides, close in time."""

from datetime import datetime, timedelta

import msgspec

from processors.relate.ledger import Shelf, Storyline, shelf_of
from processors.relate.places import compatible
from processors.relate.sides import parties
from tocsin.standing import told_at
from tocsin.vocabulary import Announcement, Family, Statement, Status, Step

_KEPT_STEPS = 8
_CLOSE = timedelta(days=45)  # a longer silence starts a new storyline, but for a measure that goes on untold
_LATE = timedelta(days=15)  # after that silence, nothing late is expected any more
_SORTED_OUT_EVERY = timedelta(days=1)
LONGEST: dict[Family, timedelta] = {
    "siege": timedelta(days=270),
    "ceasefire": timedelta(days=120),
    "ultimatum": _CLOSE,
}
_GOES_ON: dict[Family, frozenset[Status]] = {
    "siege": frozenset({"none", "called_for", "offered", "agreed", "declared", "in_force", "refused", "broken"}),
    "ceasefire": frozenset({"agreed", "declared", "in_force", "broken"}),
    "ultimatum": frozenset(),
}


def silence(storyline: Storyline) -> timedelta:
    """Return for how long nothing need be told of a storyline while it is still the same: a siege goes on untold."""
    goes_on = storyline.state.status in _GOES_ON[storyline.family]
    return LONGEST[storyline.family] if goes_on else _CLOSE


def belongs(storyline: Storyline, statement: Statement) -> bool:
    """Say whether a statement continues a storyline."""
    new = statement.announcement
    if storyline.family != new.family or abs(told_at(statement.article) - storyline.touched) > silence(storyline):
        return False
    return compatible(storyline.places, new.place) and _same_sides(storyline, new)


def closest(shelf: Shelf, statement: Statement) -> Storyline | None:
    """Return the storyline that a statement continues: the one at just its place first, then the newest."""
    new = statement.announcement
    fitting = [one for one in shelf.near(new.family, new.place) if belongs(one, statement)]
    names = {p.name for p in statement.announcement.place}
    return max(fitting, key=lambda one: (any(p.name in names for p in one.places), one.touched), default=None)


def sorted_out(shelf: Shelf, now: datetime) -> Shelf:
    """Return the shelf without the storylines that nothing can continue any more; looks once a day."""
    if shelf.sorted_out is not None and now - shelf.sorted_out < _SORTED_OUT_EVERY:
        return shelf
    kept = [one for one in shelf if now - one.touched < silence(one) + _LATE or one.timers]
    return shelf_of(kept, now) if len(kept) < len(shelf) else msgspec.structs.replace(shelf, sorted_out=now)


def summed_up(storyline: Storyline) -> Storyline:
    """Return the storyline with the places and parties of the statements that it holds."""
    told = [s.announcement for s in storyline.statements]
    places = dict.fromkeys(p for new in told for p in new.place)
    named = frozenset[str]().union(*(parties(new) for new in told))
    return msgspec.structs.replace(storyline, places=tuple(places), parties=tuple(sorted(named)))


def _same_sides(storyline: Storyline, new: Announcement) -> bool:
    """Two pairs of sides must share one; fewer than two on either side tell nothing."""
    mine = parties(new)
    return len(mine) < 2 or len(storyline.parties) < 2 or not mine.isdisjoint(storyline.parties)


def steps_of(line: Storyline) -> tuple[Step, ...]:
    """Return the storyline's last steps, oldest first."""
    return tuple(
        Step(
            at=told_at(s.article),
            act=s.announcement.act,
            issuer=s.announcement.issuer,
            quote=s.announcement.quote,
            announcement_id=s.announcement.id,
            article_id=s.article.id,
            source=s.article.source,
            is_background=s.announcement.is_background,
        )
        for s in line.statements[-_KEPT_STEPS:]
    )
