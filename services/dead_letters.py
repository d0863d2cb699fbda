"""Records that a stage could not process: how they are kept whole, found again and put back."""

import traceback
from base64 import b64decode, b64encode
from collections.abc import Sequence

from tocsin import codec
from tocsin.events import RecordDeadLettered
from tocsin.log.base import Draft, EventLog, Record

TOPIC = RecordDeadLettered.topic


def put_back_command(stage: str, topic: str, partition: int, position: int) -> str:
    """Return the command that calls ``put_back`` for a dead letter."""
    return f"tocsin dead-letters put-back {stage} {topic} {partition} {position}"


def of_failure(stage: str, record: Record, error: Exception) -> RecordDeadLettered:
    """Return the dead letter of a record whose decoding or decision raised."""
    trace = "".join(traceback.format_exception(error, limit=-20))
    return _letter(stage, record, f"{type(error).__name__}: {error}", trace)


def of_held_back(stage: str, record: Record, first: str) -> RecordDeadLettered:
    """Return the dead letter of a record that waits behind an earlier one with its key."""
    return _letter(stage, record, f"held back: record {first} with this key was dead-lettered before it", "")


async def letters(log: EventLog, stage: str | None = None) -> Sequence[RecordDeadLettered]:
    """Return all dead letters, or one stage's, by their records' places."""
    found = [letter for _, letter in await _letters(log, stage)]
    return sorted(found, key=lambda one: (one.original_topic, one.original_partition, one.original_position))


async def positions(log: EventLog, stage: str, topic: str, partition: int) -> frozenset[int]:
    """Return the positions of one partition whose records a stage dead-lettered."""
    return frozenset(
        letter.original_position
        for letter in await letters(log, stage)
        if letter.original_topic == topic and letter.original_partition == partition
    )


async def put_back(log: EventLog, stage: str, topic: str, partition: int, position: int) -> int:
    """Append a dead letter's record to its topic again, and in order those held back behind it. Return how many.

    The stage takes each up where it comes by; one that was put back before does no harm, for ids come from content.
    Raises LookupError when the stage has no dead letter from that place.
    """
    wanted = [
        (record, letter)
        for record, letter in await _letters(log, stage)
        if (letter.original_topic, letter.original_partition) == (topic, partition)
        and letter.original_position >= position
    ]
    first = next((letter for _, letter in wanted if letter.original_position == position), None)
    if first is None:
        raise LookupError(f"stage {stage} has no dead letter from {topic}[{partition}]@{position}")
    drafts = [_original(record, letter) for record, letter in wanted if letter.original_key == first.original_key]
    once = list({draft.id: draft for draft in drafts}.values())
    await log.append(once)
    return len(once)


def _letter(stage: str, record: Record, error: str, trace: str) -> RecordDeadLettered:
    value, is_base64 = _as_text(record.value)
    return RecordDeadLettered(
        at=record.time,  # the log's recorded time says when it was parked; a replay must give the same letter
        stage=stage,
        original_topic=record.topic,
        original_partition=record.partition,
        original_position=record.position,
        original_key=record.key,
        original_id=record.id,
        original_type=record.type,
        value=value,
        is_base64=is_base64,
        error=error,
        traceback=trace,
        put_back=put_back_command(stage, record.topic, record.partition, record.position),
    )


def _as_text(value: bytes) -> tuple[str, bool]:
    try:
        return value.decode(), False
    except UnicodeDecodeError:
        return b64encode(value).decode(), True


def _original(record: Record, letter: RecordDeadLettered) -> Draft:
    return Draft(
        topic=letter.original_topic,
        key=letter.original_key,
        id=letter.original_id,
        type=letter.original_type,
        source="tocsin/" + letter.original_topic.removeprefix("tocsin."),
        time=letter.at,
        correlation=record.correlation,
        value=b64decode(letter.value) if letter.is_base64 else letter.value.encode(),
    )


async def _letters(log: EventLog, stage: str | None) -> Sequence[tuple[Record, RecordDeadLettered]]:
    found = []
    for partition in range(await log.partitions(TOPIC)):
        async for record in log.read(TOPIC, partition, 0):
            letter = codec.decode(record)
            if isinstance(letter, RecordDeadLettered) and stage in (None, letter.stage):
                found.append((record, letter))
    return sorted(found, key=lambda pair: pair[1].original_position)
