"""Every fact that the log may hold: the one place to import them from.

A fact is named in the past tense and never changes. Its class says its wire name with version, its topic, the
field whose value is the record key (which orders it) and the fields whose content makes its id, so that doing the
same work twice writes the same ids. ``at`` is when the fact came about (UTC), as the stage that states it knows it;
the log adds its own recorded time.
"""

from tocsin.facts.alerts import (
    Alert,
    AlertAcknowledged,
    AlertRaised,
    AlertSuppressed,
    AlertWithdrawn,
    DeadlineNear,
    DeadlinePassed,
    StorylineMerged,
    StorylineSilenced,
    StorylineUpdated,
    told_by,
)
from tocsin.facts.announcements import AnnouncementDetected, AnnouncementRetracted, StorylineReviewed
from tocsin.facts.articles import ArticlePublished, ArticleRevised, ArticleWithdrawn
from tocsin.facts.base import Fact
from tocsin.facts.commands import AcknowledgementGiven, ReviewGiven, SessionOpened, SessionRefused, SilenceSet
from tocsin.facts.deliveries import DeliveryAttempted, DeliveryFailed, DeliveryGivenUp, DeliveryMade, DeliveryQueued
from tocsin.facts.feeds import FeedFailed, FeedGone, FeedMoved, FeedPolled, FeedSilent
from tocsin.facts.upkeep import RecordDeadLettered, RecordDiscarded, RecordRetried, SnapshotTaken, TopicGrown

FACTS: tuple[type[Fact], ...] = (
    ArticlePublished,
    ArticleRevised,
    ArticleWithdrawn,
    AnnouncementDetected,
    AnnouncementRetracted,
    StorylineReviewed,
    AlertRaised,
    AlertSuppressed,
    AlertAcknowledged,
    AlertWithdrawn,
    StorylineSilenced,
    StorylineUpdated,
    StorylineMerged,
    DeadlinePassed,
    DeadlineNear,
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
    SessionOpened,
    SessionRefused,
    SnapshotTaken,
    TopicGrown,
    RecordDeadLettered,
    RecordRetried,
    RecordDiscarded,
)

__all__ = [
    "FACTS",
    "AcknowledgementGiven",
    "Alert",
    "AlertAcknowledged",
    "AlertRaised",
    "AlertSuppressed",
    "AlertWithdrawn",
    "AnnouncementDetected",
    "AnnouncementRetracted",
    "ArticlePublished",
    "ArticleRevised",
    "ArticleWithdrawn",
    "DeadlineNear",
    "DeadlinePassed",
    "DeliveryAttempted",
    "DeliveryFailed",
    "DeliveryGivenUp",
    "DeliveryMade",
    "DeliveryQueued",
    "Fact",
    "FeedFailed",
    "FeedGone",
    "FeedMoved",
    "FeedPolled",
    "FeedSilent",
    "RecordDeadLettered",
    "RecordDiscarded",
    "RecordRetried",
    "ReviewGiven",
    "SessionOpened",
    "SessionRefused",
    "SilenceSet",
    "SnapshotTaken",
    "StorylineMerged",
    "StorylineReviewed",
    "StorylineSilenced",
    "StorylineUpdated",
    "TopicGrown",
    "told_by",
]
