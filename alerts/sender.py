"""Sends what is owed: the shell around the outbox.

Before a send, ``DeliveryAttempted`` is committed, which also proves that the partition is still ours; the outcome is
committed after it. A crash between the two leaves the send in doubt, and it is made again under the same key.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog

from alerts.channels.base import Channel, Outcome
from alerts.lanes import Lane
from alerts.ledger import GROUP, TOPIC, Ledger
from alerts.outbox import Owed, Persistence, due, thread_of
from alerts.sending import Send, attempt, attempts, give_up, outcomes, together, unsendable
from tocsin.clock import Clock
from tocsin.events import DeliveryAttempted, DeliveryFailed, DeliveryGivenUp, DeliveryMade, Fact
from tocsin.log.base import EventLog, FencedError, LogUnavailableError


@dataclass(frozen=True, slots=True)
class Limits:
    """How the sender spends its time, in seconds."""

    persistence: Persistence = field(default_factory=Persistence)
    send: float = 30.0
    idle: float = 0.5  # the longest wait for news in the log; also how late a retry may start
    busy: float = 0.05  # the longest wait while sends are under way
    drain: float = 10.0  # for sends under way when told to stop
    digest: int = 10  # alerts in one message


class Sender:
    """The one who calls channels. ``channels`` is keyed by destination name.

    Several senders may share the group: each owns some partitions, and an update whose burst began in another's
    partition is sent without its thread. ``watch`` is told of every outcome, for metrics.
    """

    def __init__(
        self,
        log: EventLog,
        channels: Mapping[str, Channel],
        clock: Clock,
        limits: Limits | None = None,
        watch: Callable[[Fact], None] | None = None,
    ) -> None:
        self._log, self._clock, self._limits = log, clock, limits or Limits()
        self._lanes = {name: Lane(channel) for name, channel in channels.items()}
        self._ledger: Ledger | None = None
        self._watch = watch
        self._say = structlog.get_logger(stage=GROUP)

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop`` is set, then let the sends under way end and record them.

        Raises TruncatedError, which a person must look at. Everything else is tried again.
        """
        while not stop.is_set():
            try:
                async with self._log.subscribe(GROUP, [TOPIC]) as subscription:
                    self._ledger = Ledger(self._log, subscription, self._clock)
                    await self._serve(self._ledger, stop)
            except (FencedError, LogUnavailableError) as error:
                self._say.warning("sending interrupted", error=f"{type(error).__name__}: {error}")
                await _pause(1.0, stop)

    def owed(self) -> int:
        """Return how many deliveries are owed in the partitions that this sender owns."""
        return sum(len(state.owed) for state in self._ledger.states()) if self._ledger else 0

    async def _serve(self, ledger: Ledger, stop: asyncio.Event) -> None:
        try:
            while not stop.is_set():
                await ledger.read(await self._wait(ledger))
                await self._record_outcomes(ledger)
                await self._start_sends(ledger)
            if running := self._running():
                await asyncio.wait(running, timeout=self._limits.drain)
                await self._record_outcomes(ledger)
            await ledger.save()
        finally:
            await self._drop_sends()

    async def _wait(self, ledger: Ledger) -> float:
        """Return how long to wait for news, after having waited a little for the sends under way."""
        if running := self._running():
            await asyncio.wait(running, timeout=self._limits.busy, return_when=asyncio.FIRST_COMPLETED)
            return 0.0
        until_due = (self._soonest(ledger) - self._clock.now()).total_seconds()
        return min(max(until_due, self._limits.busy), self._limits.idle)

    def _soonest(self, ledger: Ledger) -> datetime:
        """Return when a send may start next, as far as is known now."""
        return min(
            (
                max(item.next_at, lane.free_at)
                for state in ledger.states()
                for item in state.owed.values()
                if (lane := self._lanes.get(item.queued.destination))
            ),
            default=datetime.max.replace(tzinfo=UTC),
        )

    async def _start_sends(self, ledger: Ledger) -> None:
        """Record an attempt of whatever may go out now; then send, each destination by itself."""
        now = self._clock.now()
        sends = list(self._next_sends(ledger))
        tries = [pair for send in sends for pair in attempts(send, now)]
        await ledger.record(tries)
        for item, fact in tries:
            self._log_line(item, fact)
        for send in sends:
            lane = self._lanes[send.destination]
            lane.start(send, attempt(lane.channel, send, self._limits.send))
        patience = self._limits.persistence.give_up_after
        for item, reason in list(unsendable(ledger.states(), self._lanes, now, patience)):
            fact = give_up(item, reason, now)
            await ledger.record([(item, fact)])
            self._tell(item, fact)

    def _next_sends(self, ledger: Ledger) -> Iterator[Send]:
        now, states = self._clock.now(), ledger.states()
        ready: dict[str, list[Owed]] = {name: [] for name, lane in self._lanes.items() if lane.is_free(now)}
        for item in due(states, now):
            if item.queued.destination in ready:
                ready[item.queued.destination].append(item)
        for items in filter(None, ready.values()):
            chosen = together(items, self._limits.digest)
            thread = thread_of(states, chosen[0].queued) if len(chosen) == 1 else None
            yield Send(tuple(chosen), thread)

    async def _record_outcomes(self, ledger: Ledger) -> None:
        for name, lane in self._lanes.items():
            if (done := lane.outcome()) is None:
                continue
            now = self._clock.now()
            send, outcome = done
            lane.end(outcome, name, now, self._limits.persistence)
            pairs = list(outcomes(send, outcome, now, self._limits.persistence))
            await ledger.record(pairs)
            for item, fact in pairs:
                self._tell(item, fact)

    def _tell(self, item: Owed, fact: Fact) -> None:
        """Say what came of a delivery, in the log of the process and to whoever counts."""
        self._log_line(item, fact)
        if self._watch:
            self._watch(fact)

    def _log_line(self, item: Owed, fact: Fact) -> None:
        say = self._say.info if isinstance(fact, DeliveryMade | DeliveryAttempted) else self._say.warning
        told = {"alert_id": item.key.alert_id, "channel": item.key.channel, "destination": item.key.destination}
        why = {"reason": fact.reason} if isinstance(fact, DeliveryFailed | DeliveryGivenUp) else {}
        say(fact.wire, **told, attempt=getattr(fact, "attempt", 0), **why, correlation=item.correlation)

    def _running(self) -> list[asyncio.Task[Outcome]]:
        return [lane.task for lane in self._lanes.values() if lane.task]

    async def _drop_sends(self) -> None:
        """Cancel what is still under way: it stays in doubt."""
        running = self._running()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for lane in self._lanes.values():
            lane.forget()


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
