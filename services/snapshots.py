"""Snapshots of a stage's state, and its restoring from the newest one plus the tail of the log."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from services import dead_letters, growth
from services.growth import Layout
from services.partition import Standing
from tocsin import codec
from tocsin.events import Fact, SnapshotTaken
from tocsin.log.base import EventLog, Record, TruncatedError
from tocsin.packing import pack, unpack
from tocsin.stage import StageCore

S = TypeVar("S")
Skipped = frozenset[tuple[int, int]]  # partitions and positions of dead letters
Decide = Callable[[S, Fact, datetime], Awaitable[tuple[S, Sequence[Fact]]]]


def take(
    core: StageCore[S], topic: str, partition: int, standing: Standing[S], at: datetime, partitions: int
) -> SnapshotTaken:
    """Return the snapshot of where a partition stands, of ``partitions`` that its topic has."""
    return SnapshotTaken(
        at=at,
        name=name_of(core.name, topic, partition),
        position=standing.position,
        version=core.version,
        state=pack(standing.state),
        partitions=partitions,
        parked=dict(standing.parked),
    )


def name_of(stage: str, topic: str, partition: int) -> str:
    """Return the name under which a partition's snapshots are kept."""
    return f"{stage}/{topic}/{partition}"


async def restore(
    log: EventLog, core: StageCore[S], topic: str, partition: int, decide: Decide[S], layout: Layout | None = None
) -> Standing[S]:
    """Return where the partition stood at its committed position: newest snapshot, then the tail, outputs dropped.

    After the topic grew, what lay before under the keys that are at home here now counts as read, and without a newer
    snapshot is folded first. ``layout`` is looked up where it is not given. Raises TruncatedError, saying what to do,
    when retention deleted a part of the tail.
    """
    layout = layout or await growth.layout(log, topic, core.name)
    committed = (await log.committed(core.name, topic)).get(partition)
    if committed is None and not layout.growths:
        return Standing(core.initial(), position=(await log.starts(topic))[partition])
    floor = layout.floor(partition)
    committed = max(committed or 0, floor)
    skipped = await dead_letters.places(log, core.name, topic)
    standing = await _from_snapshot(log, core, topic, partition, committed, layout)
    if standing is None:
        standing = Standing(core.initial())
        async for record in growth.moved_here(log, topic, partition, layout):
            standing = await _fold(core, standing, record, skipped, decide)
        standing = replace(standing, position=floor)
    try:
        async for record in log.read(topic, partition, standing.position, committed):
            standing = await _fold(core, standing, record, skipped, decide)
    except TruncatedError as error:
        raise TruncatedError(_advice(core, topic, partition, standing.position, error)) from error
    return replace(standing, position=committed)


async def _from_snapshot(
    log: EventLog, core: StageCore[S], topic: str, partition: int, committed: int, layout: Layout
) -> Standing[S] | None:
    record = await log.latest(SnapshotTaken.topic, name_of(core.name, topic, partition))
    snapshot = codec.decode(record) if record else None
    if not isinstance(snapshot, SnapshotTaken) or snapshot.version != core.version or snapshot.position > committed:
        return None
    if layout.growths and snapshot.partitions != layout.partitions:
        return None
    return Standing(unpack(snapshot.state, core.state_type), snapshot.position, snapshot.parked)


async def _fold(
    core: StageCore[S], standing: Standing[S], record: Record, skipped: Skipped, decide: Decide[S]
) -> Standing[S]:
    if (record.partition, record.position) in skipped:
        return standing.dead_lettered(record)
    if (passed := dead_letters.passed_over(core.name, standing, record)) is not None:
        return passed
    fact = codec.decode(record)
    state, _ = await decide(standing.state, fact, fact.at)
    return standing.decided(record, state)


def _advice(core: StageCore[S], topic: str, partition: int, position: int, error: TruncatedError) -> str:
    return (
        f"stage {core.name} cannot rebuild its state for {topic}[{partition}] from position {position}: {error}. "
        f"Its newest snapshot is missing or of another version than {core.version!r}, and retention deleted the "
        "records in between. Run the build that wrote the snapshot once so that it writes a newer one, or raise the "
        "topic's retention and restore the log from a backup."
    )
