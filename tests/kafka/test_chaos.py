"""Workers die, pause and come back under load, and brokers go away: what they write is what an undisturbed run writes.

The seed of each schedule is printed; TOCSIN_KILL_SEED repeats it.
"""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services import logs
from services.stages import Stage
from tests.flow.local_world import World, a_world
from tests.kafka.dispatches import dispatches
from tests.kafka.fleet import SESSION, WORKING, Fleet, Member, a_fleet, settings_of
from tests.kafka.outcome import assert_delivered_once, by_key, lag, undisturbed
from tocsin import codec
from tocsin.events import Fact
from tocsin.log.base import EventLog, LogUnavailableError
from tools.kafka.broker import wait_until_ready
from tools.kafka.cluster import Cluster, running

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(600)]

KILLS = 100
READS = (("detect", "tocsin.articles"), ("relate", "tocsin.announcements"), ("deliver", "tocsin.alerts"))
QUIET = 240.0  # seconds that a fleet may take to work off what is left


class Run:
    """A fleet at work on dispatches that come bit by bit."""

    def __init__(self, facts: Sequence[Fact], log: EventLog, fleet: Fleet, world: World) -> None:
        self.facts, self.log, self.fleet, self.world = facts, log, fleet, world
        self._appended = 0

    async def publish(self, count: int) -> None:
        """Append the next dispatches."""
        facts = self.facts[self._appended : self._appended + count]
        self._appended += len(facts)
        await self.log.append([codec.draft(fact) for fact in facts])

    async def publish_nothing_new(self) -> None:
        """Append the last dispatch once more, which changes nothing where it is read."""
        await self.log.append([codec.draft(self.facts[self._appended - 1])])

    async def share_read(self) -> float:
        """Return which share of the articles detect has read so far."""
        return 1 - await lag(self.log, "detect", "tocsin.articles") / self._appended

    async def publish_rest(self) -> None:
        """Append all that is left, and wait until it is worked off."""
        await self.publish(len(self.facts))
        await self.work_off()

    async def work_off(self) -> None:
        """Wait until every stage has done what there is to do."""
        give_up = time.monotonic() + QUIET
        while [name for name, topic in READS if await lag(self.log, name, topic)] or await self._owed():
            self.fleet.assert_alive()
            assert time.monotonic() < give_up, "the fleet does not come to an end"
            await asyncio.sleep(0.2)

    async def assert_as_undisturbed(self, folder: Path) -> None:
        """Assert that the log holds what an undisturbed run writes, and that deliveries are as they may be."""
        assert await by_key(self.log) == await undisturbed(folder, self.facts)
        again = await assert_delivered_once(self.log, self.world.ids)
        print(f"{len(self.world.ids)} posts, {again} of them again after a crash between sending and recording")

    async def _owed(self) -> bool:
        queued, delivered = set[str](), set[str]()
        for partition in await self.log.ends("tocsin.deliveries"):
            async for record in self.log.read("tocsin.deliveries", partition, 0):
                if record.type == "delivery.queued.v2":
                    queued.add(record.key)
                elif record.type == "delivery.delivered.v1":
                    delivered.add(record.key)
        return queued != delivered


@asynccontextmanager
async def a_run(servers: str, prefix: str, facts: Sequence[Fact], folder: Path) -> AsyncIterator[Run]:
    """Start a fleet on topics of its own."""
    with a_world() as world:
        hook = f"{world.address}/hook"
        log = await logs.open_log(settings_of(servers, prefix, hook))
        try:
            with a_fleet(servers, prefix, hook, folder / "said.jsonl") as fleet:
                yield Run(facts, log, fleet, world)
        finally:
            await log.aclose()


def a_chance() -> random.Random:
    """Return a random schedule, telling how to repeat it."""
    seed = int(os.environ.get("TOCSIN_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)
    print(f"seed {seed}: run again with TOCSIN_KILL_SEED={seed}")
    return random.Random(seed)  # noqa: S311  not for secrets


async def test_a_hundred_random_kills_leave_the_log_of_an_undisturbed_run(cluster: Cluster, tmp_path: Path) -> None:
    chance = a_chance()
    facts = dispatches(3 * KILLS, seed=11)
    async with a_run(cluster.bootstrap, "kills-", facts, tmp_path) as run:
        for _ in range(KILLS):
            await run.publish(3)
            await asyncio.sleep(chance.random() * 0.6)
            victim = chance.choice(run.fleet.members)
            run.fleet.kill(victim)
            if chance.random() < 0.1:  # too late to get its partitions again: the others take them
                await asyncio.sleep(SESSION * 1.5)
            run.fleet.start(victim)
        assert await run.share_read() > 0.5, "the kills stopped the work instead of disturbing it"
        await run.publish_rest()
        await run.assert_as_undisturbed(tmp_path)


async def test_a_broker_killed_and_started_again_loses_nothing_and_doubles_nothing(tmp_path: Path) -> None:
    facts = dispatches(120, seed=12)
    with running(1) as cluster:
        async with a_run(cluster.bootstrap, "", facts, tmp_path) as run:
            (broker,) = cluster.brokers
            for _ in range(2):
                await run.publish(30)
                broker.kill()
                broker.start()
                await asyncio.to_thread(wait_until_ready, broker, 60)
            await run.publish_rest()
            await run.assert_as_undisturbed(tmp_path)


async def test_of_three_brokers_one_may_be_lost_and_with_two_lost_all_waits(tmp_path: Path) -> None:
    facts = dispatches(120, seed=13)
    with running(3) as cluster:
        async with a_run(cluster.bootstrap, "", facts, tmp_path) as run:
            await run.publish(30)
            first, second, third = cluster.brokers  # each leads a third of all partitions
            first.kill()
            await run.publish(30)  # goes on
            second.kill()
            with pytest.raises(LogUnavailableError):
                await run.publish_nothing_new()
            for broker in (first, second):
                broker.start()
                await asyncio.to_thread(wait_until_ready, broker, 60)
            await run.publish_rest()
            await run.assert_as_undisturbed(tmp_path)
            third.kill()
            assert await by_key(run.log) == await undisturbed(tmp_path / "again", facts)


@pytest.mark.parametrize("stage", WORKING)
async def test_workers_paused_past_their_session_write_nothing_when_they_wake(
    cluster: Cluster, tmp_path: Path, stage: Stage
) -> None:
    facts = dispatches(150, seed=14)
    async with a_run(cluster.bootstrap, f"paused-{stage}-", facts, tmp_path) as run:
        await run.publish(50)
        paused = Member(stage, 0)
        run.fleet.signal(paused, signal.SIGSTOP)
        await run.publish(50)
        await run.work_off()  # the others have its partitions now
        run.fleet.signal(paused, signal.SIGCONT)
        await run.publish_rest()
        await run.assert_as_undisturbed(tmp_path)
