"""Runs every stage in one process tree: a supervisor that starts, watches, restarts and stops a child for each."""

import asyncio
import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

from services import health, names, stages
from services.observability import configure_logging
from services.pauses import pause
from services.settings import Settings, SettingsError
from services.stages import EXIT_FAILED, EXIT_MISCONFIGURED, STAGES, TREE, Stage
from services.vitals import Vitals
from tocsin.clock import Clock, SystemClock

Entry = Callable[[Settings, Stage, Connection | None], None]

_SPAWN = multiprocessing.get_context("spawn")  # a fork would copy the supervisor's threads' locks
_SOUND_AFTER = 60.0  # seconds that a child must live before its next death is forgiven


def run_all(settings: Settings) -> int:
    """Run the whole tree as this process and return its exit code: 0 after SIGTERM or SIGINT."""
    signal.signal(signal.SIGTERM, stages.nothing_to_drain)
    names.assert_ours()
    configure_logging(settings, stage="supervisor")
    try:
        return asyncio.run(_until_stopped(settings))
    except SettingsError as error:
        structlog.get_logger().error("misconfigured", error=str(error))
        return EXIT_MISCONFIGURED


def run_one(settings: Settings, stage: Stage) -> int:
    """Run one stage as this process and return its exit code: 0 after SIGTERM or SIGINT."""
    try:
        stages.process(settings, stage)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else EXIT_FAILED
    return 0


async def _until_stopped(settings: Settings) -> int:
    stop = asyncio.Event()
    stages.stop_on_signals(stop.set)
    return await Supervisor(settings, SystemClock(), tree_of(settings)).run(stop)


def tree_of(settings: Settings) -> tuple[Stage, ...]:
    """Return what `tocsin run` runs."""
    return TREE if settings.dashboard.port else STAGES


class Supervisor:
    """Keeps one child process for each stage alive until it is told to stop."""

    def __init__(
        self, settings: Settings, clock: Clock, which: tuple[Stage, ...] = STAGES, entry: Entry = stages.process
    ) -> None:
        self._settings, self._clock, self._entry = settings, clock, entry
        self._vitals = {stage: Vitals(stage) for stage in which}
        self.pids: dict[Stage, int] = {}
        self._say = structlog.get_logger()
        self.registry = CollectorRegistry()
        self._starts = Counter("tocsin_stage_starts", "Starts of a stage's process.", ["stage"], registry=self.registry)
        self._up = Gauge("tocsin_stage_up", "1 while a stage's process runs.", ["stage"], registry=self.registry)

    @property
    def vitals(self) -> list[Vitals]:
        """What each stage last said of itself."""
        return list(self._vitals.values())

    async def run(self, stop: asyncio.Event) -> int:
        """Run until ``stop`` is set or a stage is misconfigured; return the exit code once every child is gone."""
        application = health.app(lambda: self.vitals, self.registry, self._clock)
        async with health.serving(application, self._settings.health), asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._keep(stage, stop)) for stage in self._vitals]
        return max(task.result() for task in tasks)

    async def _keep(self, stage: Stage, stop: asyncio.Event) -> int:
        wait = self._settings.run.restart_after
        while not stop.is_set():
            started = self._clock.now()
            code = await self._live(stage, stop)
            if stop.is_set():
                return 0 if code in (0, -signal.SIGTERM) else EXIT_FAILED  # the latter: told before it had begun
            if code == EXIT_MISCONFIGURED:
                stop.set()
                return code
            if (self._clock.now() - started).total_seconds() > _SOUND_AFTER:
                wait = self._settings.run.restart_after
            self._vitals[stage].ill(f"the process ended with {code}; starting it again")
            self._say.error("stage died", child=stage, code=code, again_in=wait)
            await pause(self._clock, wait, stop)
            wait = min(wait * 2, self._settings.run.restart_cap)
        return 0

    async def _live(self, stage: Stage, stop: asyncio.Event) -> int:
        """Start a stage's process, and return its exit code once it ended, by itself or because of ``stop``."""
        ours, theirs = _SPAWN.Pipe()
        child = _SPAWN.Process(target=self._entry, args=(self._settings, stage, theirs), name=f"tocsin-{stage}")
        child.start()
        theirs.close()
        self.pids[stage] = child.pid or 0
        self._starts.labels(stage).inc()
        self._up.labels(stage).set(1)
        loop = asyncio.get_running_loop()
        loop.add_reader(ours.fileno(), self._hear, stage, ours)
        try:
            return await self._ended(child, stop)
        finally:
            loop.remove_reader(ours.fileno())
            ours.close()
            self._up.labels(stage).set(0)

    async def _ended(self, child: SpawnProcess, stop: asyncio.Event) -> int:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.add_reader(child.sentinel, ended.set)
        try:
            await _either(ended, stop)
            if not ended.is_set():
                child.terminate()
                await pause(self._clock, self._settings.run.stop_within, ended)
            if not ended.is_set():
                self._say.error("stage did not stop in time: killed", child=child.name)
                child.kill()
                await ended.wait()
        finally:
            loop.remove_reader(child.sentinel)
            if not ended.is_set():
                child.kill()
        child.join()
        return child.exitcode or 0

    def _hear(self, stage: Stage, ours: Connection) -> None:
        try:
            self._vitals[stage] = ours.recv()
        except (EOFError, OSError):  # the child is gone; its sentinel tells
            asyncio.get_running_loop().remove_reader(ours.fileno())


async def _either(first: asyncio.Event, second: asyncio.Event) -> None:
    waits = {asyncio.ensure_future(first.wait()), asyncio.ensure_future(second.wait())}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
