"""The log's topics: how many partitions each has, how long it keeps records, and which keep only the newest per key."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic. ``retention`` None keeps for ever; ``is_compacted`` keeps the newest record of each key."""

    name: str
    partitions: int
    retention: timedelta | None
    is_compacted: bool = False


TOPICS: tuple[Topic, ...] = (
    Topic("tocsin.articles", 6, timedelta(days=365)),
    Topic("tocsin.announcements", 6, None),
    Topic("tocsin.alerts", 6, None),
    Topic("tocsin.deliveries", 6, timedelta(days=365)),
    Topic("tocsin.feeds", 3, timedelta(days=90)),
    Topic("tocsin.commands", 3, None),
    Topic("tocsin.snapshots", 3, None, is_compacted=True),
    Topic("tocsin.dead-letters", 1, None),
)


def topic_named(name: str) -> Topic:
    """Return the topic of that name; KeyError names the known ones."""
    for topic in TOPICS:
        if topic.name == name:
            return topic
    raise KeyError(f"no topic {name!r}; known: {', '.join(t.name for t in TOPICS)}")
