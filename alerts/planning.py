"""Decides to whom an alert is owed, when, and as part of which burst; or why it is held back. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from alerts.routes import Route, Routes, confidence_of
from tocsin.events import (
    Alert,
    AlertAcknowledged,
    AlertRaised,
    AlertSuppressed,
    AlertWithdrawn,
    DeadlineNear,
    DeadlinePassed,
    DeliveryQueued,
    Fact,
    StorylineSilenced,
    told_by,
)
from tocsin.vocabulary import Value


class Burst(Value, frozen=True, kw_only=True):
    """The open burst of one storyline at one destination: alerts until then are updates of its head."""

    head: str  # alert id
    until: datetime


class Reminder(Value, frozen=True, kw_only=True):
    """An alert that is sent again at ``next_at`` unless somebody acknowledges it."""

    queued: DeliveryQueued
    next_at: datetime


class PlanState(Value, frozen=True, kw_only=True):
    """What planning remembers. Bursts and reminders are kept per "storyline destination"."""

    silences: Mapping[str, datetime] = msgspec.field(default_factory=dict)  # storyline id: until
    bursts: Mapping[str, Burst] = msgspec.field(default_factory=dict)
    reminders: Mapping[str, Reminder] = msgspec.field(default_factory=dict)


class PlanCore:
    """``tocsin.alerts`` to ``tocsin.deliveries`` (and suppressions back to ``tocsin.alerts``).

    It reads one topic only: acknowledgements and silences arrive there as facts, restated by ``alerts.commands``.
    """

    name = "deliver"
    topics: tuple[str, ...] = ("tocsin.alerts",)
    version = "1"
    state_type = PlanState

    def __init__(self, routes: Routes) -> None:
        self._routes = routes

    def initial(self) -> PlanState:
        """Return the state before the first alert."""
        return PlanState()

    def decide(self, state: PlanState, fact: Fact, now: datetime) -> tuple[PlanState, Sequence[Fact]]:
        """Return what is owed because of a fact; every alert leaves a delivery or a stated reason."""
        match fact:
            case AlertRaised() | AlertWithdrawn() | DeadlineNear() | DeadlinePassed():
                return self._plan(_forget_past(state, now), fact, now)
            case AlertAcknowledged():
                kept = {k: r for k, r in state.reminders.items() if r.queued.alert_id != fact.alert_id}
                return msgspec.structs.replace(state, reminders=kept), ()
            case StorylineSilenced():
                silences = {**state.silences, fact.storyline_id: fact.until}
                return msgspec.structs.replace(state, silences=silences), ()
        return state, ()

    def tick(self, state: PlanState, now: datetime) -> tuple[PlanState, Sequence[Fact]]:
        """Return the repeats that are due. Silence and quiet hours put a repeat off to their end."""
        reminders, facts = dict(state.reminders), list[Fact]()
        for place, reminder in state.reminders.items():
            if reminder.next_at > now:
                continue
            rule = self._rule(reminder.queued.route)
            if rule is None or rule.repeat_every is None:  # the route is gone, or repeats no more
                del reminders[place]
            elif free := self._free_after(state, rule, reminder.queued.storyline_id, now):
                reminders[place] = msgspec.structs.replace(reminder, next_at=free)
            elif reminder.queued.repeat >= rule.repeat_at_most:
                del reminders[place]
                facts.append(_suppressed(reminder.queued.alert, now, "repeat_limit", reminder.queued.destination))
            else:
                again = _again(reminder.queued, now)
                reminders[place] = Reminder(queued=again, next_at=now + rule.repeat_every)
                facts.append(again)
        return msgspec.structs.replace(state, reminders=reminders), facts

    def _plan(self, state: PlanState, alert: Alert, now: datetime) -> tuple[PlanState, Sequence[Fact]]:
        facts = list[Fact]()
        matching = [rule for rule in self._routes.rules if rule.match.takes(alert)]
        if not matching:
            return state, [_suppressed(alert, now, "no_route", detail="no route takes this alert")]
        sure = [rule for rule in matching if confidence_of(alert) >= rule.match.min_confidence]
        served = dict(_first_rule_of_each(sure))
        for destination, rule in served.items():
            if until := state.silences.get(alert.storyline_id):
                facts.append(_suppressed(alert, now, "silenced", destination, f"until {until:%Y-%m-%d %H:%M} UTC"))
                continue
            state, queued = self._queue(state, alert, rule, destination, now)
            facts.append(queued)
        for destination, rule in _first_rule_of_each(matching):
            if destination not in served:
                detail = f"{confidence_of(alert):.2f} is below {rule.match.min_confidence:.2f} of route {rule.name}"
                facts.append(_suppressed(alert, now, "low_confidence", destination, detail))
        return state, facts

    def _queue(
        self, state: PlanState, alert: Alert, rule: Route, destination: str, now: datetime
    ) -> tuple[PlanState, DeliveryQueued]:
        place = f"{alert.storyline_id} {destination}"
        burst = state.bursts.get(place) or Burst(head=alert.alert_id, until=now + rule.group_within)
        quiet_until = rule.quiet.ends_after(now) if rule.quiet else None
        queued = DeliveryQueued(
            at=now,
            alert_id=alert.alert_id,
            storyline_id=alert.storyline_id,
            channel=self._routes.destinations[destination].channel,
            destination=destination,
            route=rule.name,
            due=quiet_until or now,
            parent=burst.head if burst.head != alert.alert_id else None,
            is_digest=quiet_until is not None,
            alert=alert,
        )
        changes: dict[str, object] = {"bursts": {**state.bursts, place: burst}} if rule.group_within else {}
        if rule.repeat_every:  # the newest alert of a storyline takes the reminder over
            reminder = Reminder(queued=queued, next_at=queued.due + rule.repeat_every)
            changes["reminders"] = {**state.reminders, place: reminder}
        return msgspec.structs.replace(state, **changes), queued

    def _rule(self, name: str) -> Route | None:
        return next((rule for rule in self._routes.rules if rule.name == name), None)

    def _free_after(self, state: PlanState, rule: Route, storyline_id: str, now: datetime) -> datetime | None:
        """Return until when nothing may be repeated; None when it may be now."""
        silence = state.silences.get(storyline_id)
        if silence and silence > now:
            return silence
        return rule.quiet.ends_after(now) if rule.quiet else None


def _first_rule_of_each(rules: Sequence[Route]) -> Iterator[tuple[str, Route]]:
    """Yield each destination once, with the first rule that names it."""
    seen = set[str]()
    for rule in rules:
        for destination in rule.to:
            if destination not in seen:
                seen.add(destination)
                yield destination, rule


def _again(queued: DeliveryQueued, now: datetime) -> DeliveryQueued:
    """Return the next repeat: an update of its own alert's burst, at once."""
    return msgspec.structs.replace(
        queued,
        at=now,
        due=now,
        repeat=queued.repeat + 1,
        parent=queued.parent or queued.alert_id,
        is_digest=False,
    )


def _forget_past(state: PlanState, now: datetime) -> PlanState:
    """Drop silences and bursts that are over."""
    silences = {storyline: until for storyline, until in state.silences.items() if until > now}
    bursts = {place: burst for place, burst in state.bursts.items() if burst.until > now}
    return msgspec.structs.replace(state, silences=silences, bursts=bursts)


def _suppressed(alert: Alert, now: datetime, reason: str, destination: str = "", detail: str = "") -> AlertSuppressed:
    later, *others = told_by(alert)
    return AlertSuppressed(
        at=now,
        storyline_id=alert.storyline_id,
        announcement_id=later.announcement.id,
        earlier_id=others[0].announcement.id if others else None,
        alert_id=alert.alert_id,
        reason=reason,
        detail=detail,
        destination=destination,
    )
