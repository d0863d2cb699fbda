"""A channel in the test's hands, and a sender run on a real log under a clock moved by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from alerts.channels.base import Channel, Delivered, Outcome, SendKey
from alerts.message import Message
from alerts.sender import Limits, Sender
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.events import Fact
from tocsin.log.sqlite import SqliteLog

TOPIC = "tocsin.deliveries"


@dataclass
class Sent:
    """One call of a channel."""

    alert_id: str
    key: SendKey
    in_doubt: bool
    thread: str | None
    message: Message


@dataclass
class FakeChannel:
    """Answers with ``outcomes`` in order, then with success. ``hangs``: takes the message and never answers."""

    outcomes: list[Outcome] = field(default_factory=list)
    gap: float = 0.0
    hangs: bool = False
    sent: list[Sent] = field(default_factory=list)

    async def send(self, message: Message, key: SendKey, in_doubt: bool, thread: str | None) -> Outcome:
        self.sent.append(Sent(message.alert_id, key, in_doubt, thread, message))
        if self.hangs:
            await asyncio.get_running_loop().create_future()
        if self.outcomes:
            return self.outcomes.pop(0)
        return Delivered(receipt=f"r-{message.alert_id}", thread=thread or f"t-{message.alert_id}")

    async def check(self) -> str:
        return ""


class WatchedClock(ManualClock):
    """A clock moved by hand that lets a test wait until it is looked at: the sender does so at every turn."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._waiting: list[asyncio.Future[None]] = []

    def now(self) -> datetime:
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()
        return super().now()

    async def looked_at(self, times: int = 1) -> None:
        """Wait until somebody has looked so many times; fail after ten seconds."""
        async with asyncio.timeout(10):
            for _ in range(times):
                self._waiting.append(asyncio.get_running_loop().create_future())
                await self._waiting[-1]


@dataclass
class Desk:
    """A log, a clock and a sender at work."""

    log: SqliteLog
    clock: WatchedClock
    sender: Sender

    async def queue(self, *facts: Fact) -> None:
        """Append facts."""
        await self.log.append([codec.draft(fact) for fact in facts])

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let the sender work until something holds; fail after ten seconds."""
        async with asyncio.timeout(10):
            while not holds():
                await self.clock.looked_at()

    async def turns(self) -> None:
        """Let the sender do what there is to do: it looks at the clock about three times a turn."""
        await self.clock.looked_at(12)

    async def settled(self, owed: int = 0) -> None:
        """Let the sender work until it owes so many."""
        await self.until(lambda: self.sender.owed() == owed)


@asynccontextmanager
async def a_desk(
    folder: Path, channels: Mapping[str, Channel], clock: WatchedClock, *facts: Fact, limits: Limits | None = None
) -> AsyncIterator[Desk]:
    """Append the facts, then run a sender; at the end stop it cleanly."""
    log = await SqliteLog.open(folder / "log.db")
    sender = Sender(log, channels, clock, limits or Limits(idle=0.02, busy=0.01))
    desk = Desk(log, clock, sender)
    await desk.queue(*facts)
    stop = asyncio.Event()
    running = asyncio.create_task(sender.run(stop))
    try:
        yield desk
        stop.set()
        await running
    finally:
        running.cancel()
        (error,) = await asyncio.gather(running, return_exceptions=True)
        await log.aclose()
        if isinstance(error, Exception):
            raise error


@asynccontextmanager
async def a_desk_to_be_killed(
    folder: Path, channels: Mapping[str, Channel], clock: WatchedClock, *facts: Fact
) -> AsyncIterator[Desk]:
    """As ``a_desk``, but at the end the sender is cut off: nothing more is written."""
    log = await SqliteLog.open(folder / "log.db")
    desk = Desk(log, clock, Sender(log, channels, clock, Limits(idle=0.02, busy=0.01)))
    await desk.queue(*facts)
    running = asyncio.create_task(desk.sender.run(asyncio.Event()))
    try:
        yield desk
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await log.aclose()


async def deliveries(log: SqliteLog) -> list[Fact]:
    """Return all facts of tocsin.deliveries that retention left."""
    starts = await log.starts(TOPIC)
    return [codec.decode(record) for part in starts async for record in log.read(TOPIC, part, starts[part])]
