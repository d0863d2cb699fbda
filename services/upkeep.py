"""What a stage does beside its work: keeping the log tidy, and showing that the log still answers."""

import asyncio

import structlog

from services.metrics import StageMetrics
from services.pauses import pause
from services.vitals import Vitals
from tocsin.clock import Clock
from tocsin.log.base import EventLog, LogUnavailableError

_BEAT_EVERY = 5.0  # seconds
_ANSWER_WITHIN = 30.0  # seconds


async def maintain(log: EventLog, clock: Clock, every: float, stop: asyncio.Event) -> None:
    """Apply retention and compaction until ``stop`` is set; one stage does it for all."""
    while not stop.is_set():
        try:
            await log.maintain(clock.now())
        except LogUnavailableError as error:
            structlog.get_logger().warning("log not maintained", error=str(error))
        await pause(clock, every, stop)


async def beat(log: EventLog, clock: Clock, vitals: Vitals, metrics: StageMetrics, stop: asyncio.Event) -> None:
    """Show signs of life for a stage whose own loop shows none, as long as the log answers."""
    while not stop.is_set():
        try:
            async with asyncio.timeout(_ANSWER_WITHIN):
                await log.ends("tocsin.articles")
            vitals.alive(clock.now())
            metrics.progressed(clock.now())
        except (LogUnavailableError, TimeoutError) as error:
            vitals.ill(f"{type(error).__name__}: {error}")
            metrics.erred(error, clock.now())
        await pause(clock, _BEAT_EVERY, stop)
