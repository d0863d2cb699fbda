"""What is known of the feeds that are polled: brought back from the log, and moved on by each poll that was written."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from ingest.catalogue import Feed
from ingest.decide import start
from ingest.state import VERSION, FeedState, Items, Rhythm, items_name, rhythm_name
from tocsin.codec import decode
from tocsin.events import ArticlePublished, ArticleRevised, Fact, SnapshotTaken
from tocsin.log.base import EventLog, Record

T = TypeVar("T")


class Memory:
    """The states of some feeds, all of a publisher's among them, and which feed speaks for an article of several."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._states: dict[str, FeedState] = {}
        self._owners: dict[str, str] = {}  # article id -> the feed that speaks for it

    async def recall(self, feeds: Sequence[Feed], now: datetime) -> list[FeedState]:
        """Return the states of some feeds, from the log where one is not known or its feed has another address now."""
        new = [feed for feed in feeds if not self._is_known(feed)]
        if new:
            for feed, state in zip(new, await restore(self._log, new, now), strict=True):
                self._states[feed.id] = state
                for item in state.items.known.values():
                    if not item.is_elsewhere:
                        self._owners.setdefault(item.article_id, feed.id)
        return [self._states[feed.id] for feed in feeds]

    def _is_known(self, feed: Feed) -> bool:
        return feed.id in self._states and self._states[feed.id].rhythm.url == feed.url

    def taken_from(self, feed: Feed) -> Callable[[str], bool]:
        """Return what tells whether another feed speaks for an article id."""
        return lambda article: self._owners.get(article, feed.id) != feed.id

    def claim(self, feed: Feed, facts: Sequence[Fact]) -> list[str]:
        """Note the feed as the one that speaks for its articles; two feeds may be decided while one is written.

        Return the articles that are new to it, for ``disclaim``.
        """
        ids = [fact.article.id for fact in facts if isinstance(fact, ArticlePublished | ArticleRevised)]
        new = [article for article in ids if article not in self._owners]
        self._owners.update(dict.fromkeys(new, feed.id))
        return new

    def disclaim(self, articles: Sequence[str]) -> None:
        """Undo a claim: its poll was not written."""
        for article in articles:
            del self._owners[article]

    def keep(self, feed: Feed, after: FeedState) -> None:
        """Move a feed's state on, once that is written.

        It speaks no more for articles that it has forgotten: else nobody would, and the notes would only grow.
        """
        before, self._states[feed.id] = self._states[feed.id], after
        forgotten = before.items.known.keys() - after.items.known.keys()
        kept = {item.article_id for item in after.items.known.values()} if forgotten else set()
        for article in {before.items.known[identity].article_id for identity in forgotten} - kept:
            if self._owners.get(article) == feed.id:
                del self._owners[article]


async def restore(log: EventLog, feeds: Sequence[Feed], now: datetime) -> list[FeedState]:
    """Return the newest state of each feed; that of a new feed where there is none.

    With a new address in the catalogue a feed is asked at once and without the old validators; its items stay.
    """
    names = [name_of(feed.id) for feed in feeds for name_of in (rhythm_name, items_name)]
    records = await log.latest_of("tocsin.snapshots", names)
    return [_state(records, feed, now) for feed in feeds]


def _state(records: Mapping[str, Record], feed: Feed, now: datetime) -> FeedState:
    rhythm = _decoded(records.get(rhythm_name(feed.id)), Rhythm)
    if rhythm is None or rhythm.url != feed.url:
        rhythm = start(feed, now).rhythm
    return FeedState(rhythm=rhythm, items=_decoded(records.get(items_name(feed.id)), Items) or Items())


def _decoded(record: Record | None, kind: type[T]) -> T | None:
    if record is None:
        return None
    fact = decode(record)
    if not isinstance(fact, SnapshotTaken) or fact.version != VERSION:
        return None
    return msgspec.json.decode(fact.state, type=kind)
