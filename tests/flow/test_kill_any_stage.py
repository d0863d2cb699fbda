"""kill -9 of detect and relate at random points of a replay: the log ends up equal to an undisturbed run's."""

import asyncio
import multiprocessing
import os
import random
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from services import logs, wiring
from services.settings import DetectSettings, HealthSettings, LoggingSettings, LogSettings, Settings, WorkerSettings
from services.stages import Stage
from services.worker import Worker
from tests.flow import stage_child
from tests.flow.made_up_wire import START, dispatches
from tocsin import codec
from tocsin.clock import ManualClock, SystemClock
from tocsin.log.base import EventLog, Record
from tocsin.topics import TOPICS

KILLS = 50
ARTICLES = 420
NEVER = 1e9  # seconds: in a replay time passes by the facts, so wall-clock ticks are left out
READS = {"detect": "tocsin.articles", "relate": "tocsin.announcements"}

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["__main__", "tests.flow.stage_child"])


def replay_settings(path: Path) -> Settings:
    """One partition a topic, small batches and frequent snapshots: many places to be killed at."""
    return Settings(
        log=LogSettings(path=path, partitions=1),
        worker=WorkerSettings(batch=3, snapshot_every=20, tick_every=NEVER),
        detect=DetectSettings(is_isolated=False),
        health=HealthSettings(port=0),
        logging=LoggingSettings(level="error"),
    )


@asynccontextmanager
async def a_log(settings: Settings) -> AsyncIterator[EventLog]:
    """Open a log that holds the newswire."""
    log = await logs.open_log(settings)
    await log.append([codec.draft(fact) for fact in dispatches(ARTICLES, seed=7)])
    yield log
    await log.aclose()


def start(settings: Settings, stage: Stage) -> BaseProcess:
    """Start a stage's process."""
    child = _FORKS.Process(target=stage_child.run, args=(settings, stage))
    child.start()
    return child


async def progress(log: EventLog, stage: Stage) -> int:
    """Return how many records a stage has committed."""
    return (await log.committed(stage, READS[stage])).get(0, 0)


async def run_to_the_end(
    log: EventLog, settings: Settings, stage: Stage, kill_at: Sequence[tuple[int, float]] = ()
) -> None:
    """Run a stage until it has read all, killing it some seconds after it passed each of the given positions."""
    child = start(settings, stage)
    points = list(kill_at)
    end = (await log.ends(READS[stage]))[0]
    while (done := await progress(log, stage)) < end:
        assert child.is_alive(), f"{stage} ended by itself at {done} of {end}"
        if points and done >= points[0][0]:
            await SystemClock().sleep(points.pop(0)[1])
            child.kill()
            child.join()
            child = start(settings, stage)
        await SystemClock().sleep(0.002)
    child.terminate()
    child.join()
    assert not points
    assert child.exitcode in (0, -signal.SIGTERM)  # the latter: killed at the very end, so the next had just begun


async def let_the_timers_run_out(log: EventLog, settings: Settings) -> None:
    """Let sixty days pass in the relate stage once everything is read: at one moment, whenever the stage is ready."""
    clock, stop = ManualClock(START + timedelta(days=60)), asyncio.Event()
    worker = settings.worker.model_copy(update={"tick_every": 0.0})
    before = await log.ends("tocsin.alerts")
    work = asyncio.create_task(Worker(wiring.build_relate(settings), log, clock, worker).run(stop))
    for _ in range(500):
        await SystemClock().sleep(0.02)
        if await log.ends("tocsin.alerts") != before:
            break
    stop.set()
    await work
    assert await log.ends("tocsin.alerts") != before


async def everything(log: EventLog) -> dict[str, list[tuple[object, ...]]]:
    """Return every topic but the snapshots, without the times of recording."""
    names = [topic.name for topic in TOPICS if not topic.is_compacted]
    return {name: [_content(record) async for record in log.read(name, 0, 0)] for name in names}


def _content(record: Record) -> tuple[object, ...]:
    return tuple(getattr(record, field) for field in record.__struct_fields__ if field != "recorded")


@pytest.mark.timeout(180)
async def test_a_replay_with_fifty_kills_writes_the_log_of_an_undisturbed_one(tmp_path: Path) -> None:
    seed = int(os.environ.get("TOCSIN_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"seed {seed}: run again with TOCSIN_KILL_SEED={seed}")
    chance = random.Random(seed)  # noqa: S311  not for secrets
    calm, killed = replay_settings(tmp_path / "calm.db"), replay_settings(tmp_path / "killed.db")
    async with a_log(calm) as expected, a_log(killed) as log:
        for stage in ("detect", "relate"):
            await run_to_the_end(expected, calm, stage)
            end = (await log.ends(READS[stage]))[0]
            places = sorted(chance.sample(range(end - 5), KILLS // 2))
            points = [(place, chance.random() * 0.01) for place in places]
            await run_to_the_end(log, killed, stage, points)
        for one, settings in ((expected, calm), (log, killed)):
            await let_the_timers_run_out(one, settings)
        wanted = await everything(expected)
        assert await everything(log) == wanted
        assert wanted["tocsin.announcements"]
        assert wanted["tocsin.alerts"]
        assert not wanted["tocsin.dead-letters"]
