"""What relate remembers: storylines with their statements, theatre by theatre. Values only."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

import msgspec

from processors.relate.places import is_country
from tocsin.vocabulary import Family, Kind, Place, RelationName, State, Statement, Value

_ALL, _WIDE = "", "*"  # keys beside place names: every storyline; those of a whole country, or of no place


class Told(Value, frozen=True, kw_only=True):
    """An alert that was raised: enough not to raise it again, and to correct it."""

    alert_id: str
    relation: RelationName
    kind: Kind
    article_id: str
    later_id: str
    earlier_id: str
    accused: tuple[str, ...]  # sides that the later announcement accuses, or tells to have fired
    at: datetime
    is_retracted: bool = False  # its later announcement was taken back: the next such alert of the article corrects it


class Timer(Value, frozen=True, kw_only=True):
    """A claimed deadline, or edge of a window, that has not come yet; ``is_near`` rings ahead of it."""

    due: datetime
    announcement_id: str
    edge: Literal["deadline", "start", "end"]
    is_near: bool = False


class Storyline(Value, frozen=True, kw_only=True):
    """One measure or attempt at one. ``statements`` are in the order in which they were told; the oldest are let go.

    ``places`` and ``parties`` sum up the statements, so that finding the storyline of a new one reads none of them.
    """

    id: str
    family: Family
    theatre: str
    name: str
    touched: datetime
    statements: tuple[Statement, ...]
    state: State
    places: tuple[Place, ...] = ()
    parties: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()
    timers: tuple[Timer, ...] = ()

    def statement(self, announcement_id: str) -> Statement | None:
        """Return the statement of an announcement, while it is held."""
        return next((s for s in self.statements if s.announcement.id == announcement_id), None)


class Shelf(Value, frozen=True, kw_only=True):
    """The storylines of one theatre, found by family and place without reading them all.

    ``lines`` stand in the order in which they were opened; ``found`` holds their positions by family and place. A
    position stays listed under a place that its storyline no longer tells of: what is found is a superset.
    """

    lines: tuple[Storyline, ...] = ()
    found: dict[str, tuple[int, ...]] = msgspec.field(default_factory=dict)
    sorted_out: datetime | None = None  # when idle storylines were last let go

    def __iter__(self) -> Iterator[Storyline]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def near(self, family: Family, places: Sequence[Place]) -> list[Storyline]:
        """Return the storylines of a family whose places may be compatible with some places."""
        is_wide = not places or any(map(is_country, places))
        keys = [_ALL] if is_wide else [*_names(places), _WIDE]
        positions = dict.fromkeys(i for key in keys for i in self.found.get(f"{family} {key}", ()))
        return [self.lines[i] for i in positions]

    def put(self, line: Storyline) -> "Shelf":
        """Return the shelf with a storyline in the place of its former state, or at the end."""
        known = self.found.get(f"{line.family} {_ALL}", ())
        at = next((i for i in known if self.lines[i].id == line.id), len(self.lines))
        new = {key: (*self.found.get(key, ()), at) for key in _keys(line) if at not in self.found.get(key, ())}
        lines = (*self.lines[:at], line, *self.lines[at + 1 :])
        return msgspec.structs.replace(self, lines=lines, found={**self.found, **new} if new else self.found)


def shelf_of(lines: Iterable[Storyline], sorted_out: datetime | None) -> Shelf:
    """Return a shelf of some storylines."""
    shelf = Shelf(sorted_out=sorted_out)
    for line in lines:
        shelf = shelf.put(line)
    return shelf


def _names(places: Sequence[Place]) -> Iterator[str]:
    """Yield the places' names, and those of the places that hold them: what lies inside another is found by both."""
    for place in places:
        yield place.name
        yield from place.within


def _keys(line: Storyline) -> Iterator[str]:
    is_wide = not line.places or any(map(is_country, line.places))
    names = dict.fromkeys([_ALL, *_names(line.places), *([_WIDE] if is_wide else [])])
    return (f"{line.family} {name}" for name in names)


class Ledger(Value, frozen=True, kw_only=True):
    """All storylines of one partition, by theatre.

    ``heard`` holds the ids of each theatre's latest announcements, newest last: a redelivered one is known even
    after its statement was let go.
    """

    theatres: dict[str, Shelf] = msgspec.field(default_factory=dict)
    heard: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
