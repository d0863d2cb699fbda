"""What relate remembers: storylines with their statements, theatre by theatre. Values only."""

from datetime import datetime
from typing import Literal

import msgspec

from tocsin.vocabulary import Family, Kind, RelationName, State, Statement, Value


class Told(Value, frozen=True, kw_only=True):
    """An alert that was raised: enough not to raise it again, and to correct it."""

    alert_id: str
    relation: RelationName
    kind: Kind
    article_id: str
    later_id: str
    earlier_id: str
    accused: tuple[str, ...]  # sides that issued the later announcement
    at: datetime


class Timer(Value, frozen=True, kw_only=True):
    """A claimed deadline that has not come yet."""

    due: datetime
    announcement_id: str
    edge: Literal["deadline", "end"]


class Storyline(Value, frozen=True, kw_only=True):
    """One measure or attempt at one. ``statements`` are in the order of arrival; the oldest are let go."""

    id: str
    family: Family
    theatre: str
    name: str
    touched: datetime
    statements: tuple[Statement, ...]
    state: State
    told: tuple[Told, ...] = ()
    timers: tuple[Timer, ...] = ()


class Ledger(Value, frozen=True, kw_only=True):
    """All storylines of one partition, by theatre."""

    theatres: dict[str, tuple[Storyline, ...]] = msgspec.field(default_factory=dict)
