"""Grows a topic on Kafka in place, while nobody works on the log (docs/growing.md)."""

from collections.abc import Mapping
from datetime import datetime

from services.growth import name_of
from tocsin import codec
from tocsin.events import RecordDeadLettered, TopicGrown
from tocsin.log.base import EventLog
from tocsin.log.kafka_admin import Admin
from tocsin.log.kafka_names import Names
from tocsin.topics import Topic


class GrowthRefusedError(ValueError):
    """The topic was left as it is. The message says why, and what to do."""


async def grow(log: EventLog, admin: Admin, names: Names, topic: str, partitions: int, now: datetime) -> TopicGrown:
    """Give a topic more partitions, noting for the stages what was keyed to the old number.

    ``log`` and ``names`` have the topic with the partitions that it has until now. What was noted counts once the
    partitions are there, so after a crash in between the stages may go on as before, and this may be done again.
    Raises GrowthRefusedError, KeyError for an unknown topic.
    """
    _refuse_kind(names.topic(topic), partitions)
    readers = await _readers(admin, names, topic)
    for group, positions in readers.items():
        await _refuse_lag(log, topic, group, positions)
    ends = await log.ends(topic)
    grown = TopicGrown(
        at=now,
        name=name_of(topic, partitions),
        grown=topic,
        before=len(ends),
        after=partitions,
        ends=tuple(ends[number] for number in sorted(ends)),
        stages=tuple(sorted(group.removeprefix(names.prefix) for group in readers)),
    )
    await log.append([codec.draft(grown)])
    await admin.grow(names.wire(topic), partitions)
    return grown


def _refuse_kind(topic: Topic, partitions: int) -> None:
    if topic.is_compacted or topic.retention is not None:
        kept = "only the newest of each key" if topic.is_compacted else f"records for {topic.retention} only"
        raise GrowthRefusedError(f"{topic.name} keeps {kept}: a state could not be rebuilt from what is left")
    if topic.name == RecordDeadLettered.topic:
        raise GrowthRefusedError(f"{topic.name} has one partition, so that what is retried keeps its order")
    if partitions <= topic.partitions:
        raise GrowthRefusedError(f"{topic.name} has {topic.partitions} partitions: Kafka only adds to them")


async def _readers(admin: Admin, names: Names, topic: str) -> Mapping[str, Mapping[int, int]]:
    """Return the groups that read a topic, with their position in each partition.

    Raises GrowthRefusedError where any that reads the log has members: they may write under the old number.
    """
    log_places = [place for one in names.topics for place in names.places(one.name)]
    readers = {}
    for group, members in sorted((await admin.members()).items()):
        positions = await admin.committed(group, log_places)
        if positions and members:
            raise GrowthRefusedError(
                f"group {group} has {members} live members: stop every stage and consumer (a killed one counts until "
                "its session ends)"
            )
        here = {place.partition: position for place, position in positions.items() if place.topic == names.wire(topic)}
        if here:
            readers[group] = here
    return readers


async def _refuse_lag(log: EventLog, topic: str, group: str, positions: Mapping[int, int]) -> None:
    for partition, end in (await log.ends(topic)).items():
        start = positions.get(partition, 0)
        left = [record async for record in log.read(topic, partition, start, end)]
        if left:
            raise GrowthRefusedError(
                f"group {group} has not read {len(left)} records of {topic}[{partition}] from position {start} on: "
                "start it until it has read all"
            )
