"""What is owed, what is in doubt and what is next: the fold of ``tocsin.deliveries``. Pure.

Folding a fact twice, or our own outputs before they are read back, changes nothing: a delivery that was settled stays
settled, and an outcome counts only for an attempt that has none yet. Settled deliveries are forgotten after ``MEMORY``;
whatever is queued from a time that was forgotten may have been sent then, so it is marked, and never sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from alerts.channels.base import SendKey
from tocsin.events import DeliveryAttempted, DeliveryFailed, DeliveryGivenUp, DeliveryMade, DeliveryQueued, Fact
from tocsin.ids import content_id
from tocsin.vocabulary import Value

VERSION = "2"
#: How long a settled delivery is remembered at least, so that the same one queued again is not sent again.
MEMORY = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Persistence:
    """How hard to try. Pauses in seconds; they double from the first to the longest."""

    first_pause: float = 5.0
    longest_pause: float = 300.0
    attempts: int = 200
    give_up_after: timedelta = timedelta(hours=24)  # since the first attempt


class Owed(Value, frozen=True, kw_only=True):
    """A delivery that is neither made nor given up. ``attempts`` above ``settled``: the last send is in doubt."""

    queued: DeliveryQueued
    next_at: datetime
    correlation: str = ""  # the article that it all started from, as the record of ``queued`` says
    attempts: int = 0
    settled: int = 0
    first_attempt: datetime | None = None
    is_doubted: bool = False  # the channel itself could not tell whether its last send arrived
    is_forgotten: bool = False  # from a time of which nothing is remembered: it may have been sent then

    @property
    def is_in_doubt(self) -> bool:
        return self.is_doubted or self.attempts > self.settled

    @property
    def key(self) -> SendKey:
        return SendKey(self.queued.alert_id, self.queued.channel, self.queued.destination, self.queued.repeat)


class Settled(Value, frozen=True, kw_only=True):
    """A delivery that was made (with its thread) or given up."""

    at: datetime
    thread: str | None = None


class OutboxState(Value, frozen=True, kw_only=True):
    """The fold. What is owed and what is settled are kept per ``SendKey.id``."""

    owed: Mapping[str, Owed] = msgspec.field(default_factory=dict)
    settled: Mapping[str, Settled] = msgspec.field(default_factory=dict)
    forgotten: datetime | None = None  # of what was settled up to then, something is not in ``settled`` any more


def fold(state: OutboxState, facts: Iterable[Fact]) -> OutboxState:
    """Return the state after some facts."""
    owed, settled = dict(state.owed), dict(state.settled)
    newest: datetime | None = None
    for fact in facts:
        newest = max(newest, fact.at) if newest else fact.at
        match fact:
            case DeliveryQueued():
                _queue(owed, settled, fact, state.forgotten)
            case DeliveryAttempted() | DeliveryFailed():
                _try(owed, fact)
            case DeliveryMade():
                _settle(owed, settled, _key_id(fact), Settled(at=fact.at, thread=fact.thread))
            case DeliveryGivenUp():
                _settle(owed, settled, _key_id(fact), Settled(at=fact.at))
    return _forget(OutboxState(owed=owed, settled=settled, forgotten=state.forgotten), newest)


def correlated(state: OutboxState, queued: Iterable[tuple[DeliveryQueued, str]]) -> OutboxState:
    """Return the state in which what is owed knows its correlation, which facts do not hold but their records do."""
    owed = dict(state.owed)
    for fact, correlation in queued:
        key = _key_id(fact)
        if key in owed:
            owed[key] = msgspec.structs.replace(owed[key], correlation=owed[key].correlation or correlation)
    return msgspec.structs.replace(state, owed=owed)


def due(states: Sequence[OutboxState], now: datetime) -> list[Owed]:
    """Return what may be sent now: least tried first, then longest due, then in the order of the log.

    Updates wait for the head of their burst.
    """
    owed = [item for state in states for item in state.owed.values()]
    waiting = {item.key.id for item in owed}
    ready = (item for item in owed if item.next_at <= now and _head_id(item.queued) not in waiting)
    sendable = (item for item in ready if not item.is_forgotten)
    return sorted(sendable, key=lambda item: (item.attempts, item.queued.due, item.queued.at))


def thread_of(states: Sequence[OutboxState], queued: DeliveryQueued) -> str | None:
    """Return the thread that a delivery belongs in: that of the head of its burst, where it was delivered."""
    head = _head_id(queued)
    return next((state.settled[head].thread for state in states if head in state.settled), None)


def pause_after(attempts: int, key_id: str, persistence: Persistence) -> float:
    """Return the seconds to wait after so many failures: doubling, capped, with jitter that is the same every time."""
    whole = min(persistence.first_pause * 2.0 ** min(attempts - 1, 30), persistence.longest_pause)
    share = int(content_id("jitter", key_id, attempts)[:8], 16) / 0xFFFFFFFF
    return whole * (0.5 + share / 2)


def is_hopeless(item: Owed, now: datetime, persistence: Persistence) -> bool:
    """Return whether a delivery that has failed again was tried often and long enough."""
    since = item.first_attempt or now
    return item.attempts >= persistence.attempts or now - since >= persistence.give_up_after


def _forget(state: OutboxState, newest: datetime | None) -> OutboxState:
    """Drop what was settled long before the newest fact, and note up to when."""
    old = {key: done.at for key, done in state.settled.items() if newest and done.at <= newest - MEMORY}
    if not old:
        return state
    settled = {key: done for key, done in state.settled.items() if key not in old}
    forgotten = max(filter(None, (state.forgotten, *old.values())))
    return OutboxState(owed=state.owed, settled=settled, forgotten=forgotten)


def _queue(
    owed: dict[str, Owed], settled: Mapping[str, Settled], fact: DeliveryQueued, forgotten: datetime | None
) -> None:
    """Owe a delivery. One that was settled was queued before that, so one queued after what is forgotten is new."""
    item = Owed(queued=fact, next_at=fact.due, is_forgotten=forgotten is not None and fact.at <= forgotten)
    if item.key.id not in settled:
        owed.setdefault(item.key.id, item)


def _try(owed: dict[str, Owed], fact: DeliveryAttempted | DeliveryFailed) -> None:
    item = owed.get(_key_id(fact))
    if item is None or fact.attempt <= item.settled:
        return
    first = item.first_attempt or fact.at
    if isinstance(fact, DeliveryAttempted):
        attempts = max(item.attempts, fact.attempt)
        owed[item.key.id] = msgspec.structs.replace(item, attempts=attempts, first_attempt=first)
        return
    owed[item.key.id] = msgspec.structs.replace(
        item,
        attempts=max(item.attempts, fact.attempt),
        settled=fact.attempt,
        first_attempt=first,
        next_at=fact.retry_at,
        is_doubted=fact.is_in_doubt,
    )


def _settle(owed: dict[str, Owed], settled: dict[str, Settled], key_id: str, done: Settled) -> None:
    owed.pop(key_id, None)
    settled.setdefault(key_id, done)


def _key_id(fact: DeliveryQueued | DeliveryAttempted | DeliveryFailed | DeliveryMade | DeliveryGivenUp) -> str:
    return SendKey(fact.alert_id, fact.channel, fact.destination, fact.repeat).id


def _head_id(queued: DeliveryQueued) -> str:
    """Return the key of the delivery that heads the burst; empty where this one heads it or goes in a digest."""
    if queued.parent is None or queued.is_digest:
        return ""
    return SendKey(queued.parent, queued.channel, queued.destination).id
