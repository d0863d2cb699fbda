"""The log's topics and records in the brokers' terms, and back."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from tocsin.codec import MalformedFactError, from_headers, headers
from tocsin.log.base import Draft, Record
from tocsin.log.kafka import LARGEST, LARGEST_STATE, Message, Place, partition_of
from tocsin.topics import Topic

_HEADERS = 65_536  # bytes left for a record's key and headers
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Names:
    """Topics by name. ``prefix`` stands before every name on the brokers, so that several logs may share them."""

    def __init__(self, topics: Sequence[Topic], prefix: str = "") -> None:
        self.topics = tuple(topics)
        self.prefix = prefix
        self._by_name = {topic.name: topic for topic in topics}

    def topic(self, name: str) -> Topic:
        """Return a topic. Raises KeyError for an unknown one."""
        try:
            return self._by_name[name]
        except KeyError:
            raise KeyError(f"no topic {name!r}; known: {', '.join(self._by_name)}") from None

    def wire(self, name: str) -> str:
        """Return a group's, a producer's or a topic's name on the brokers."""
        return self.prefix + name

    def place(self, topic: str, partition: int) -> Place:
        """Return a partition as the brokers know it. Raises KeyError for an unknown topic or partition."""
        if not 0 <= partition < self.topic(topic).partitions:
            raise KeyError(f"{topic} has no partition {partition}")
        return Place(self.wire(topic), partition)

    def places(self, topic: str) -> list[Place]:
        """Return all partitions of a topic."""
        return [Place(self.wire(topic), number) for number in range(self.topic(topic).partitions)]

    def home(self, topic: str, key: str) -> Place:
        """Return the partition of a key."""
        return Place(self.wire(topic), partition_of(key.encode(), self.topic(topic).partitions))

    def plain(self, place: Place) -> tuple[str, int]:
        """Return a partition under the log's own name for its topic."""
        return place.topic.removeprefix(self.prefix), place.partition

    def message(self, draft: Draft, recorded: datetime) -> Message:
        """Return a record's wire form, in the partition of its key.

        Raises KeyError for an unknown topic, ValueError for a record that the brokers would never take: trying that
        again helps nobody.
        """
        limit = largest(self.topic(draft.topic))
        if len(draft.value) > limit - _HEADERS:
            raise ValueError(f"{draft.type} {draft.id} has {len(draft.value)} bytes; {draft.topic} takes {limit}")
        place = self.home(draft.topic, draft.key)
        return Message(place, draft.key.encode(), draft.value, (recorded - _EPOCH) // _MILLISECOND, headers(draft))

    def record(self, message: Message) -> Record:
        """Return the record of a message.

        A message that is not ours (its CloudEvents headers are missing) still becomes a record, of no known type:
        whoever decodes it will refuse that one record, where an error here would stop the partition.
        """
        topic, partition = self.plain(message.place)
        recorded = _EPOCH + message.timestamp * _MILLISECOND
        key = message.key.decode(errors="replace")
        try:
            draft = from_headers(message.headers, topic, key, message.value)
        except MalformedFactError as error:
            place = f"{topic}[{partition}]@{message.offset}"
            draft = _foreign(topic, key, message.value, place, str(error), recorded)
        return Record(partition=partition, position=message.offset, recorded=recorded, **msgspec.structs.asdict(draft))


def largest(topic: Topic) -> int:
    """Return how many bytes a record of a topic may have."""
    return LARGEST_STATE if topic.is_compacted else LARGEST


def _foreign(topic: str, key: str, value: bytes, place: str, trouble: str, time: datetime) -> Draft:
    return Draft(
        topic=topic, key=key, id=place, type=f"no fact ({trouble})", source="", time=time, correlation="", value=value
    )
