"""Every fact that the log may hold, one class each.

A fact is named in the past tense and never changes. Its class says its wire name with version, its topic, the
field whose value is the record key (which orders it) and the fields whose content makes its id, so that doing the
same work twice writes the same ids. ``at`` is when the fact came about (UTC), as the stage that states it knows it;
the log adds its own recorded time.
"""

from datetime import datetime
from typing import ClassVar, Literal

import msgspec

from tocsin.vocabulary import (
    Announcement,
    Article,
    ArticleRef,
    Change,
    Family,
    Kind,
    RelationName,
    SourceLine,
    State,
    Statement,
    Step,
)


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """What all facts share. ``key`` and ``identity`` are dotted paths into the fact's fields."""

    wire: ClassVar[str]
    topic: ClassVar[str]
    key: ClassVar[str]
    identity: ClassVar[tuple[str, ...]]
    about: ClassVar[str] = ""  # path to the article that it all started from; empty: whoever states it knows

    at: datetime


# --- tocsin.articles -------------------------------------------------------------------------------------------------


class ArticlePublished(Fact, frozen=True, kw_only=True):
    """A feed showed an item for the first time."""

    wire = "article.published.v1"
    topic = "tocsin.articles"
    key = "article.id"
    identity = ("article.id",)
    about = "article.id"

    article: Article


class ArticleRevised(Fact, frozen=True, kw_only=True):
    """A known item changed; ``article`` is the whole new revision and ``changes`` what differs from the last."""

    wire = "article.revised.v1"
    topic = "tocsin.articles"
    key = "article.id"
    identity = ("article.id", "article.revision", "changes")
    about = "article.id"

    article: Article
    changes: tuple[Change, ...]


class ArticleWithdrawn(Fact, frozen=True, kw_only=True):
    """The publisher took an item back."""

    wire = "article.withdrawn.v1"
    topic = "tocsin.articles"
    key = "article_id"
    identity = ("article_id", "reason")
    about = "article_id"

    article_id: str
    reason: Literal["kill_notice", "not_found", "gone"]
    notice: str = ""


# --- tocsin.announcements --------------------------------------------------------------------------------------------


class AnnouncementDetected(Fact, frozen=True, kw_only=True):
    """The detector read an announcement in an article."""

    wire = "announcement.detected.v1"
    topic = "tocsin.announcements"
    key = "announcement.theatre"
    identity = ("announcement.id",)
    about = "article.id"

    announcement: Announcement
    article: ArticleRef
    detector: str  # build and lexicon versions, e.g. "0.1.0/en-1a2b3c4d"


class AnnouncementRetracted(Fact, frozen=True, kw_only=True):
    """An article that carried the announcement was revised without it, or withdrawn."""

    wire = "announcement.retracted.v1"
    topic = "tocsin.announcements"
    key = "theatre"
    identity = ("announcement_id", "revision")
    about = "article_id"

    announcement_id: str
    article_id: str
    theatre: str
    revision: int  # the article revision that no longer carries it; 0 when the article was withdrawn
    reason: Literal["revised", "withdrawn"]


# --- tocsin.alerts ---------------------------------------------------------------------------------------------------


class AlertRaised(Fact, frozen=True, kw_only=True):
    """A new announcement supersedes or contradicts an earlier one."""

    wire = "alert.raised.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("alert_id",)
    about = "later.article.id"

    alert_id: str
    storyline_id: str
    storyline: str  # its name for people, e.g. "ceasefire, Aleppo"
    theatre: str
    family: Family
    relation: RelationName
    kind: Kind
    row: str  # id of the row of the relation table that fired
    reason: str  # that row's reason, in words
    headline: str  # what changed, in one sentence
    later: Statement
    earlier: Statement
    before: State
    after: State
    sources: tuple[SourceLine, ...]
    independent: int  # publishers that report the later announcement, copies not counted
    steps: tuple[Step, ...]  # the storyline's last steps, oldest first
    confidence: float
    corrects: str | None = None  # id of an alert that this one corrects


class AlertSuppressed(Fact, frozen=True, kw_only=True):
    """Something that would have alerted was held back, with the reason."""

    wire = "alert.suppressed.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("storyline_id", "announcement_id", "earlier_id", "reason", "destination")

    storyline_id: str
    announcement_id: str
    earlier_id: str | None
    alert_id: str | None = None
    reason: str  # a short code such as "repeat_violation", "silenced", "low_confidence"
    detail: str = ""
    destination: str = ""  # empty when held back for everyone


class AlertAcknowledged(Fact, frozen=True, kw_only=True):
    """A person took note of an alert: repeats stop."""

    wire = "alert.acknowledged.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("alert_id", "user")

    alert_id: str
    storyline_id: str
    user: str


class DeadlinePassed(Fact, frozen=True, kw_only=True):
    """A claimed deadline or window edge was reached without the outcome that would have settled it."""

    wire = "deadline.passed.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("alert_id",)
    about = "statement.article.id"

    alert_id: str
    storyline_id: str
    storyline: str
    theatre: str
    family: Family
    edge: Literal["deadline", "start", "end"]
    due: datetime
    headline: str  # e.g. "Deadline passed, no acceptance seen: …"
    statement: Statement
    before: State
    steps: tuple[Step, ...]


# --- tocsin.deliveries -----------------------------------------------------------------------------------------------


class DeliveryQueued(Fact, frozen=True, kw_only=True):
    """An alert is owed to a destination. The outbox is the fold of these less what was delivered or given up."""

    wire = "delivery.queued.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat")

    alert_id: str
    storyline_id: str
    channel: str  # "terminal", "slack", "email", "webhook"
    destination: str  # the configured destination's name, never its secret address
    route: str
    due: datetime
    repeat: int = 0
    alert: AlertRaised | DeadlinePassed


class DeliveryAttempted(Fact, frozen=True, kw_only=True):
    """A send is about to start. Without a later outcome the send is in doubt and is made again."""

    wire = "delivery.attempted.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat", "attempt")

    alert_id: str
    channel: str
    destination: str
    repeat: int = 0
    attempt: int


class DeliveryMade(Fact, frozen=True, kw_only=True):
    """The channel took the alert. ``receipt`` is what it answered (Message-ID, Slack ts, HTTP status)."""

    wire = "delivery.delivered.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat")

    alert_id: str
    storyline_id: str
    channel: str
    destination: str
    repeat: int = 0
    attempt: int
    receipt: str
    thread: str | None = None  # where later updates of this storyline go (Slack parent ts, e-mail Message-ID)


class DeliveryFailed(Fact, frozen=True, kw_only=True):
    """A send did not succeed and will be tried again at ``retry_at``."""

    wire = "delivery.failed.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat", "attempt")

    alert_id: str
    channel: str
    destination: str
    repeat: int = 0
    attempt: int
    reason: str
    retry_at: datetime


class DeliveryGivenUp(Fact, frozen=True, kw_only=True):
    """A send will not be tried again: refused for good, or retried past its limit."""

    wire = "delivery.given-up.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat")

    alert_id: str
    channel: str
    destination: str
    repeat: int = 0
    attempt: int
    reason: str


# --- tocsin.feeds ----------------------------------------------------------------------------------------------------


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
    next_poll: datetime
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
    next_poll: datetime


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
    next_poll: datetime


class FeedSilent(Fact, frozen=True, kw_only=True):
    """A feed that usually publishes has brought nothing new for unusually long."""

    wire = "feed.silent.v1"
    topic = "tocsin.feeds"
    key = "feed_id"
    identity = ("feed_id", "since")

    feed_id: str
    since: datetime
    usual_gap: float  # seconds


# --- tocsin.commands -------------------------------------------------------------------------------------------------


class AcknowledgementGiven(Fact, frozen=True, kw_only=True):
    """A person acknowledged an alert."""

    wire = "command.acknowledge.v1"
    topic = "tocsin.commands"
    key = "storyline_id"
    identity = ("alert_id", "user")

    storyline_id: str
    alert_id: str
    user: str


class SilenceSet(Fact, frozen=True, kw_only=True):
    """A person silenced a storyline until a time."""

    wire = "command.silence.v1"
    topic = "tocsin.commands"
    key = "storyline_id"
    identity = ("storyline_id", "user", "at")

    storyline_id: str
    until: datetime
    user: str
    reason: str = ""


class ReviewGiven(Fact, frozen=True, kw_only=True):
    """A person confirmed or rejected an alert, or said that two storylines are one."""

    wire = "command.review.v1"
    topic = "tocsin.commands"
    key = "storyline_id"
    identity = ("storyline_id", "alert_id", "verdict", "user", "at")

    storyline_id: str
    verdict: Literal["confirm", "reject", "merge"]
    user: str
    alert_id: str | None = None
    merge_into: str | None = None
    note: str = ""


# --- tocsin.snapshots, tocsin.dead-letters ---------------------------------------------------------------------------


class SnapshotTaken(Fact, frozen=True, kw_only=True):
    """A stage's state after a position, so that a restart folds only the tail. The topic keeps the newest per key."""

    wire = "snapshot.taken.v1"
    topic = "tocsin.snapshots"
    key = "name"
    identity = ("name", "position", "at")

    name: str  # "stage/topic/partition", or "stage/feed-id"
    position: int  # next position to read after this state; 0 where the stage reads no topic
    version: str  # version of the state's form: another one is not read
    state: msgspec.Raw  # JSON of the stage's own state type
    parked: dict[str, tuple[str, ...]] = {}  # keys held back by a dead letter: the ids to put back, in order


class RecordDeadLettered(Fact, frozen=True, kw_only=True):
    """A record that a stage could not process, kept whole so that it can be put back."""

    wire = "record.dead-lettered.v1"
    topic = "tocsin.dead-letters"
    key = "original_key"
    identity = ("stage", "original_topic", "original_partition", "original_position")

    stage: str
    original_topic: str
    original_partition: int
    original_position: int
    original_key: str
    original_id: str
    original_type: str
    value: str  # the record's JSON, or base64 where it is not UTF-8
    is_base64: bool = False
    error: str
    traceback: str = ""
    put_back: str  # the command that puts it back


FACTS: tuple[type[Fact], ...] = (
    ArticlePublished,
    ArticleRevised,
    ArticleWithdrawn,
    AnnouncementDetected,
    AnnouncementRetracted,
    AlertRaised,
    AlertSuppressed,
    AlertAcknowledged,
    DeadlinePassed,
    DeliveryQueued,
    DeliveryAttempted,
    DeliveryMade,
    DeliveryFailed,
    DeliveryGivenUp,
    FeedPolled,
    FeedFailed,
    FeedMoved,
    FeedGone,
    FeedSilent,
    AcknowledgementGiven,
    SilenceSet,
    ReviewGiven,
    SnapshotTaken,
    RecordDeadLettered,
)
