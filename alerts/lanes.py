"""One destination's way out: one send at a time, the channel's gap between two, a pause after failures."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from alerts.channels.base import Channel, Outcome, Retry
from alerts.outbox import Persistence, pause_after
from alerts.sending import Send

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Lane:
    """What the sender remembers of a destination while it runs; a restart forgets it and tries once at once."""

    channel: Channel
    failures: int = 0  # in a row
    free_at: datetime = _LONG_AGO
    send: Send | None = None
    task: asyncio.Task[Outcome] | None = None

    def is_free(self, now: datetime) -> bool:
        """Return whether a send may start."""
        return self.task is None and now >= self.free_at

    def start(self, send: Send, sending: Coroutine[None, None, Outcome]) -> None:
        """Send in a task of its own."""
        self.send, self.task = send, asyncio.create_task(sending)

    def outcome(self) -> tuple[Send, Outcome] | None:
        """Return the send that has ended, with its outcome; None while it is under way, and when there is none."""
        if self.send is None or self.task is None or not self.task.done():
            return None
        return self.send, self.task.result()

    def end(self, outcome: Outcome, name: str, now: datetime, persistence: Persistence) -> None:
        """Take the outcome in: a failure pauses the whole destination, so that an outage is probed, not hammered."""
        self.forget()
        pause = self.channel.gap
        if isinstance(outcome, Retry):
            self.failures += 1
            pause = max(pause, pause_after(self.failures, name, persistence), outcome.after or 0.0)
        else:
            self.failures = 0
        self.free_at = now + timedelta(seconds=pause)

    def forget(self) -> None:
        """Let go of the send."""
        self.send, self.task = None, None
