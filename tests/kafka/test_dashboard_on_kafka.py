"""The dashboard's read model from a real broker: the same as from the embedded log, gaps of transactions included."""

from dataclasses import replace
from pathlib import Path

import pytest

from services.dashboard.follower import Follower
from services.dashboard.gauge import Gauge
from services.dashboard.model.store import Store
from services.vitals import Vitals
from tests.builders import BUILDERS, NOON
from tests.services.dashboard.test_read_model import dumped
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.log.base import EventLog
from tocsin.log.kafka_log import KafkaLog
from tocsin.log.sqlite import SqliteLog
from tocsin.topics import TOPICS
from tools.kafka.cluster import Cluster

pytestmark = pytest.mark.kafka


async def test_the_read_model_is_the_same_from_either_log(
    cluster: Cluster, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    clock = ManualClock(NOON)
    topics = [replace(topic, partitions=1) for topic in TOPICS]
    kafka = await KafkaLog.open(cluster.bootstrap, topics=topics, prefix=f"{request.node.name}-", clock=clock)
    sqlite = await SqliteLog.open(tmp_path / "log.db", partitions=1, clock=clock)
    for log, file in ((kafka, "a.db"), (sqlite, "b.db")):
        await followed(log, tmp_path / file, clock)
    a, b = dumped(tmp_path / "a.db"), dumped(tmp_path / "b.db")
    for recorded in ("dead_letters",):  # the one table that shows the log's own time
        a.pop(recorded), b.pop(recorded)
    assert a == b
    gauge = Gauge(kafka, clock)
    await gauge.look()
    assert {stage.group for stage in gauge.stages} >= {"detect", "relate", "deliver"}
    await kafka.aclose()
    await sqlite.aclose()


async def followed(log: EventLog, path: Path, clock: ManualClock) -> None:
    """Append every kind of fact, and follow in two looks, the second over what the first left."""
    store = Store(path, "log")
    follower = Follower(log, store, clock, Vitals("dashboard"))
    drafts = [codec.draft(build()) for build in BUILDERS.values()]
    for half in (drafts[::2], drafts[1::2]):
        for draft in half:
            await log.append([draft])
        await follower.catch_up()
        assert await follower.catch_up() == 0, "nothing is read twice"
    await store.aclose()
