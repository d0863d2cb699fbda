"""The worker on a real broker: a tail that is gone, and what it cannot process."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from services import dead_letters
from services.worker import PoisonRunError
from tests.builders import NOON
from tests.services.worker_fixtures import CountingCore, a_worker, announcements, publish, run_until
from tocsin.clock import ManualClock
from tocsin.events import RecordDeadLettered
from tocsin.log.base import EventLog, TruncatedError
from tocsin.log.kafka import Connection, Place, Reader
from tocsin.log.kafka_admin import Admin
from tocsin.log.kafka_log import KafkaLog
from tocsin.topics import TOPICS
from tools.kafka.cluster import Cluster

pytestmark = pytest.mark.kafka

ARTICLES = "tocsin.articles"
NEEDED = (ARTICLES, "tocsin.announcements", "tocsin.snapshots", "tocsin.dead-letters")
POISON = CountingCore(poisonous=frozenset({"poison"}))


@pytest.fixture
async def log(cluster: Cluster, request: pytest.FixtureRequest) -> AsyncIterator[KafkaLog]:
    """A log of its own with one partition a topic, so that order is total."""
    topics = [replace(topic, partitions=1) for topic in TOPICS if topic.name in NEEDED]
    opened = await KafkaLog.open(
        cluster.bootstrap, topics=topics, prefix=f"{request.node.name}-", session=1, clock=ManualClock(NOON)
    )
    yield opened
    await opened.aclose()


async def work_off(log: EventLog, core: CountingCore | None = None, **settings: int) -> None:
    """Run a worker until it has read everything."""

    async def is_read() -> bool:
        start = (await log.committed("counting", ARTICLES)).get(0, 0)
        async for _ in log.read(ARTICLES, 0, start):
            return False
        return True

    await run_until(a_worker(log, core, ManualClock(NOON), **settings), is_read)


async def test_a_tail_that_was_deleted_stops_the_stage_and_says_what_to_do(
    log: KafkaLog, cluster: Cluster, request: pytest.FixtureRequest
) -> None:
    await publish(log, ("a1", "quiet"), ("a2", "quiet"), ("a3", "quiet"))
    await work_off(log)
    admin = await Admin.open(Connection(servers=cluster.bootstrap, limit=10))
    await admin.delete_before({Place(f"{request.node.name}-{ARTICLES}", 0): 2})
    await admin.aclose()
    await publish(log, ("a4", "quiet"))
    with pytest.raises(TruncatedError) as stopped:
        await work_off(log)
    assert str(stopped.value) == (
        "stage counting cannot rebuild its state for tocsin.articles[0] from position 0: tocsin.articles[0]@0: "
        "retention deleted what lay before 2. Its newest snapshot is missing or of another version than '1', and "
        "retention deleted the records in between. Run the build that wrote the snapshot once so that it writes a "
        "newer one, or raise the topic's retention and restore the log from a backup."
    )
    assert await announcements(log) == ["a1:1", "a2:2", "a3:3"]


async def test_a_quiet_partition_that_retention_empties_after_an_hour_harms_nothing(
    log: KafkaLog, cluster: Cluster, request: pytest.FixtureRequest
) -> None:
    clock = ManualClock(NOON)
    await publish(log, ("a1", "quiet"), ("a2", "quiet"))

    async def is_at_the_end() -> bool:
        clock.advance(600)
        return await log.committed("counting", ARTICLES) == await log.ends(ARTICLES)

    await run_until(a_worker(log, clock=clock, snapshot_every=2), is_at_the_end)
    admin = await Admin.open(Connection(servers=cluster.bootstrap, limit=10))
    await admin.delete_before({Place(f"{request.node.name}-{ARTICLES}", 0): (await log.ends(ARTICLES))[0]})
    await admin.aclose()
    await publish(log, ("a3", "quiet"))
    await work_off(log)
    assert await announcements(log) == ["a1:1", "a2:2", "a3:3"]


async def test_a_run_of_failures_stops_the_worker_and_leaves_the_last_in_its_place(log: KafkaLog) -> None:
    await publish(log, *[(f"a{number}", "poison") for number in range(1, 6)])
    for _ in range(2):  # the second start counts on where the first stopped
        with pytest.raises(PoisonRunError, match=r"3 records in a row failed, the last at tocsin\.articles\[0\]@2"):
            await work_off(log, POISON, dead_letter_run=3)
    assert [letter.place.position for letter in await dead_letters.letters(log)] == [0, 1]
    await work_off(log, dead_letter_run=3)  # the mended core
    assert await announcements(log) == ["a3:1", "a4:2", "a5:3"]


async def test_what_failed_is_retried_or_discarded_and_its_key_goes_on(log: KafkaLog) -> None:
    await publish(log, ("a1", "poison"), ("a1@2", "quiet"), ("a2", "poison"), ("a2@2", "quiet"))
    await work_off(log, POISON)
    first, _, second, _ = [letter.place for letter in await dead_letters.letters(log)]
    assert await dead_letters.discard(log, first, "ana", NOON) == 1
    assert await dead_letters.retry(log, second, "ana", NOON) == 2
    await work_off(log)
    await publish(log, ("a1@3", "quiet"))
    await work_off(log)
    assert await announcements(log) == ["a1:1", "a2:2", "a2:3", "a1:4"]


async def test_a_dead_letter_names_its_origin_in_its_headers(
    log: KafkaLog, cluster: Cluster, request: pytest.FixtureRequest
) -> None:
    await publish(log, ("a1", "poison"))
    await work_off(log, POISON)
    place = Place(f"{request.node.name}-{RecordDeadLettered.topic}", 0)
    reader = await Reader.open(Connection(servers=cluster.bootstrap, limit=10), poll=0.1)
    reader.assign({place: 0})
    headers = [dict(message.headers) async for message in reader.until(place, 1, 10)]
    await reader.aclose()
    assert [(one["ce_origintopic"], one["ce_originoffset"], one["ce_originerror"]) for one in headers] == [
        (ARTICLES.encode(), b"0", b"ValueError")
    ]
