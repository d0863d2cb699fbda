"""The declared topics against what the brokers have: what is missing is made, what differs is told, nothing altered."""

from collections.abc import Sequence

import msgspec

from tocsin.log.kafka import LARGEST_STATE
from tocsin.log.kafka_admin import Admin, Description
from tocsin.log.kafka_names import Names, largest
from tocsin.topics import Topic


class TopicDriftError(RuntimeError):
    """Topics on the brokers differ from the declared ones. Only a person can say which side is right."""


class NoTopicsError(TopicDriftError):
    """Topics are missing, and nothing else is wrong: ``apply`` makes them."""


class Drift(msgspec.Struct, frozen=True):
    """One setting of one topic that is not as declared."""

    topic: str
    setting: str
    declared: str
    found: str

    def __str__(self) -> str:
        return f"{self.topic}: {self.setting} is {self.found}, declared is {self.declared}"


class Plan(msgspec.Struct, frozen=True):
    """What ``apply`` would make, and what it would refuse over."""

    missing: tuple[Topic, ...]
    drift: tuple[Drift, ...]


async def plan(admin: Admin, names: Names, *, replication: int | None = None) -> Plan:
    """Compare, changing nothing. ``replication`` None leaves the number of replicas to whoever made the topics."""
    found = await admin.describe([names.wire(topic.name) for topic in names.topics])
    there = [(topic, found[wire]) for topic in names.topics if (wire := names.wire(topic.name)) in found]
    present = {topic.name for topic, _ in there}
    return Plan(
        missing=tuple(topic for topic in names.topics if topic.name not in present),
        drift=tuple(drift for topic, description in there for drift in drifts(topic, description, replication)),
    )


async def apply(admin: Admin, names: Names, *, replication: int | None = None) -> Plan:
    """Make what is missing and return what was found before. Raises TopicDriftError, having made nothing, on drift.

    ``replication`` None leaves the number of replicas to the brokers' default; from three on, a write needs all but
    one of them.
    """
    found = await plan(admin, names, replication=replication)
    if found.drift:
        raise TopicDriftError(_told(found.drift))
    for topic in found.missing:
        await admin.create(
            names.wire(topic.name), topic.partitions, replication or -1, settings(topic, replication) | tuning(topic)
        )
    return found


async def check(admin: Admin, names: Names, *, replication: int | None = None) -> None:
    """Raise NoTopicsError when topics are only missing, TopicDriftError when one differs."""
    found = await plan(admin, names, replication=replication)
    missing = tuple(Drift(topic.name, "partitions", str(topic.partitions), "0") for topic in found.missing)
    if found.drift:
        raise TopicDriftError(_told(missing + found.drift))
    if missing:
        raise NoTopicsError(_told(missing))


def settings(topic: Topic, replication: int | None = None) -> dict[str, str]:
    """Return a topic's settings as the brokers name them."""
    chosen = {
        "cleanup.policy": "compact" if topic.is_compacted else "delete",
        "retention.ms": str(int(topic.retention.total_seconds() * 1000)) if topic.retention else "-1",
        "max.message.bytes": str(largest(topic)),
    }
    if replication and replication >= 3:
        chosen["min.insync.replicas"] = str(replication - 1)
    return chosen


def tuning(topic: Topic) -> dict[str, str]:
    """Return what a topic is made with beside its settings, and operators may change as they like.

    A segment is compacted once it is full, and whoever starts reads all that is not.
    """
    return {"segment.bytes": str(LARGEST_STATE), "min.cleanable.dirty.ratio": "0.1"} if topic.is_compacted else {}


def drifts(topic: Topic, found: Description, replication: int | None = None) -> list[Drift]:
    """Return how a topic differs from its declaration."""
    declared = {"partitions": str(topic.partitions), **settings(topic, replication)}
    there = {"partitions": str(found.partitions), **found.settings}
    if replication:
        declared, there = declared | {"replicas": str(replication)}, there | {"replicas": str(found.replicas)}
    return [
        Drift(topic.name, setting, value, there.get(setting, "not set"))
        for setting, value in declared.items()
        if there.get(setting) != value
    ]


def _told(drift: Sequence[Drift]) -> str:
    return "the brokers' topics are not as declared; nothing was changed. " + "; ".join(str(one) for one in drift)
