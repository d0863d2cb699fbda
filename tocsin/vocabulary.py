"""Values that facts are made of: articles, announcements, claimed times, relations.

The families, acts and slots are those of the labelling guidelines; docs/events.md explains them for consumers.
Every datetime is timezone-aware UTC. Decoding (``tocsin.codec``) validates; constructors do not.
"""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

Moment = Annotated[datetime, msgspec.Meta(tz=True)]  # decoding refuses one without a time zone
Family = Literal["ceasefire", "siege", "ultimatum"]
Act = Literal[
    "urged",
    "proposed",
    "declared",
    "agreed",
    "in_force",
    "extended",
    "amended",
    "rejected",
    "violated",
    "ended",
    "denied",
]
RelationName = Literal["supersedes", "contradicts"]
Kind = Literal["replaces", "extends", "amends", "ends", "renews", "rejects", "denies", "violates", "conflicts"]
Status = Literal[
    "none",
    "called_for",
    "offered",
    "agreed",
    "declared",
    "in_force",
    "refused",
    "broken",
    "ended",
    "denied",
    "expired",
]
DateNote = Literal["given", "missing", "unreadable", "future", "implausible"]


class Value(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A value inside a fact: compared by content, never changed; so none ever refers to itself (``gc``)."""


class Article(Value, frozen=True, kw_only=True):
    """One news item as we know it, in one revision.

    ``published`` is the publisher's time; a missing, unreadable or future date is clamped to ``observed`` and
    ``published_note`` says why. It is None only in replayed files whose date is unknown: then no relative time
    in the text may be resolved. ``published_raw`` keeps what the feed said, to the letter.
    """

    id: str
    feed_id: str
    source: str  # the outlet's name, for people
    publisher: str  # family of outlets that count as one source, e.g. "reuters.com"
    url: str
    title: str
    text: str  # plain text, paragraphs separated by newlines; may be empty
    lang: str  # ISO 639-1, lower case; "und" when unknown
    published: Moment | None
    published_raw: str | None = None
    published_note: DateNote = "given"
    observed: Moment  # first seen by us, this revision
    revision: int = 1
    guid: str | None = None
    text_from: Literal["feed", "page"] = "feed"


class ArticleRef(Value, frozen=True, kw_only=True):
    """What later stages need of an article without its text.

    ``fingerprint`` is a MinHash signature of the text (unsigned 32-bit integers, same length within one
    detector version; empty when the text is too short to compare).
    """

    id: str
    source: str
    publisher: str
    url: str
    title: str
    published: Moment | None
    observed: Moment
    revision: int = 1
    fingerprint: tuple[int, ...] = ()


class Change(Value, frozen=True, kw_only=True):
    """One field of an article that an edit changed."""

    field: str
    before: str
    after: str


class Place(Value, frozen=True, kw_only=True, omit_defaults=True):
    """A place name in its short canonical form, with its ISO 3166 alpha-2 country.

    ``within`` names what holds it below its country, tightest first: Tariq al-Bab lies in ("Aleppo",). Facts written
    before there was such a field, and places of which nothing is known, have none.
    """

    name: str
    country: str
    within: tuple[str, ...] = ()


class ClaimedTime(Value, frozen=True, kw_only=True):
    """A time that an announcement claims, as exact as the text made it.

    ``local`` is ISO 8601 at the text's own grain: ``2016-11-04`` or ``2016-11-04T19:00`` (wall time of ``zone``;
    with an offset only where the text gave one). ``earliest`` and ``latest`` bound the same time in UTC:
    a date alone spans its whole day in ``zone``. ``assumption`` says what the reader must know to doubt it.
    """

    text: str  # the words it was read from
    local: str
    zone: str | None  # IANA name
    earliest: Moment
    latest: Moment
    assumption: str = ""


#: The note of a breach that its issuer lays to its target, rather than one that is told as the issuer's own.
ACCUSATION = "an accusation: the issuer says it of the target"


class Evidence(Value, frozen=True, kw_only=True):
    """Why the detector read an announcement as it did."""

    trigger: str  # the words that opened the clause analysis
    clause: str  # the clause that was analysed
    rule: str  # name of the rule that chose the act
    lexicon: tuple[str, ...] = ()  # entries used, as "table:entry"
    notes: tuple[str, ...] = ()  # alternatives that lost, assumptions


class Announcement(Value, frozen=True, kw_only=True):
    """One publicly reported act or state about a measure, as one article tells it."""

    id: str
    article_id: str
    family: Family
    act: Act
    issuer: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    place: tuple[Place, ...] = ()
    theatre: str  # ISO alpha-2 country that orders it in the log; "XX" when nothing tells
    start: ClaimedTime | None = None
    end: ClaimedTime | None = None
    deadline: ClaimedTime | None = None
    is_background: bool = False
    quote: str  # copied exactly from the article
    attribution: str | None = None  # who is quoted as saying so, where not the issuer
    confidence: float = 1.0  # 0..1
    evidence: Evidence | None = None


class Statement(Value, frozen=True, kw_only=True):
    """An announcement together with the article that carries it."""

    announcement: Announcement
    article: ArticleRef


class Step(Value, frozen=True, kw_only=True):
    """One line of a storyline's history, oldest first."""

    at: Moment  # published, or observed where unknown
    act: Act
    issuer: tuple[str, ...]
    quote: str
    announcement_id: str
    article_id: str
    source: str
    is_background: bool


class SourceLine(Value, frozen=True, kw_only=True):
    """An outlet that reported an announcement, with its link."""

    source: str
    publisher: str
    url: str
    article_id: str
    is_copy: bool = False  # a syndicated near-duplicate: does not count as independent


class State(Value, frozen=True, kw_only=True):
    """What holds on a storyline at one moment."""

    status: Status
    terms: str = ""  # window or deadline in words, empty when none is known
    since: Moment | None = None
