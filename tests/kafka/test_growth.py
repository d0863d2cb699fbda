"""A topic that grows on a real broker: the stages' states are what they would be, had it always been as wide."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner, Result

from services import dead_letters, growing, growth, snapshots
from services.cli import app
from services.growing import GrowthRefusedError
from services.settings import WorkerSettings
from services.worker import Worker
from tests.builders import NOON, a_growth, an_announcement, an_article_ref
from tests.services.worker_fixtures import run_until
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.events import AnnouncementDetected, Fact
from tocsin.log.base import EventLog
from tocsin.log.kafka import Connection
from tocsin.log.kafka_admin import Admin
from tocsin.log.kafka_log import KafkaLog
from tocsin.log.kafka_names import Names
from tocsin.topics import TOPICS, Topic
from tools.kafka.cluster import Cluster

pytestmark = pytest.mark.kafka

TOPIC = "tocsin.announcements"
COUNTRIES = ("SY", "YE", "UA", "SD", "ET", "LY", "AM", "PS")


def topics(partitions: int) -> list[Topic]:
    """Return the topics that a stage of announcements needs, the announcements with some number of partitions."""
    wanted = {TOPIC: partitions, "tocsin.snapshots": 2, "tocsin.dead-letters": 1}
    return [replace(topic, partitions=wanted[topic.name]) for topic in TOPICS if topic.name in wanted]


class Told(msgspec.Struct, frozen=True):
    """What was told of each country, in order."""

    by_country: Mapping[str, tuple[str, ...]] = {}


class Chronicle:
    """Keeps what was told of each country. Fails on announcements in ``poisonous``."""

    name = "chronicle"
    topics: tuple[str, ...] = (TOPIC,)
    version = "1"
    state_type = Told

    def __init__(self, *poisonous: str) -> None:
        self.poisonous = poisonous

    def initial(self) -> Told:
        return Told()

    def decide(self, state: Told, fact: Fact, now: datetime) -> tuple[Told, Sequence[Fact]]:
        assert isinstance(fact, AnnouncementDetected)
        if fact.announcement.id in self.poisonous:
            raise ValueError("poison")
        country = fact.announcement.theatre
        ids = (*state.by_country.get(country, ()), fact.announcement.id)
        return Told({**state.by_country, country: ids}), ()

    def tick(self, state: Told, now: datetime) -> tuple[Told, Sequence[Fact]]:
        return state, ()


class Wire:
    """A log of its own on the broker, and a clock that moves with each announcement."""

    def __init__(self, cluster: Cluster, prefix: str, partitions: int) -> None:
        self.servers, self.prefix, self.partitions = cluster.bootstrap, prefix, partitions
        self.clock = ManualClock(NOON)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[EventLog]:
        log = await KafkaLog.open(
            self.servers, topics=topics(self.partitions), prefix=self.prefix, session=1, clock=self.clock
        )
        try:
            yield log
        finally:
            await log.aclose()

    async def tell(self, *ids: int) -> None:
        """Append announcements, one a minute, of one country after the other."""
        async with self.opened() as log:
            for number in ids:
                self.clock.advance(60)
                await log.append([codec.draft(announced(number, self.clock.now()))])

    async def read_all(self, core: Chronicle, snapshot_every: int) -> None:
        """Run a stage until it has read everything."""
        chosen = WorkerSettings.model_validate({"batch": 4, "tick_every": 0.05, "snapshot_every": snapshot_every})
        async with self.opened() as log:
            await run_until(Worker(core, log, self.clock, chosen), lambda: is_read(log))

    async def grow(self, partitions: int) -> None:
        async with self.opened() as log, self.admin() as admin:
            names = Names(topics(self.partitions), self.prefix)
            await growing.grow(log, admin, names, TOPIC, partitions, self.clock.now())
        self.partitions = partitions

    @asynccontextmanager
    async def admin(self) -> AsyncIterator[Admin]:
        admin = await Admin.open(Connection(servers=self.servers, limit=10))
        try:
            yield admin
        finally:
            await admin.aclose()

    async def retry_first(self) -> None:
        async with self.opened() as log:
            first = next(letter for letter in await dead_letters.letters(log) if "poison" in letter.fact.error)
            await dead_letters.retry(log, first.place, "ana", self.clock.now())

    async def states(self) -> dict[int, tuple[Mapping[str, object], object]]:
        """Return what the stage would go on with in each partition: what was told, and what waits."""
        core = Chronicle()
        found: dict[int, tuple[Mapping[str, object], object]] = {}

        async def decide(state: Told, fact: Fact, now: datetime) -> tuple[Told, Sequence[Fact]]:
            return core.decide(state, fact, now)

        async with self.opened() as log:
            for number in range(self.partitions):
                standing = await snapshots.restore(log, core, TOPIC, number, decide)
                found[number] = (standing.state.by_country, standing.parked)
        return found


def announced(number: int, at: datetime) -> AnnouncementDetected:
    country = COUNTRIES[number % len(COUNTRIES)]
    announcement = an_announcement(id=f"n{number}", theatre=country)
    return AnnouncementDetected(at=at, announcement=announcement, article=an_article_ref(), detector="test")


async def is_read(log: EventLog) -> bool:
    """Say whether the stage has read every record, whatever the broker put between them."""
    committed = await log.committed("chronicle", TOPIC)
    for partition, end in (await log.ends(TOPIC)).items():
        async for _ in log.read(TOPIC, partition, committed.get(partition, 0), end):
            return False
    return True


@pytest.mark.parametrize("snapshot_every", [1, 500])
async def test_a_grown_topic_leads_to_the_states_of_one_that_was_always_as_wide(
    cluster: Cluster, snapshot_every: int
) -> None:
    grown = Wire(cluster, f"grown{snapshot_every}-", 2)
    always = Wire(cluster, f"always{snapshot_every}-", 5)
    fails, mended = Chronicle("n10"), Chronicle()
    for wire, first, second in ((grown, 3, 5), (always, 5, 5)):
        await wire.tell(*range(30))
        await wire.read_all(fails, snapshot_every)
        if wire.partitions < first:
            await wire.grow(first)
        await wire.tell(*range(30, 45))
        await wire.read_all(fails, snapshot_every)
        if wire.partitions < second:
            await wire.grow(second)
        await wire.tell(*range(45, 50))
        await wire.read_all(fails, snapshot_every)
    expected = await always.states()
    assert await grown.states() == expected
    assert any(parked for _, parked in expected.values())
    for wire in (grown, always):
        await wire.retry_first()
        await wire.read_all(mended, snapshot_every)
    expected = await always.states()
    assert await grown.states() == expected
    assert merged([by_country for by_country, _ in expected.values()]) == {
        country: tuple(f"n{number}" for number in range(start, 50, len(COUNTRIES)))
        for start, country in enumerate(COUNTRIES)
    }


async def test_a_topic_is_not_grown_while_a_stage_is_behind_or_alive(cluster: Cluster) -> None:
    wire = Wire(cluster, "busy-", 2)
    await wire.tell(*range(8))
    await wire.read_all(Chronicle(), 500)
    await wire.tell(8)
    with pytest.raises(GrowthRefusedError, match=r"group busy-chronicle has not read 1 records of tocsin\.announce"):
        await wire.grow(3)
    async with wire.opened() as log, log.subscribe("chronicle", [TOPIC]):
        with pytest.raises(GrowthRefusedError, match="group busy-chronicle has 1 live members: stop every stage"):
            await wire.grow(3)
    await wire.read_all(Chronicle(), 500)
    await wire.grow(3)


async def test_a_growth_that_was_noted_and_not_made_changes_nothing_and_can_be_repeated(cluster: Cluster) -> None:
    wire = Wire(cluster, "crash-", 2)
    await wire.tell(*range(10))
    await wire.read_all(Chronicle(), 1)
    async with wire.opened() as log:
        note = a_growth(name=growth.name_of(TOPIC, 3), ends=(0, 0), stages=("chronicle",))
        await log.append([codec.draft(note)])
        assert (await growth.layout(log, TOPIC, "chronicle")).growths == ()
    before = await wire.states()
    await wire.grow(3)
    told = [by_country for by_country, _ in (await wire.states()).values()]
    assert merged(told) == merged([by_country for by_country, _ in before.values()])


@pytest.mark.parametrize(("topic", "why"), [("tocsin.snapshots", "newest of each key"), (TOPIC, "only adds")])
async def test_what_cannot_be_grown_is_refused_with_the_reason(cluster: Cluster, topic: str, why: str) -> None:
    wire = Wire(cluster, "refused-", 2)
    async with wire.opened() as log, wire.admin() as admin:
        with pytest.raises(GrowthRefusedError, match=why):
            await growing.grow(log, admin, Names(topics(2), wire.prefix), topic, 2, NOON)


def test_the_command_grows_a_topic_and_stages_must_then_declare_it(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "tocsin.toml"
    config.write_text(f'[log.kafka]\nservers = "{cluster.bootstrap}"\nprefix = "told-"\n')
    early = tocsin("grow", TOPIC, "8")
    assert (early.exit_code, "is not there yet: tocsin topics apply" in early.stderr) == (2, True)
    tocsin("apply")
    assert '[log.kafka.partitions] "tocsin.announcements" = 8' in tocsin("grow", TOPIC, "8").stdout
    drifted = tocsin("check")
    assert (drifted.exit_code, "partitions is 8, declared is 6" in drifted.stderr) == (1, True)
    config.write_text(f'{config.read_text()}partitions = {{ "{TOPIC}" = 8 }}\n')
    assert tocsin("check").exit_code == 0
    again = tocsin("grow", TOPIC, "8")
    assert (again.exit_code, "has 8 partitions: Kafka only adds" in again.stderr) == (2, True)


def tocsin(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["topics", *arguments])


def merged(states: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """Return what was told of each country, wherever it is kept."""
    return {country: ids for state in states for country, ids in state.items()}
