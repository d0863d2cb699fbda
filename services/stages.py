"""Runs one stage until it is told to stop, in any event loop or as a process of its own."""

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from multiprocessing.connection import Connection
from typing import Literal

import structlog

from services import health, logs, names, wiring
from services.metrics import StageMetrics
from services.observability import configure_logging
from services.pauses import pause
from services.settings import Settings, SettingsError
from services.vitals import Vitals
from tocsin.clock import SystemClock
from tocsin.log.base import EventLog, LogUnavailableError

Stage = Literal["ingest", "detect", "relate", "deliver", "dashboard"]
STAGES: tuple[Stage, ...] = ("ingest", "detect", "relate", "deliver")
#: All that may run beside each other: the stages, and who only looks.
TREE: tuple[Stage, ...] = (*STAGES, "dashboard")

EXIT_FAILED = 70  # sysexits.h EX_SOFTWARE: a person must look, or a restart may help
EXIT_MISCONFIGURED = 78  # sysexits.h EX_CONFIG: no restart will help

_REPORT_EVERY = 1.0  # seconds


async def run_stage(settings: Settings, stage: Stage, stop: asyncio.Event, vitals: Vitals | None = None) -> None:
    """Run one stage until ``stop`` is set; it drains and commits before this returns.

    Raises SettingsError, and what stops a stage for good: PoisonRunError, TruncatedError.
    """
    clock = SystemClock()
    vitals, metrics = vitals or Vitals(stage), StageMetrics(stage)
    application = health.app(lambda: [vitals], metrics.registry, clock)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(health.serving(application, settings.health, 1 + TREE.index(stage)))
        log = await _open_log(settings, stage, stop, vitals)
        if log is None:
            return
        stack.push_async_callback(log.aclose)
        parts = await wiring.build_stage(settings, stage, log, clock, vitals, metrics, stack)
        try:
            async with asyncio.TaskGroup() as group:
                for part in parts:
                    group.create_task(part(stop))
        except BaseExceptionGroup as errors:
            raise _first(errors) from errors
        if not stop.is_set():
            raise RuntimeError(f"a part of the {stage} stage ended by itself, without an error")


def process(settings: Settings, stage: Stage, lifeline: Connection | None = None) -> None:
    """Be the process of one stage, and exit: 0 after SIGTERM or SIGINT, else one of the codes above.

    ``lifeline`` leads to the supervisor: the stage reports its vitals on it, and stops when it breaks, so that no
    stage outlives a supervisor that was killed.
    """
    signal.signal(signal.SIGTERM, nothing_to_drain)
    names.assert_ours()
    configure_logging(settings, stage=stage)
    say = structlog.get_logger()
    try:
        asyncio.run(_until_stopped(settings, stage, lifeline))
    except SettingsError as error:
        say.error("stage is misconfigured", error=str(error))
        raise SystemExit(EXIT_MISCONFIGURED) from error
    except Exception as error:
        say.exception("stage failed")
        raise SystemExit(EXIT_FAILED) from error
    say.info("stage stopped")
    raise SystemExit(0)


def stop_on_signals(stop: Callable[[], None]) -> None:
    """Call ``stop`` on SIGTERM and SIGINT in the running event loop."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)


def nothing_to_drain(*_: object) -> None:
    """Answer a SIGTERM that comes before the event loop has its own handler."""
    raise SystemExit(0)


async def _until_stopped(settings: Settings, stage: Stage, lifeline: Connection | None) -> None:
    stop, vitals = asyncio.Event(), Vitals(stage)
    stop_on_signals(stop.set)
    structlog.get_logger().info("stage starts", pid=os.getpid())  # from here on a SIGTERM is answered with a word
    if lifeline is None:
        await run_stage(settings, stage, stop, vitals)
        return
    asyncio.get_running_loop().add_reader(lifeline.fileno(), stop.set)  # nothing is ever sent to us: it broke
    reporting = asyncio.create_task(_report(vitals, lifeline, stop))
    try:
        await run_stage(settings, stage, stop, vitals)
    finally:
        asyncio.get_running_loop().remove_reader(lifeline.fileno())
        stop.set()
        await reporting


async def _open_log(settings: Settings, stage: Stage, stop: asyncio.Event, vitals: Vitals) -> EventLog | None:
    """Open the log, again and again while it is away; None when the stage is to stop before."""
    clock, wait = SystemClock(), settings.run.restart_after
    while not stop.is_set():
        try:
            return await logs.open_log(settings, clock, stage=stage)
        except LogUnavailableError as error:
            vitals.ill(str(error))
            structlog.get_logger().warning("log unavailable", error=str(error), again_in=wait)
            await pause(clock, wait, stop)
            wait = min(wait * 2, settings.run.restart_cap)
    return None


async def _report(vitals: Vitals, lifeline: Connection, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            lifeline.send(vitals)
        except OSError:
            stop.set()
        await pause(SystemClock(), _REPORT_EVERY, stop)


def _first(errors: BaseExceptionGroup[BaseException]) -> BaseException:
    inner = errors.exceptions[0]
    return _first(inner) if isinstance(inner, BaseExceptionGroup) else inner
