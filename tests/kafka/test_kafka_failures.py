"""What the log on Kafka does when processes die or pause, when brokers go away, and when others write to its topics."""

import asyncio
import random
import signal
import sys
import time
from collections.abc import AsyncIterator

import pytest

from tests.contract.log_contract import EVENTS, LINE, OUTPUTS, TOPICS, a_draft, consume, drafts, ids, settle
from tests.kafka.store import KafkaStore, store
from tocsin.log import kafka_topics
from tocsin.log.base import EventLog, LogUnavailableError, Subscription
from tocsin.log.kafka import LARGEST, Connection, Consumed, Message, ProducerFencedError, Writer
from tocsin.log.kafka_log import KafkaLog
from tocsin.log.kafka_subscription import KafkaSubscription
from tocsin.log.kafka_topics import TopicDriftError
from tocsin.topics import Topic
from tools.kafka.broker import wait_until_ready
from tools.kafka.cluster import Cluster, running

__all__ = ["store"]

pytestmark = pytest.mark.kafka

_LONG = 20.0  # seconds: no busy machine makes a member silent for as long


class Consumer:
    """Another process that turns every event into an output and commits both (tests/kafka/consumer.py)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, store: KafkaStore, servers: str) -> "Consumer":
        """Start the process."""
        command = [sys.executable, "-m", "tests.kafka.consumer", servers, store.names.prefix]
        return cls(await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE))

    async def says(self, *wanted: str) -> str:
        """Return once the process has printed one of these lines."""
        assert self.process.stdout is not None
        async with asyncio.timeout(30):
            while (line := (await self.process.stdout.readline()).decode().strip()) not in wanted:
                assert line, "the process ended"
        return line

    async def kill(self) -> None:
        """Kill it as the system would: at once, without a word."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


async def settle_into(shares: list[int], *members: Subscription) -> None:
    """Return once members that have nothing to read own that many partitions each."""
    async with asyncio.timeout(3 * _LONG):
        while [len(member.assigned()) for member in members] != shares:
            await settle(members, 0.3)
    await settle(members, 0.3)


@pytest.fixture
async def consumers(store: KafkaStore, cluster: Cluster) -> AsyncIterator[list[Consumer]]:
    """Two processes of one group, killed after the test at the latest."""
    started = [await Consumer.start(store, cluster.bootstrap) for _ in range(2)]
    yield started
    for consumer in started:
        if consumer.process.returncode is None:
            await consumer.kill()


async def test_killed_in_the_middle_again_and_again_nothing_is_lost_and_nothing_is_done_twice(
    store: KafkaStore, cluster: Cluster
) -> None:
    log = await store.open()
    await log.append(drafts(400, keys=40))
    chance = random.Random(7)  # noqa: S311 (a seed, so that a failure can be repeated)
    for _ in range(3):
        consumer = await Consumer.start(store, cluster.bootstrap)
        for _ in range(chance.randrange(1, 8)):
            await consumer.says("committed")
        await asyncio.sleep(chance.random() / 100)  # anywhere in the next transaction
        await consumer.kill()
    consumer = await Consumer.start(store, cluster.bootstrap)
    await consumer.says("idle")
    await consumer.kill()
    assert await ids(log, OUTPUTS) == sorted(f"out-{number}" for number in range(400))


async def test_a_process_paused_past_its_session_writes_nothing_when_it_wakes(
    store: KafkaStore, consumers: list[Consumer]
) -> None:
    log = await store.open()
    paused, other = consumers
    await asyncio.gather(paused.says("idle"), other.says("idle"))
    await log.append(drafts(300, keys=40))
    await paused.says("committed")
    paused.process.send_signal(signal.SIGSTOP)
    async with asyncio.timeout(20):
        while len(await ids(log, OUTPUTS)) < 300:  # noqa: ASYNC110 (another process works)
            await asyncio.sleep(0.1)
    paused.process.send_signal(signal.SIGCONT)
    await log.append(drafts(100, keys=40, prefix="later-"))
    async with asyncio.timeout(20):
        while len(set(await ids(log, OUTPUTS))) < 400:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    everything = [f"out-{number}" for number in range(300)] + [f"out-later-{number}" for number in range(100)]
    assert await ids(log, OUTPUTS) == sorted(everything)


async def test_opening_a_partitions_producer_undoes_and_fences_the_one_before(
    store: KafkaStore, cluster: Cluster
) -> None:
    log = await store.open()
    connection, place = Connection(servers=cluster.bootstrap, limit=10), store.names.place(LINE, 0)
    message = store.names.message(a_draft("late", topic=OUTPUTS), store.clock.now())
    older = await Writer.open(connection, store.names.wire("g-line-0"))
    newer = await Writer.open(connection, store.names.wire("g-line-0"))
    with pytest.raises(ProducerFencedError):
        await older.transact([message], Consumed(store.names.wire("g"), place, 7))
    await older.aclose()
    await newer.aclose()
    assert await ids(log, OUTPUTS) == []
    assert await log.committed("g", LINE) == {}


async def test_a_member_that_keeps_its_name_comes_back_to_its_partitions_without_a_rebalance(
    store: KafkaStore, cluster: Cluster
) -> None:
    logs = [await store.open(member=name, session=_LONG) for name in ("one", "two")]
    async with logs[1].subscribe("g", [EVENTS]) as staying:
        async with logs[0].subscribe("g", [EVENTS]) as going:
            await settle_into([2, 2], going, staying)
            before = going.assigned(), staying.assigned()
        for again in (
            await store.open(member="one", session=_LONG),
            logs[0],
        ):  # a process started anew, and one that goes on
            async with again.subscribe("g", [EVENTS]) as back:
                await settle_into([2, 2], back, staying)
                assert (back.assigned(), staying.assigned()) == before


async def test_a_broker_that_goes_away_is_reported_in_time_and_found_again(store: KafkaStore) -> None:
    with running(1) as own:
        log = await KafkaLog.open(own.bootstrap, topics=TOPICS, limit=3)
        await log.append([a_draft("1", topic=LINE)])
        (broker,) = own.brokers
        broker.kill()
        began = time.monotonic()
        with pytest.raises(LogUnavailableError):
            await log.append([a_draft("2", topic=LINE)])
        assert time.monotonic() - began < 5
        broker.start()
        wait_until_ready(broker, 60)
        await log.append([a_draft("3", topic=LINE)])
        assert set(await ids(log, LINE)) >= {"1", "3"}
        await log.aclose()


async def test_without_a_broker_opening_says_so() -> None:
    with pytest.raises(LogUnavailableError, match=r"127\.0\.0\.1:1"):
        await KafkaLog.open("127.0.0.1:1", limit=2)


async def test_a_record_of_another_program_is_handed_out_as_no_fact_and_stops_nothing(
    store: KafkaStore, cluster: Cluster
) -> None:
    log = await store.open()
    place = store.names.place(LINE, 0)
    stranger = await Writer.open(Connection(servers=cluster.bootstrap, limit=10), store.names.wire("stranger"))
    await stranger.transact([Message(place, b"key", b"not ours", 1, ())])
    await stranger.aclose()
    await log.append([a_draft("1", topic=LINE)])
    async with log.subscribe("g", [LINE]) as member:
        types = [record.type for record in await consume(member)]
    assert types[0].startswith("no fact")
    assert types[1] == "test.happened.v1"


async def test_topics_that_differ_from_their_declaration_are_told_and_left_alone(
    store: KafkaStore, cluster: Cluster
) -> None:
    await store.open()
    for declared, told in (
        (Topic(LINE, 2, None), "partitions is 1, declared is 2"),
        (Topic(LINE, 1, None, is_compacted=True), "cleanup.policy is delete, declared is compact"),
        (Topic(EVENTS, 4, None), "retention.ms is 864000000, declared is -1"),
    ):
        with pytest.raises(TopicDriftError, match=f"{declared.name}: {told}"):
            await KafkaLog.open(cluster.bootstrap, topics=[declared], prefix=store.names.prefix, limit=10)
    await store.open()  # as it was


async def test_checking_topics_names_the_missing_ones_and_makes_none(store: KafkaStore) -> None:
    async with store.admin() as admin:
        for _ in range(2):
            with pytest.raises(TopicDriftError, match=f"{LINE}: partitions is 0, declared is 1"):
                await kafka_topics.check(admin, store.names)
        await kafka_topics.apply(admin, store.names)
        await kafka_topics.check(admin, store.names)


async def test_a_record_too_large_for_the_brokers_is_refused_without_harm_to_others(store: KafkaStore) -> None:
    log = await store.open()
    with pytest.raises(ValueError, match="bytes"):
        await log.append([a_draft("small"), a_draft("big", value=b"x" * LARGEST)])
    await log.append([a_draft("long", value=b"x" * (LARGEST // 2))])
    assert await ids(log, EVENTS) == ["long"]


async def test_a_closed_log_says_so(store: KafkaStore) -> None:
    log = await store.open()
    await log.aclose()
    with pytest.raises(LogUnavailableError, match="closed"):
        await log.append([a_draft("1")])
    with pytest.raises(LogUnavailableError, match="closed"):
        await log.ends(EVENTS)


async def test_a_client_that_starves_one_partition_while_others_go_on_is_found_out(
    store: KafkaStore, cluster: Cluster
) -> None:
    await store.open()
    log = await KafkaLog.open(cluster.bootstrap, topics=TOPICS, prefix=store.names.prefix, limit=3)
    store.opened.append(log)
    async with log.subscribe("g", [EVENTS]) as member:
        await settle([member], store.patience)
        assert isinstance(member, KafkaSubscription)
        client = member._reader._consumer
        client.pause(*(place for place in client.assignment() if place.partition == 2))  # as if it had forgotten it
        with pytest.raises(LogUnavailableError, match=rf"{EVENTS}\[2\] from 0 on, and gave none"):
            await _work_on(log, member)


async def _work_on(log: EventLog, member: Subscription) -> None:
    """Append and consume, again and again."""
    while True:
        await log.append(drafts(40, keys=40))
        await consume(member)
