"""What ingest remembers of a feed: when to ask again, what to send along, and the items it knows."""

from datetime import datetime

import msgspec

from ingest.document import Item

VERSION = "1"  # of both states' forms


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An item that was shown. ``shown`` is as the feed had it last; its text is dropped some time after it left.

    ``left`` is when the item was first missing from the document; None while it is there.
    """

    article_id: str
    shown: Item
    digest: str  # of title and text as shown
    revision: int = 1
    first_seen: datetime
    left: datetime | None = None
    is_elsewhere: bool = False  # another feed of the publisher showed it first and speaks for it
    is_withdrawn: bool = False
    page_text: str = ""  # digest of the page's text where the article has it
    page_checks: int = 0  # looks at the page after publication
    page_misses: int = 0  # of those, 404 in a row


class Items(msgspec.Struct, frozen=True, kw_only=True):
    """The feed's items by identity."""

    known: dict[str, Known] = {}


class Rhythm(msgspec.Struct, frozen=True, kw_only=True):
    """The feed's schedule and validators. Intervals are seconds."""

    url: str  # as configured when this was written: another one in the catalogue starts the rhythm anew
    moved_to: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    interval: float
    next_poll: datetime
    failures: int = 0
    is_gone: bool = False
    last_new: datetime | None = None  # the last poll that brought something new
    usual_gap: float = 0.0
    arrivals: int = 0  # polls that brought something new
    silent_since: datetime | None = None


class FeedState(msgspec.Struct, frozen=True, kw_only=True):
    """All that is remembered of one feed."""

    rhythm: Rhythm
    items: Items = Items()


def rhythm_name(feed_id: str) -> str:
    """Return the name of the snapshot that holds a feed's rhythm."""
    return f"ingest/{feed_id}"


def items_name(feed_id: str) -> str:
    """Return the name of the snapshot that holds a feed's items."""
    return f"ingest/{feed_id}/items"
