"""What relate remembers: storylines with their statements, theatre by theatre. Values only."""

from datetime import datetime
from typing import Literal

import msgspec

from tocsin.vocabulary import Family, Kind, Place, RelationName, State, Statement, Value


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
    """A claimed deadline, or end of a window, that has not come yet."""

    due: datetime
    announcement_id: str
    edge: Literal["deadline", "end"]


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


class Ledger(Value, frozen=True, kw_only=True):
    """All storylines of one partition, by theatre.

    ``heard`` holds the ids of each theatre's latest announcements, newest last: a redelivered one is known even
    after its statement was let go.
    """

    theatres: dict[str, tuple[Storyline, ...]] = msgspec.field(default_factory=dict)
    heard: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
