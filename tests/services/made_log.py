"""Makes a log in the working directory, for tests of the commands that look into it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from tests.builders import NOON
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.events import Fact
from tocsin.log.sqlite import SqliteLog


def a_log(*facts: Fact) -> None:
    """Make the log of this folder, with these facts appended one by one, a second apart from noon on."""
    asyncio.run(_append(facts))


async def _append(facts: Sequence[Fact]) -> None:
    clock = ManualClock(NOON)
    log = await SqliteLog.open(Path("tocsin.db"), clock=clock)
    try:
        for fact in facts:
            await log.append([codec.draft(fact)])
            clock.advance(1)
    finally:
        await log.aclose()
