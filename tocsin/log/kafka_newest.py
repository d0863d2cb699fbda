"""Where the newest record of each key stands: brokers keep no index of a compacted topic's keys."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Set

from tocsin.log.base import Record

Partition = tuple[str, int]


class Newest:
    """An index by key: each partition is read once, when first asked for, and then followed.

    It keeps positions and no records, for snapshots are large, and most are asked for once.
    """

    def __init__(
        self,
        ends: Callable[[str], Awaitable[Mapping[int, int]]],
        read: Callable[[str, int, int, int], AsyncIterator[Record]],
    ) -> None:
        """Take the log's own ``ends`` and ``read``."""
        self._ends = ends
        self._read = read
        self._next: dict[Partition, int] = defaultdict(int)
        self._positions: dict[Partition, dict[str, int]] = defaultdict(dict)
        self._lock = asyncio.Lock()  # the stages of a process start together: one reads, the others wait for it

    async def find(self, place: Partition, keys: Set[str]) -> dict[str, Record]:
        """Return the newest records of some keys; those without one are absent."""
        async with self._lock:
            found = await self._follow(place, keys)
        positions = self._positions[place]
        known = {key: positions[key] for key in keys - found.keys() if key in positions}
        if known:
            async for record in self._read(*place, min(known.values()), max(known.values()) + 1):
                if known.get(record.key) == record.position:
                    found[record.key] = record
        gone = known.keys() - found.keys()
        if gone:  # compaction was quicker: newer records came meanwhile
            self._positions[place] = {key: at for key, at in positions.items() if key not in gone}
            found |= await self.find(place, gone)
        return found

    async def _follow(self, place: Partition, keys: Set[str]) -> dict[str, Record]:
        """Read what came since the last time; return what was new of some keys."""
        topic, partition = place
        end, found = (await self._ends(topic))[partition], dict[str, Record]()
        async for record in self._read(topic, partition, self._next[place], end):
            self._positions[place][record.key] = record.position
            if record.key in keys:
                found[record.key] = record
        self._next[place] = end
        return found
