"""What a request brought: expected outcomes are values, whatever the server did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """One document to get. Validators are opaque: sent back to the letter (RFC 9110 section 8.8).

    ``allow_private`` opens the private network to this address and to redirects that a private server sends; once
    a redirect has led to a public address, no later one may lead back in.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Freshness:
    """How long the server wants us to wait, in seconds from the answer; None where it says nothing."""

    max_age: float | None = None
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body came whole. ``permanent_url`` is where permanent redirects (301, 308) led, else the asked address."""

    url: str
    permanent_url: str
    status: int
    content_type: str
    body: bytes
    etag: str | None = None
    last_modified: str | None = None
    freshness: Freshness = Freshness()


@dataclass(frozen=True, slots=True)
class NotModified:
    """304: what we have is current. Validators are those to send next time."""

    etag: str | None = None
    last_modified: str | None = None
    freshness: Freshness = Freshness()


@dataclass(frozen=True, slots=True)
class Failed:
    """Nothing usable came. ``reason`` is a short code, ``detail`` is for people and holds no credentials."""

    reason: str
    detail: str
    status: int | None = None
    freshness: Freshness = Freshness()


Answer = Fetched | NotModified | Failed
