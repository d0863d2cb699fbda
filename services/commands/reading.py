"""Reading the log for a look: outside any consumer group, without changing it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from services import logs
from services.commands.session import CommandError, Session
from services.logs import NoLogError
from tocsin import codec
from tocsin.events import Fact
from tocsin.log.base import EventLog, Record

T = TypeVar("T")
_PAGE = 500  # records


def with_log(session: Session, look: Callable[[EventLog], Awaitable[T]]) -> T:
    """Return what ``look`` finds in the log that the settings name. Raises CommandError where there is none yet."""

    async def run() -> T:
        async with opened(session) as log:
            return await look(log)

    return asyncio.run(run())


@asynccontextmanager
async def opened(session: Session) -> AsyncIterator[EventLog]:
    """Open the log that the settings name, with the partitions that it has; never make one."""
    try:
        log = await logs.open_to_look(session.quiet_settings)
    except NoLogError as error:
        raise CommandError(str(error)) from error
    try:
        yield log
    finally:
        await log.aclose()


async def records(log: EventLog, topic: str) -> AsyncIterator[Record]:
    """Yield all kept records of a topic, partition after partition."""
    for partition, start in (await log.starts(topic)).items():
        async for record in log.read(topic, partition, start):
            yield record


async def newest_first(log: EventLog, topic: str, partition: int) -> AsyncIterator[Record]:
    """Yield a partition's kept records from its end back to its oldest, page by page: stopping early is cheap."""
    oldest, end = (await log.starts(topic))[partition], (await log.ends(topic))[partition]
    while end > oldest:
        start = max(oldest, end - _PAGE)
        for record in reversed([record async for record in log.read(topic, partition, start, end)]):
            yield record
        end = start


async def facts(log: EventLog, topic: str) -> AsyncIterator[Fact]:
    """Yield all kept facts of a topic, partition after partition."""
    async for record in records(log, topic):
        yield codec.decode(record)
