"""How far each consumer group has come, looked up every few seconds: what the log itself tells of its readers."""

import asyncio
from collections import deque
from datetime import datetime
from typing import NamedTuple

import structlog

from services.dashboard.views.values import StageReport, TopicSize
from services.pauses import pause
from tocsin.clock import Clock, SystemClock
from tocsin.log.base import EventLog, LogUnavailableError
from tocsin.topics import TOPICS

#: The groups that work on the log, and what each reads.
GROUPS = (
    ("detect", "tocsin.articles"),
    ("relate", "tocsin.announcements"),
    ("review", "tocsin.commands"),
    ("deliver", "tocsin.alerts"),
    ("command", "tocsin.commands"),
    ("outbox", "tocsin.deliveries"),
)
_EVERY = 5.0  # seconds, real time
_REMEMBERED = 60  # looks: five minutes


class _Look(NamedTuple):
    at: datetime
    done: int


class Gauge:
    """The newest report of each group and topic."""

    def __init__(self, log: EventLog, clock: Clock) -> None:
        self._log, self._clock = log, clock
        self._looks: dict[str, deque[_Look]] = {}
        self.stages: tuple[StageReport, ...] = ()
        self.topics: tuple[TopicSize, ...] = ()

    async def run(self, stop: asyncio.Event) -> None:
        """Look until ``stop`` is set."""
        while not stop.is_set():
            try:
                await self.look()
            except (LogUnavailableError, TimeoutError) as error:
                structlog.get_logger().warning("the log's readers cannot be looked up", error=str(error))
            await pause(SystemClock(), _EVERY, stop)

    async def look(self) -> None:
        """Look once."""
        self.stages = tuple([await self._stage(group, topic) for group, topic in GROUPS])
        self.topics = tuple([await self._size(topic.name) for topic in TOPICS])

    async def _stage(self, group: str, topic: str) -> StageReport:
        ends, done = await self._log.ends(topic), await self._log.committed(group, topic)
        behind = {part: max(end - done.get(part, 0), 0) for part, end in ends.items()}
        ages = [await self._age(topic, part, done.get(part, 0), ends[part]) for part in behind if behind[part]]
        return StageReport(
            group=group,
            topic=topic,
            partitions=len(ends),
            behind=sum(behind.values()) if any(ages) else 0,  # what is left may be no record (``EventLog.ends``)
            lag=max(ages, default=0.0),
            per_minute=self._rate(group, sum(done.values())),
        )

    async def _age(self, topic: str, partition: int, start: int, end: int) -> float:
        """Return how long ago the oldest record between two positions was appended, in seconds; 0 for none."""
        start = max(start, (await self._log.starts(topic))[partition])
        async for record in self._log.read(topic, partition, start, min(start + 200, end)):
            return max((self._clock.now() - record.recorded).total_seconds(), 0.001)
        return 0.0

    def _rate(self, group: str, done: int) -> float:
        looks = self._looks.setdefault(group, deque(maxlen=_REMEMBERED))
        looks.append(_Look(self._clock.now(), done))
        seconds = (looks[-1].at - looks[0].at).total_seconds()
        return max(looks[-1].done - looks[0].done, 0) / seconds * 60 if seconds > 0 else 0.0

    async def _size(self, topic: str) -> TopicSize:
        starts, ends = await self._log.starts(topic), await self._log.ends(topic)
        return TopicSize(
            topic=topic, partitions=len(ends), records=sum(max(end - starts.get(p, 0), 0) for p, end in ends.items())
        )
