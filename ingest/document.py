"""What reading brought: a feed's items and wishes, an article page's text. Values that cross to worker processes."""

from datetime import datetime

import msgspec


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """One item as the feed shows it. Texts are plain; ``dated`` is the feed's date in UTC where it could be read."""

    guid: str = ""
    link: str = ""  # absolute where the feed allows it
    title: str = ""
    text: str = ""
    lang: str = ""
    date_raw: str | None = None
    dated: datetime | None = None


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """One feed document. ``skip_hours`` are UTC hours in which not to ask (RSS 2.0)."""

    items: tuple[Item, ...] = ()
    ttl: float | None = None  # seconds: the longest of ttl and sy:updatePeriod/updateFrequency
    skip_hours: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """The article on a web page; ``text`` is empty where none could be found."""

    text: str = ""
    lang: str = ""


class ReadFeed(msgspec.Struct, frozen=True, kw_only=True, tag="feed"):
    """Work for a reader process: a feed document's bytes. The answer is a Document."""

    body: bytes
    content_type: str
    url: str


class ReadPage(msgspec.Struct, frozen=True, kw_only=True, tag="page"):
    """Work for a reader process: an article page's bytes. The answer is a Page."""

    body: bytes
    content_type: str
    url: str


class Unreadable(msgspec.Struct, frozen=True, kw_only=True, tag="unreadable"):
    """The work could not be done. ``reason`` is a short code such as "not_a_feed", "parse_timeout"."""

    reason: str
    detail: str
