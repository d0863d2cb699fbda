"""Topics and groups as the brokers keep them: made, described, and asked for positions."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, Self

import msgspec
from aiokafka import TopicPartition
from aiokafka import errors as kafka_errors
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from tocsin.log.base import LogUnavailableError
from tocsin.log.kafka import Connection, Place, cut_off, our_errors, until
from tocsin.log.kafka_trouble import why_closed

_KEPT = "offsets.retention.minutes"
_AGAIN = 0.1  # seconds between questions while the brokers are not ready to answer


class Description(msgspec.Struct, frozen=True):
    """A topic as the brokers have it. ``replicas`` are those of its least replicated partition."""

    partitions: int
    replicas: int
    settings: Mapping[str, str]


class Admin:
    """Administers topics; asks for groups' positions."""

    def __init__(self, connection: Connection, client: Any) -> None:
        """Use ``Admin.open``."""
        self._limit = connection.limit
        self._client = client

    @classmethod
    async def open(cls, connection: Connection) -> Self:
        """Connect."""
        client = AIOKafkaAdminClient(**connection.common)
        admin = cls(connection, client)
        try:
            with our_errors(f"connecting to the brokers at {connection.servers}"):
                async with asyncio.timeout(connection.limit):
                    await client.start()
        except LogUnavailableError as error:
            await admin.aclose()
            raise LogUnavailableError(f"no broker lets us in: {await why_closed(connection)}") from error
        except BaseException:
            await admin.aclose()
            raise
        return admin

    async def create(self, topic: str, partitions: int, replication: int, settings: Mapping[str, str]) -> None:
        """Make a topic, unless another did meanwhile; return once each partition has a leader.

        ``replication`` -1 leaves it to the brokers.
        """
        # aiokafka takes -1 only beside an empty assignment, and anything else only beside none.
        assignment: dict[int, list[int]] | None = {} if replication == -1 else None
        wanted = NewTopic(topic, partitions, replication, assignment, dict(settings))
        with our_errors(f"making the topic {topic}"):
            async with asyncio.timeout(self._limit):
                answer = await self._client.create_topics([wanted])
                for _, code, *_message in answer.topic_errors:
                    error = kafka_errors.for_code(code)
                    if error not in (kafka_errors.NoError, kafka_errors.TopicAlreadyExistsError):
                        raise error(*_message)
                await until(lambda: self._is_led(topic, partitions), every=_AGAIN)

    async def grow(self, topic: str, partitions: int) -> None:
        """Give a topic more partitions; return once each has a leader. What is there stays where it is."""
        with our_errors(f"growing the topic {topic}"):
            async with asyncio.timeout(self._limit):
                await self._client.create_partitions({topic: NewPartitions(partitions)})
                await until(lambda: self._is_led(topic, partitions), every=_AGAIN)

    async def members(self) -> dict[str, int]:
        """Return how many live members each consumer group has, of all groups that the brokers know."""
        with our_errors("asking for consumer groups"):
            async with asyncio.timeout(self._limit):
                names = sorted({group for group, *_ in await self._client.list_consumer_groups()})
                return {name: await self._members(name) for name in names}

    async def _members(self, group: str) -> int:
        # One group a request: aiokafka 0.14 reads a version 3 answer as version 2, which holds for the first group.
        (answer,) = await self._client.describe_consumer_groups([group])
        ((code, *_, members),) = answer.groups
        if code:
            raise kafka_errors.for_code(code)
        return len(members)

    async def describe(self, topics: Sequence[str]) -> dict[str, Description]:
        """Return what the brokers have of these topics; those that they have not are absent."""
        with our_errors("describing topics"):
            async with asyncio.timeout(self._limit):
                found = await self._described(topics)
                settings = await self._settings([topic["topic"] for topic in found])
        return {topic["topic"]: _description(topic["partitions"], settings[topic["topic"]]) for topic in found}

    async def positions_kept(self) -> timedelta:
        """Return how long the brokers remember a group's positions once the group stands still."""
        with our_errors("asking for the brokers' settings"):
            async with asyncio.timeout(self._limit):
                (broker, *_) = (await self._client.describe_cluster())["brokers"]
                wanted = ConfigResource(ConfigResourceType.BROKER, str(broker["node_id"]))
                (answer,) = await self._client.describe_configs([wanted])
        minutes = next(entry[1] for *_, entries in answer.resources for entry in entries if entry[0] == _KEPT)
        return timedelta(minutes=int(minutes))

    async def _is_led(self, topic: str, partitions: int) -> bool:
        found = await self._described([topic])
        led = [partition for one in found for partition in one["partitions"] if partition["leader"] >= 0]
        return len(led) >= partitions

    async def _described(self, topics: Sequence[str]) -> list[Any]:
        return [topic for topic in await self._client.describe_topics(list(topics)) if topic["error_code"] == 0]

    async def _settings(self, topics: Sequence[str]) -> dict[str, dict[str, str]]:
        if not topics:
            return {}
        wanted = [ConfigResource(ConfigResourceType.TOPIC, topic) for topic in topics]
        (answer,) = await self._client.describe_configs(wanted)
        return {name: {entry[0]: entry[1] for entry in entries} for *_, name, entries in answer.resources}

    async def committed(self, group: str, places: Collection[Place]) -> dict[Place, int]:
        """Return a group's positions; partitions where it never committed are absent.

        An answer that leaves a partition out is an error that aiokafka does not report (a coordinator that is still
        loading): taking it for "never committed" would read everything again, so it is asked for again.
        """
        wanted = [TopicPartition(*place) for place in places]
        with our_errors(f"asking for the positions of {group}"):
            async with asyncio.timeout(self._limit):
                while (found := await self._offsets(group, wanted)) is None:  # noqa: ASYNC110 (brokers tell nobody)
                    await asyncio.sleep(_AGAIN)
        return {Place(*place): offset for place, offset in found.items() if offset >= 0}

    async def _offsets(self, group: str, wanted: list[TopicPartition]) -> dict[TopicPartition, int] | None:
        try:
            found = await self._client.list_consumer_group_offsets(group, partitions=wanted)
        except kafka_errors.KafkaError as error:
            if not error.retriable:
                raise
            return None
        if any(place not in found for place in wanted):
            return None
        return {place: found[place].offset for place in wanted}

    async def delete_before(self, positions: Mapping[Place, int]) -> None:
        """Delete what lies before some positions, as the brokers' retention does."""
        with our_errors("deleting records"):
            async with asyncio.timeout(self._limit):
                await self._client.delete_records(
                    {TopicPartition(*place): RecordsToDelete(position) for place, position in positions.items()}
                )

    async def aclose(self) -> None:
        """Disconnect."""
        await cut_off(self._client)


def _description(partitions: Sequence[Any], settings: Mapping[str, str]) -> Description:
    return Description(len(partitions), min(len(partition["replicas"]) for partition in partitions), settings)
