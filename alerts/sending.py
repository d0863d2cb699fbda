"""One send: what it carries, and which facts come of it. Pure but for ``attempt``, which calls the channel."""

import asyncio
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from structlog.contextvars import bind_contextvars

from alerts.channels.base import Channel, Delivered, Outcome, Rejected, Retry, SendKey
from alerts.message import Message, digest_of, message_of
from alerts.outbox import OutboxState, Owed, Persistence, is_hopeless, pause_after
from tocsin.events import DeliveryAttempted, DeliveryFailed, DeliveryGivenUp, DeliveryMade, Fact


@dataclass(frozen=True, slots=True)
class Send:
    """What goes out at once to one destination: one delivery, or several as a digest."""

    items: tuple[Owed, ...]
    thread: str | None

    @property
    def destination(self) -> str:
        return self.items[0].queued.destination

    @property
    def key(self) -> SendKey:
        """A digest's key comes from what it holds: another selection is another message, never taken for this one."""
        first = self.items[0].key
        return first if len(self.items) == 1 else SendKey(self.message.alert_id, first.channel, first.destination)

    @property
    def message(self) -> Message:
        messages = [
            message_of(item.queued.alert, repeat=item.queued.repeat, is_update=item.queued.parent is not None)
            for item in self.items
        ]
        return messages[0] if len(messages) == 1 else digest_of(messages, self.destination)

    @property
    def correlation(self) -> str:
        """The articles that it started from: one, but for a digest."""
        return " ".join(dict.fromkeys(item.correlation for item in self.items))

    @property
    def is_in_doubt(self) -> bool:
        return any(item.is_in_doubt for item in self.items)


def together(ready: Sequence[Owed], most: int) -> list[Owed]:
    """Return what goes out with the first of one destination's ready deliveries: itself, or its digest."""
    first = ready[0]
    if not first.queued.is_digest:
        return [first]
    same = (item for item in ready if item.queued.is_digest and item.queued.due == first.queued.due)
    return sorted(same, key=lambda item: item.queued.at)[:most]


def attempts(send: Send, now: datetime) -> Iterator[tuple[Owed, Fact]]:
    """Yield what is recorded before the send, so that a crash leaves it in doubt rather than unknown."""
    for item in send.items:
        queued = item.queued
        yield (
            item,
            DeliveryAttempted(
                at=now,
                alert_id=queued.alert_id,
                channel=queued.channel,
                destination=queued.destination,
                repeat=queued.repeat,
                attempt=item.attempts + 1,
            ),
        )


async def attempt(channel: Channel, send: Send, seconds: float) -> Outcome:
    """Send within a time limit, in a task of its own.

    A channel's bug is a Retry: it must not hold up the other destinations.
    """
    try:
        async with asyncio.timeout(seconds):
            bind_contextvars(correlation=send.correlation)  # for what the channel and its libraries log
            return await channel.send(send.message, send.key, send.is_in_doubt, send.thread)
    except TimeoutError:
        return Retry(f"no answer within {seconds:g} s", is_in_doubt=True)
    except Exception as error:  # noqa: BLE001 - as in the worker loop; it is recorded, retried and given up in the end
        return Retry(f"bug in the channel: {type(error).__name__}", is_in_doubt=True)


def outcomes(send: Send, outcome: Outcome, now: datetime, persistence: Persistence) -> Iterator[tuple[Owed, Fact]]:
    """Yield what is recorded after the send. ``send`` is as it was before its attempts were recorded."""
    for item in send.items:
        yield item, _outcome(item, outcome, now, persistence)


def unsendable(
    states: Iterable[OutboxState], known: Container[str], now: datetime, patience: timedelta
) -> Iterator[tuple[Owed, str]]:
    """Yield what cannot be sent, and why. Patience with unknown destinations: it may be a slip of the pen."""
    for state in states:
        for item in state.owed.values():
            name = item.queued.destination
            if item.is_forgotten:
                yield item, f"queued on {item.queued.at:%Y-%m-%d}, of which it is not known any more what was sent"
            elif name not in known and now - item.next_at >= patience:
                yield item, f"no destination is named {name!r}"


def give_up(item: Owed, reason: str, now: datetime) -> DeliveryGivenUp:
    """Return the fact that a delivery is not tried again."""
    queued = item.queued
    return DeliveryGivenUp(
        at=now,
        alert_id=queued.alert_id,
        channel=queued.channel,
        destination=queued.destination,
        repeat=queued.repeat,
        attempt=item.attempts,
        reason=reason,
    )


def _outcome(
    item: Owed, outcome: Outcome, now: datetime, persistence: Persistence
) -> DeliveryMade | DeliveryFailed | DeliveryGivenUp:
    tried = _tried(item, now)
    match outcome:
        case Delivered():
            return _made(tried, outcome, now)
        case Rejected():
            return give_up(tried, outcome.reason, now)
        case Retry():
            if is_hopeless(tried, now, persistence):
                return give_up(tried, f"tried {tried.attempts} times, at last: {outcome.reason}", now)
            return _failed(tried, outcome, now, persistence)


def _tried(item: Owed, now: datetime) -> Owed:
    return msgspec.structs.replace(item, attempts=item.attempts + 1, first_attempt=item.first_attempt or now)


def _made(item: Owed, outcome: Delivered, now: datetime) -> DeliveryMade:
    queued = item.queued
    return DeliveryMade(
        at=now,
        alert_id=queued.alert_id,
        storyline_id=queued.storyline_id,
        channel=queued.channel,
        destination=queued.destination,
        repeat=queued.repeat,
        attempt=item.attempts,
        receipt=outcome.receipt,
        thread=outcome.thread,
    )


def _failed(item: Owed, outcome: Retry, now: datetime, persistence: Persistence) -> DeliveryFailed:
    queued = item.queued
    pause = pause_after(item.attempts, item.key.id, persistence)
    return DeliveryFailed(
        at=now,
        alert_id=queued.alert_id,
        channel=queued.channel,
        destination=queued.destination,
        repeat=queued.repeat,
        attempt=item.attempts,
        reason=outcome.reason,
        retry_at=now + timedelta(seconds=max(pause, outcome.after or 0.0)),
        is_in_doubt=outcome.is_in_doubt,
    )
