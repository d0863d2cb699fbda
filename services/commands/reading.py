"""Reading the log for a look: outside any consumer group, without changing it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from services import wiring
from services.commands.session import CommandError, Session
from tocsin import codec
from tocsin.events import Fact
from tocsin.log.base import EventLog, Record

T = TypeVar("T")


def with_log(session: Session, look: Callable[[EventLog], Awaitable[T]]) -> T:
    """Return what ``look`` finds in the log that the settings name. Raises CommandError where there is none yet."""

    async def run() -> T:
        async with opened(session) as log:
            return await look(log)

    return asyncio.run(run())


@asynccontextmanager
async def opened(session: Session) -> AsyncIterator[EventLog]:
    """Open the log that the settings name; never make one."""
    path = session.quiet_settings.log.path
    if not path.exists():
        raise CommandError(f"{path}: no log there yet; start one with tocsin run, or set TOCSIN_LOG__PATH")
    log = await wiring.open_log(session.quiet_settings)
    try:
        yield log
    finally:
        await log.aclose()


async def records(log: EventLog, topic: str) -> AsyncIterator[Record]:
    """Yield all kept records of a topic, partition after partition."""
    for partition, start in (await log.starts(topic)).items():
        async for record in log.read(topic, partition, start):
            yield record


async def facts(log: EventLog, topic: str) -> AsyncIterator[Fact]:
    """Yield all kept facts of a topic, partition after partition."""
    async for record in records(log, topic):
        yield codec.decode(record)
