"""Records that a stage could not process: how they are kept whole, found again, and retried or discarded."""

import traceback
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, TypeVar

import msgspec

from services.partition import Standing
from tocsin import codec
from tocsin.events import RecordDeadLettered, RecordDiscarded, RecordRetried
from tocsin.log.base import Draft, EventLog, Record

S = TypeVar("S")
TOPIC = RecordDeadLettered.topic
Settlement = RecordRetried | RecordDiscarded


class SettledError(ValueError):
    """The dead letter was retried or discarded before."""


class NotFirstError(ValueError):
    """An earlier dead letter holds this one's key back: nothing can become of this one before that one."""


class LetterPlace(NamedTuple):
    """A dead letter by its stage and its record's place."""

    stage: str
    topic: str
    partition: int
    position: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.position}"


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter, and what became of it. ``correlation`` is its record's."""

    fact: RecordDeadLettered
    correlation: str
    settled: Settlement | None = None

    @property
    def place(self) -> LetterPlace:
        """The place that names it."""
        return _place(self.fact)


def retry_command(stage: str, topic: str, partition: int, position: int) -> str:
    """Return the command that calls ``retry`` for a dead letter."""
    return f"tocsin dead-letters retry {stage} {topic} {partition} {position}"


def of_failure(stage: str, record: Record, error: Exception) -> RecordDeadLettered:
    """Return the dead letter of a record whose decoding or decision raised."""
    trace = "".join(traceback.format_exception(error, limit=-20))
    return _letter(stage, record, f"{type(error).__name__}: {error}", trace)


def of_held_back(stage: str, record: Record, first: str) -> RecordDeadLettered:
    """Return the dead letter of a record that waits behind an earlier one with its key."""
    return _letter(stage, record, f"held back: record {first} with this key was dead-lettered before it", "")


def passed_over(stage: str, standing: Standing[S], record: Record) -> Standing[S] | None:
    """Return the standing after a record that only marks another as discarded; None for every other record.

    A mark that cannot be read is none: it is refused like any such record.
    """
    if record.type != RecordDiscarded.wire:
        return None
    try:
        mark = codec.decode(record)
    except codec.MalformedFactError:
        return None
    ours = mark.original_id if isinstance(mark, RecordDiscarded) and mark.stage == stage else None
    return standing.passed_over(record, ours)


async def letters(log: EventLog, stage: str | None = None) -> Sequence[Letter]:
    """Return all dead letters, or one stage's, by their records' places."""
    return sorted(await _letters(log, stage), key=lambda letter: letter.place[1:])


async def places(log: EventLog, stage: str, topic: str) -> frozenset[tuple[int, int]]:
    """Return partition and position of each record of a topic that a stage dead-lettered, whatever became of it."""
    found = [letter.place for letter in await _letters(log, stage)]
    return frozenset(place[2:] for place in found if place.topic == topic)


async def retry(log: EventLog, place: LetterPlace, by: str, now: datetime) -> int:
    """Append a dead letter's record to its topic again, and in order those held back behind it. Return how many.

    The stage takes each up where it comes by. Raises LookupError when there is no such dead letter, SettledError,
    NotFirstError.
    """
    return await _put_back(log, await _of_key(log, place), by, now)


async def discard(log: EventLog, place: LetterPlace, by: str, now: datetime) -> int:
    """Give a dead letter's record up, and retry those held back behind it. Return how many those are.

    A mark in the record's own topic lets its key go there; stages but the one that failed pass over it. Raises as
    ``retry`` does.
    """
    first, *behind = await _of_key(log, place)
    fact = codec.draft(_settle(RecordDiscarded, first, by, now), first.correlation)
    mark = msgspec.structs.replace(fact, topic=first.fact.original_topic)
    return await _put_back(log, behind, by, now, before=[fact, mark])


async def _put_back(
    log: EventLog, letters: Sequence[Letter], by: str, now: datetime, before: Sequence[Draft] = ()
) -> int:
    """Append all or nothing: a crash leaves no record both retried and still to be retried."""
    records = {letter.fact.original_id: _original(letter) for letter in letters}
    facts = [codec.draft(_settle(RecordRetried, letter, by, now), letter.correlation) for letter in letters]
    await log.append([*before, *records.values(), *facts])
    return len(records)


async def _of_key(log: EventLog, place: LetterPlace) -> Sequence[Letter]:
    """Return a dead letter and those held back behind it, in the order in which their records first came."""
    all_letters = await _letters(log, place.stage)
    named = next((letter for letter in all_letters if letter.place == place), None)
    if named is None:
        raise LookupError(f"stage {place.stage} has no dead letter from {place}")
    if named.settled is not None:
        raise SettledError(f"the dead letter from {place} {told(named.settled)}")
    same_key = [
        letter
        for letter in all_letters
        if (letter.place.topic, letter.fact.original_key) == (place.topic, named.fact.original_key)
    ]
    came = {letter.fact.original_id: number for number, letter in reversed(list(enumerate(same_key)))}
    waiting = [letter for letter in same_key if letter.settled is None]
    waiting.sort(key=lambda letter: came[letter.fact.original_id])
    if waiting[0].fact.original_id != named.fact.original_id:
        raise NotFirstError(f"the dead letter from {place} waits behind {waiting[0].place}: name that one first")
    return waiting


def told(settled: Settlement) -> str:
    """Say what became of a dead letter."""
    what = "retried" if isinstance(settled, RecordRetried) else "discarded"
    return f"was {what} by {settled.by}, {settled.at:%Y-%m-%d %H:%M} UTC"


def _settle(kind: type[Settlement], letter: Letter, by: str, now: datetime) -> Settlement:
    return kind(
        at=now,
        stage=letter.fact.stage,
        original_topic=letter.fact.original_topic,
        original_partition=letter.fact.original_partition,
        original_position=letter.fact.original_position,
        original_key=letter.fact.original_key,
        original_id=letter.fact.original_id,
        by=by,
    )


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
        put_back=retry_command(stage, record.topic, record.partition, record.position),
    )


def _as_text(value: bytes) -> tuple[str, bool]:
    try:
        return value.decode(), False
    except UnicodeDecodeError:
        return b64encode(value).decode(), True


def _original(letter: Letter) -> Draft:
    fact = letter.fact
    return Draft(
        topic=fact.original_topic,
        key=fact.original_key,
        id=fact.original_id,
        type=fact.original_type,
        source="tocsin/" + fact.original_topic.removeprefix("tocsin."),
        time=fact.at,
        correlation=letter.correlation,
        value=b64decode(fact.value) if fact.is_base64 else fact.value.encode(),
    )


async def _letters(log: EventLog, stage: str | None) -> Sequence[Letter]:
    """Return dead letters in the order of the log, which for one key is that of their parking."""
    found: dict[LetterPlace, Letter] = {}
    settled: dict[LetterPlace, Settlement] = {}
    for partition in range(await log.partitions(TOPIC)):
        async for record in log.read(TOPIC, partition, 0):
            fact = codec.decode(record)
            if isinstance(fact, RecordDeadLettered) and stage in (None, fact.stage):
                found[_place(fact)] = Letter(fact, record.correlation)
            elif isinstance(fact, Settlement):
                settled[_place(fact)] = fact
    return [_with(letter, settled) for letter in found.values()]


def _with(letter: Letter, settled: Mapping[LetterPlace, Settlement]) -> Letter:
    return Letter(letter.fact, letter.correlation, settled.get(letter.place))


def _place(fact: RecordDeadLettered | Settlement) -> LetterPlace:
    return LetterPlace(fact.stage, fact.original_topic, fact.original_partition, fact.original_position)
