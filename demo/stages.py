"""All four stages and the dashboard in one event loop, on a clock that the demonstration moves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from services import logs, wiring
from services.dashboard.serving import Dashboard
from services.metrics import StageMetrics
from services.rules import rules_in_words
from services.settings import Settings
from services.stages import STAGES
from services.vitals import Vitals
from tocsin.clock import Clock, ManualClock
from tocsin.log.base import EventLog


@dataclass(frozen=True, slots=True)
class Running:
    """The log that all work on, and the dashboard's address."""

    log: EventLog
    dashboard: str


class ShownTime:
    """Tells the demonstration's time, but sleeps in real seconds: for stages that only ever wait a moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        return self._clock.now()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


@contextlib.asynccontextmanager
async def run_stages(settings: Settings, clock: ManualClock) -> AsyncIterator[Running]:
    """Run every stage and the dashboard for the time of the block.

    Each drains and commits before this ends.

    The poller sleeps in the demonstration's own time, so that every jump of the clock makes its feeds due.
    """
    stop, shown = asyncio.Event(), ShownTime(clock)
    async with contextlib.AsyncExitStack() as stack:
        log = await logs.open_log(settings, shown)
        stack.push_async_callback(log.aclose)
        async with asyncio.TaskGroup() as group:
            for stage in STAGES:
                own_time: Clock = clock if stage == "ingest" else shown
                parts = await wiring.build_stage(
                    settings, stage, log, own_time, Vitals(stage), StageMetrics(stage), stack
                )
                for part in parts:
                    group.create_task(part(stop))
            dashboard = await Dashboard.open(settings, log, shown, Vitals("dashboard"), rules_in_words())
            stack.push_async_callback(dashboard.aclose)
            group.create_task(dashboard.run(stop))
            try:
                yield Running(log, dashboard.address)
            finally:
                stop.set()
                clock.advance(1)
