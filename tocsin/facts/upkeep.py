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
    state: msgspec.Raw  # JSON of the stage's own state type
    # Keys held back by a dead letter: the ids to retry, in order.
    parked: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


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
