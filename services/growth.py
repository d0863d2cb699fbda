"""How a topic grew, and what a partition of it must be told anew: the records whose keys have their home there now.

Kafka puts a key in one of ``n`` partitions; with another ``n`` most keys go elsewhere, while what was written stays.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace

from tocsin import codec
from tocsin.events import TopicGrown
from tocsin.log.base import EventLog, Record


@dataclass(frozen=True, slots=True)
class Layout:
    """A topic's partitions as one stage sees them: how many, and how there came to be so many (oldest growth first)."""

    partitions: int
    growths: Sequence[TopicGrown] = ()

    def floor(self, partition: int) -> int:
        """Return the position of a partition from which on all its keys are at home in it."""
        ends = self.growths[-1].ends if self.growths else ()
        return ends[partition] if partition < len(ends) else 0


def name_of(topic: str, partitions: int) -> str:
    """Return the key under which it is kept how a topic grew to some number of partitions."""
    return f"growth/{topic}/{partitions}"


async def layout(log: EventLog, topic: str, stage: str) -> Layout:
    """Return a topic's layout for a stage. What grew before the stage first read it does not concern the stage."""
    partitions = await log.partitions(topic)
    growths: list[TopicGrown] = []
    before = partitions
    while (grown := await _growth(log, topic, before)) and stage in grown.stages:
        growths.insert(0, grown)
        before = grown.before
    return Layout(partitions, tuple(growths))


async def moved_here(log: EventLog, topic: str, partition: int, layout: Layout) -> AsyncIterator[Record]:
    """Yield what was written before the newest growth under keys that are at home in a partition now.

    Each key's records come in their order; those of several keys in the order in which they were recorded.
    """
    starts: dict[int, int] = {}
    for grown in layout.growths:
        spans = [log.read(topic, number, starts.get(number, 0), end) for number, end in enumerate(grown.ends)]
        async for record in _by_time(spans):
            if await log.home(topic, record.key) == partition:
                yield record
        starts = dict(enumerate(grown.ends))


async def _by_time(sources: Sequence[AsyncIterator[Record]]) -> AsyncIterator[Record]:
    heads = []
    for number, source in enumerate(sources):
        first = await anext(source, None)
        if first is not None:
            heads.append((first.recorded, number, first))
    heapify(heads)
    while heads:
        _, number, record = heads[0]
        yield record
        following = await anext(sources[number], None)
        if following is None:
            heappop(heads)
        else:
            heapreplace(heads, (following.recorded, number, following))


async def _growth(log: EventLog, topic: str, partitions: int) -> TopicGrown | None:
    record = await log.latest(TopicGrown.topic, name_of(topic, partitions))
    grown = codec.decode(record) if record else None
    return grown if isinstance(grown, TopicGrown) else None
