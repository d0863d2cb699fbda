"""Routing rules as data: which alerts go where, when they may disturb, and how they are grouped and repeated.

Reading them from the settings is ``services.routing``; deciding by them is ``alerts.planning``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from alerts.destinations import Destination
from tocsin.events import Alert, AlertRaised, AlertWithdrawn, DeadlineNear, told_by

#: What the filters ``relations`` and ``kinds`` call an alert that a passed deadline made.
DEADLINE_RELATION = "deadline"
DEADLINE_KIND = "deadline_passed"
NEAR_KIND = "deadline_near"


@dataclass(frozen=True, slots=True)
class Match:
    """Which alerts a route takes. An empty filter takes all; names are compared without regard to case."""

    families: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    sides: frozenset[str] = frozenset()
    relations: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    min_confidence: float = 0.0

    def takes(self, alert: Alert) -> bool:
        """Return whether the alert is one of these; confidence is asked apart, since its lack is recorded."""
        relation, kind = relation_of(alert)
        told = [statement.announcement for statement in told_by(alert)]
        return (
            _meets(self.families, [alert.family])
            and _meets(self.relations, [relation])
            and _meets(self.kinds, [kind])
            and _meets(self.countries, [alert.theatre, *(place.country for told in told for place in told.place)])
            and _meets(self.places, [place.name for told in told for place in told.place])
            and _meets(self.sides, [side for told in told for side in (*told.issuer, *told.target)])
        )


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Hours of a place's day in which nothing disturbs; ``end`` before ``start`` means over midnight."""

    zone: ZoneInfo
    start: time
    end: time

    def ends_after(self, moment: datetime) -> datetime | None:
        """Return when (UTC) the quiet hours that ``moment`` lies in end; None when it lies in none."""
        local = moment.astimezone(self.zone)
        if not self._holds(local.time()):
            return None
        day = local.date() + timedelta(days=int(local.time() >= self.end))
        return datetime.combine(day, self.end, self.zone).astimezone(UTC)

    def _holds(self, clock: time) -> bool:
        if self.start <= self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end


@dataclass(frozen=True, slots=True)
class Route:
    """One rule. ``to`` names destinations; ``repeat_every`` None never repeats; ``group_within`` zero never groups."""

    name: str
    to: tuple[str, ...]
    match: Match = field(default_factory=Match)
    quiet: QuietHours | None = None
    repeat_every: timedelta | None = None
    repeat_at_most: int = 24
    group_within: timedelta = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Routes:
    """All rules, in order, and the destinations that they name."""

    rules: tuple[Route, ...]
    destinations: Mapping[str, Destination]


def relation_of(alert: Alert) -> tuple[str, str]:
    """Return an alert's relation and kind, as routes name them; a withdrawal has those of the alert that fell."""
    if isinstance(alert, AlertRaised | AlertWithdrawn):
        return alert.relation, alert.kind
    return DEADLINE_RELATION, NEAR_KIND if isinstance(alert, DeadlineNear) else DEADLINE_KIND


def confidence_of(alert: Alert) -> float:
    """Return how sure the alert is, 0 to 1."""
    return alert.confidence if isinstance(alert, AlertRaised) else told_by(alert)[0].announcement.confidence


def _meets(wanted: frozenset[str], told: Iterable[str]) -> bool:
    return not wanted or any(name.casefold() in wanted for name in told)
