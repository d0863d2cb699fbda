"""Facts of ``tocsin.snapshots`` and ``tocsin.dead-letters``: what the stages keep for themselves."""

import msgspec

from tocsin.facts.base import Fact


class SnapshotTaken(Fact, frozen=True, kw_only=True):
    """A stage's state after a position, so that a restart folds only the tail. The topic keeps the newest per key."""

    wire = "snapshot.taken.v1"
    topic = "tocsin.snapshots"
    key = "name"
    identity = ("name", "position", "at")

    name: str  # "stage/topic/partition", or "stage/feed-id"
    position: int  # next position to read after this state; 0 where the stage reads no topic
    version: str  # version of the state's form: another one is not read
    state: msgspec.Raw  # JSON of the stage's own state type; a string where it is compressed (tocsin.packing)
    partitions: int = 0  # how many the topic had: a state is of no use once its keys moved; 0 where it reads none
    # Keys held back by a dead letter: the ids to retry, in order.
    parked: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class TopicGrown(Fact, frozen=True, kw_only=True):
    """A topic was given more partitions, so that keys moved. Kept with the snapshots, for ever.

    Counts once the topic has ``after`` partitions: it is written before they are made.
    """

    wire = "topic.grown.v1"
    topic = "tocsin.snapshots"
    key = "name"
    identity = ("name", "at")

    name: str  # "growth/topic/after"
    grown: str  # the topic
    before: int  # partitions until then
    after: int  # partitions from then on
    ends: tuple[int, ...]  # of each partition until then: what lies before was keyed to the old number
    stages: tuple[str, ...]  # consumer groups that had read all of it


class RecordDeadLettered(Fact, frozen=True, kw_only=True):
    """A record that a stage could not process, kept whole so that it can be retried."""

    wire = "record.dead-lettered.v1"
    topic = "tocsin.dead-letters"
    key = "original_key"
    identity = ("stage", "original_topic", "original_partition", "original_position")

    stage: str
    original_topic: str
    original_partition: int
    original_position: int
    original_key: str
    original_id: str
    original_type: str
    value: str  # the record's JSON, or base64 where it is not UTF-8
    is_base64: bool = False
    error: str
    traceback: str = ""
    put_back: str  # the command that retries it


class _DeadLetterSettled(Fact, frozen=True, kw_only=True):
    """What became of a dead letter, which its place names."""

    topic = "tocsin.dead-letters"
    key = "original_key"
    identity = ("stage", "original_topic", "original_partition", "original_position")

    stage: str
    original_topic: str
    original_partition: int
    original_position: int
    original_key: str
    original_id: str
    by: str  # who decided it


class RecordRetried(_DeadLetterSettled, frozen=True, kw_only=True):
    """A dead letter's record was appended to its topic again. If it fails again, a new dead letter says so."""

    wire = "record.retried.v1"


class RecordDiscarded(_DeadLetterSettled, frozen=True, kw_only=True):
    """A dead letter's record was given up. Stands in the record's own topic too: from there on its key goes on."""

    wire = "record.discarded.v1"
