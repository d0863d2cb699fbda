"""The supervisor: starts a process a stage, restarts the dead, stops all, and gives up on a wrong setting."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from services.run import Entry, Supervisor
from services.settings import HealthSettings, LogSettings, RunSettings, Settings
from services.stages import EXIT_FAILED, EXIT_MISCONFIGURED, Stage
from services.vitals import Vitals
from tocsin.clock import SystemClock

# --- what the children do instead of a stage's work ------------------------------------------------------------------


def works(settings: Settings, stage: Stage, lifeline: Connection | None) -> None:
    """Report, and end as told."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    _mark(settings, stage)
    _report(stage, lifeline)  # last: who hears it may stop us at once
    time.sleep(3600)


def works_but_once_dies(settings: Settings, stage: Stage, lifeline: Connection | None) -> None:
    """Die at the first start."""
    is_first = not _marks(settings, stage)
    _mark(settings, stage)
    if is_first:
        os.kill(os.getpid(), signal.SIGKILL)
    works(settings, stage, lifeline)


def does_not_stop(settings: Settings, stage: Stage, lifeline: Connection | None) -> None:
    """Ignore SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    _mark(settings, stage)
    time.sleep(3600)


def is_misconfigured(settings: Settings, stage: Stage, lifeline: Connection | None) -> None:
    """Say that no restart will help."""
    os._exit(EXIT_MISCONFIGURED)


def _report(stage: Stage, lifeline: Connection | None) -> None:
    if lifeline is not None:
        vitals = Vitals(stage)
        vitals.alive(SystemClock().now())
        lifeline.send(vitals)


def _mark(settings: Settings, stage: Stage) -> None:
    with settings.log.path.with_suffix(f".{stage}").open("a", encoding="utf-8") as file:
        file.write("started\n")


def _marks(settings: Settings, stage: Stage) -> int:
    path = settings.log.path.with_suffix(f".{stage}")
    return len(path.read_text(encoding="utf-8").splitlines()) if path.exists() else 0


# --- the supervisor --------------------------------------------------------------------------------------------------


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        log=LogSettings(path=tmp_path / "log.db"),
        health=HealthSettings(port=0),
        run=RunSettings(restart_after=0.05, stop_within=0.5),
    )


async def supervised(
    settings: Settings, entry: Entry, is_enough: Callable[[Supervisor], bool], which: tuple[Stage, ...]
) -> int:
    """Run a supervisor until something holds, stop it, and return its exit code."""
    supervisor, stop = Supervisor(settings, SystemClock(), which, entry), asyncio.Event()
    running = asyncio.create_task(supervisor.run(stop))
    await _until(lambda: is_enough(supervisor) or running.done())
    stop.set()
    return await running


async def _until(holds: Callable[[], bool]) -> None:
    clock = SystemClock()
    while not holds():
        await clock.sleep(0.01)


async def test_every_stage_runs_until_told_to_stop_and_the_exit_code_is_0(settings: Settings) -> None:
    def all_run(supervisor: Supervisor) -> bool:
        return all(vitals.is_ready for vitals in supervisor.vitals)

    assert await supervised(settings, works, all_run, ("detect", "relate")) == 0
    assert (_marks(settings, "detect"), _marks(settings, "relate")) == (1, 1)


async def test_a_stage_that_dies_is_started_again(settings: Settings) -> None:
    def runs_again(supervisor: Supervisor) -> bool:
        return supervisor.vitals[0].is_ready

    assert await supervised(settings, works_but_once_dies, runs_again, ("detect",)) == 0
    assert _marks(settings, "detect") == 3  # one mark before it dies, one after, one when it works


async def test_a_stage_that_does_not_stop_is_killed_and_the_exit_code_says_so(settings: Settings) -> None:
    def runs(_: Supervisor) -> bool:
        return _marks(settings, "detect") > 0

    assert await supervised(settings, does_not_stop, runs, ("detect",)) == EXIT_FAILED


async def test_a_misconfigured_stage_ends_the_whole_tree(settings: Settings) -> None:
    assert await supervised(settings, is_misconfigured, lambda _: False, ("detect",)) == EXIT_MISCONFIGURED
