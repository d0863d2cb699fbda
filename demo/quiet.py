"""Tells when all that a dispatch led to has been told, so that the demonstration shows the same on any machine."""

import asyncio
import time
from collections.abc import Callable, Mapping

from services.log_checks import READERS
from tocsin.log.base import EventLog
from tocsin.topics import TOPICS

_LOOK_EVERY = 0.1  # seconds; a stage's timers are looked at as often
_QUIET_LOOKS = 3  # in which nothing is written
_PATIENCE = 60.0  # seconds
_NUDGE_EVERY = 2.0  # seconds

Ends = Mapping[str, int]  # records by topic


class NeverQuietError(RuntimeError):
    """The stages did not come to rest: one of them must have stopped."""


async def come_to_rest(log: EventLog, articles: int, nudge: Callable[[], None]) -> None:
    """Wait until that many articles are in the log and every stage has read all and writes nothing more.

    ``nudge`` is called while articles are missing: a poll that began before they came ends without them.
    Raises NeverQuietError after a minute.
    """
    last, quiet, began = await _ends(log), 0, time.monotonic()
    next_nudge = began + _NUDGE_EVERY
    while quiet < _QUIET_LOOKS:
        await asyncio.sleep(_LOOK_EVERY)
        now = await _ends(log)
        is_here = now["tocsin.articles"] >= articles
        quiet = quiet + 1 if now == last and is_here and await _is_read(log, now) else 0
        last = now
        if time.monotonic() > began + _PATIENCE:
            raise NeverQuietError(f"the stages did not come to rest in {_PATIENCE:.0f} seconds, at {articles} articles")
        if not is_here and time.monotonic() > next_nudge:
            nudge()
            next_nudge += _NUDGE_EVERY


async def _is_read(log: EventLog, ends: Ends) -> bool:
    for group, topic in READERS:
        if sum((await log.committed(group, topic)).values()) < ends[topic]:
            return False
    return True


async def _ends(log: EventLog) -> Ends:
    return {topic.name: sum((await log.ends(topic.name)).values()) for topic in TOPICS}
