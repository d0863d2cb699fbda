"""Brings a feed's state back from the log after a restart."""

from datetime import datetime
from typing import TypeVar

import msgspec

from ingest.catalogue import Feed
from ingest.decide import start
from ingest.state import VERSION, FeedState, Items, Rhythm, items_name, rhythm_name
from tocsin.codec import decode
from tocsin.events import SnapshotTaken
from tocsin.log.base import EventLog

T = TypeVar("T")


async def restore(log: EventLog, feed: Feed, now: datetime) -> FeedState:
    """Return the feed's newest state; that of a new feed where there is none.

    With a new address in the catalogue the feed is asked at once and without the old validators; its items stay.
    """
    items = await _newest(log, items_name(feed.id), Items)
    rhythm = await _newest(log, rhythm_name(feed.id), Rhythm)
    if rhythm is None or rhythm.url != feed.url:
        rhythm = start(feed, now).rhythm
    return FeedState(rhythm=rhythm, items=items or Items())


async def _newest(log: EventLog, name: str, kind: type[T]) -> T | None:
    record = await log.latest("tocsin.snapshots", name)
    if record is None:
        return None
    fact = decode(record)
    if not isinstance(fact, SnapshotTaken) or fact.version != VERSION:
        return None
    return msgspec.json.decode(fact.state, type=kind)
