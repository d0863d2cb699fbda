"""Facts of ``tocsin.feeds``: how each poll went and when the next is due."""

from tocsin.facts.base import Fact
from tocsin.vocabulary import Moment


class FeedPolled(Fact, frozen=True, kw_only=True):
    """A poll was answered; carries all that the next poll needs."""

    wire = "feed.polled.v1"
    topic = "tocsin.feeds"
    key = "feed_id"
    identity = ("feed_id", "at")

    feed_id: str
    status: int  # HTTP status
    new: int
    revised: int
    seen: int  # items in the answer; 0 for 304
    etag: str | None  # opaque, sent back to the letter (RFC 9110 section 8.8)
    last_modified: str | None
    interval: float  # seconds, the adaptive interval after this poll
    next_poll: Moment
    decoded_bytes: int
    notes: tuple[str, ...] = ()  # e.g. "3 items with unreadable dates"


class FeedFailed(Fact, frozen=True, kw_only=True):
    """A poll brought nothing usable; the feed stays scheduled."""

    wire = "feed.failed.v1"
    topic = "tocsin.feeds"
    key = "feed_id"
    identity = ("feed_id", "at")

    feed_id: str
    reason: str  # a short code such as "http_500", "timeout", "too_large", "private_address", "not_a_feed"
    detail: str
    failures: int  # in a row
    interval: float
    next_poll: Moment


class FeedMoved(Fact, frozen=True, kw_only=True):
    """A permanent redirect (301, 308): the new address is polled from now on."""

    wire = "feed.moved.v1"
    topic = "tocsin.feeds"
    key = "feed_id"
    identity = ("feed_id", "new_url")

    feed_id: str
    old_url: str
    new_url: str


class FeedGone(Fact, frozen=True, kw_only=True):
    """The publisher says that the feed is gone (410). It is asked again rarely, never forgotten."""

    wire = "feed.gone.v1"
    topic = "tocsin.feeds"
    key = "feed_id"
    identity = ("feed_id", "at")

    feed_id: str
    next_poll: Moment


class FeedSilent(Fact, frozen=True, kw_only=True):
    """A feed that usually publishes has brought nothing new for unusually long."""

    wire = "feed.silent.v1"
    topic = "tocsin.feeds"
    key = "feed_id"
    identity = ("feed_id", "since")

    feed_id: str
    since: Moment
    usual_gap: float  # seconds
