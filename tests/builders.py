"""Builders of facts and their values with sensible defaults: a test names only what it is about.

The newswire they tell of is made up; the places are real.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec

from tocsin.events import (
    AcknowledgementGiven,
    AlertAcknowledged,
    AlertRaised,
    AlertSuppressed,
    AnnouncementDetected,
    AnnouncementRetracted,
    ArticlePublished,
    ArticleRevised,
    ArticleWithdrawn,
    DeadlinePassed,
    DeliveryAttempted,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryMade,
    DeliveryQueued,
    Fact,
    FeedFailed,
    FeedGone,
    FeedMoved,
    FeedPolled,
    FeedSilent,
    RecordDeadLettered,
    ReviewGiven,
    SilenceSet,
    SnapshotTaken,
    StorylineSilenced,
)
from tocsin.vocabulary import (
    Announcement,
    Article,
    ArticleRef,
    Change,
    ClaimedTime,
    Evidence,
    Place,
    SourceLine,
    State,
    Statement,
    Step,
)

T = TypeVar("T")

#: When the tests' news happens, unless a test says otherwise: a Thursday.
NOON = datetime(2016, 11, 3, 12, 0, tzinfo=UTC)
ALEPPO = Place(name="Aleppo", country="SY")


def _build(kind: type[T], defaults: Mapping[str, object], overrides: Mapping[str, object]) -> T:
    """Return the value, refusing overrides that it has no field for (a typo would test nothing)."""
    unknown = overrides.keys() - {field.name for field in msgspec.structs.fields(kind)}  # type: ignore[arg-type]
    if unknown:
        raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{**defaults, **overrides})


# --- values ----------------------------------------------------------------------------------------------------------


def an_article(**overrides: Any) -> Article:
    """Return the first revision of an article, published and observed at noon."""
    defaults = {
        "id": "a1",
        "feed_id": "wire",
        "source": "Example Wire",
        "publisher": "wire.example",
        "url": "https://wire.example/news/1",
        "title": "Pause in Aleppo announced",
        "text": "The army announced a ten-hour pause in Aleppo on Friday.",
        "lang": "en",
        "published": NOON,
        "published_raw": "Thu, 03 Nov 2016 12:00:00 GMT",
        "observed": NOON,
        "guid": "wire-1",
    }
    return _build(Article, defaults, overrides)


def an_article_ref(**overrides: Any) -> ArticleRef:
    """Return what later stages see of ``an_article()``."""
    defaults = {
        "id": "a1",
        "source": "Example Wire",
        "publisher": "wire.example",
        "url": "https://wire.example/news/1",
        "title": "Pause in Aleppo announced",
        "published": NOON,
        "observed": NOON,
    }
    return _build(ArticleRef, defaults, overrides)


def a_place(name: str = "Aleppo", country: str = "SY") -> Place:
    """Return a place."""
    return Place(name=name, country=country)


def a_claimed_time(**overrides: Any) -> ClaimedTime:
    """Return 19:00 on Friday 4 November 2016 in Aleppo (17:00 UTC)."""
    moment = datetime(2016, 11, 4, 17, 0, tzinfo=UTC)
    defaults = {
        "text": "7 p.m. on Friday",
        "local": "2016-11-04T19:00",
        "zone": "Asia/Damascus",
        "earliest": moment,
        "latest": moment,
    }
    return _build(ClaimedTime, defaults, overrides)


def an_evidence(**overrides: Any) -> Evidence:
    """Return the evidence of ``an_announcement()``."""
    defaults = {
        "trigger": "pause",
        "clause": "The army announced a ten-hour pause in Aleppo on Friday",
        "rule": "announcing-verb",
        "lexicon": ("triggers:pause",),
    }
    return _build(Evidence, defaults, overrides)


def an_announcement(**overrides: Any) -> Announcement:
    """Return an army's declaration of a ceasefire for Aleppo."""
    defaults = {
        "id": "n1",
        "article_id": "a1",
        "family": "ceasefire",
        "act": "declared",
        "issuer": ("Army",),
        "place": (ALEPPO,),
        "theatre": "SY",
        "quote": "The army announced a ten-hour pause in Aleppo on Friday.",
    }
    return _build(Announcement, defaults, overrides)


def a_statement(announcement: Announcement | None = None, article: ArticleRef | None = None) -> Statement:
    """Return an announcement with the article that carries it; by default the one that it names."""
    announcement = announcement or an_announcement()
    return Statement(announcement=announcement, article=article or an_article_ref(id=announcement.article_id))


def a_step(**overrides: Any) -> Step:
    """Return the line that ``an_announcement()`` leaves in its storyline's history."""
    defaults = {
        "at": NOON,
        "act": "declared",
        "issuer": ("Army",),
        "quote": "The army announced a ten-hour pause in Aleppo on Friday.",
        "announcement_id": "n1",
        "article_id": "a1",
        "source": "Example Wire",
        "is_background": False,
    }
    return _build(Step, defaults, overrides)


def a_source_line(**overrides: Any) -> SourceLine:
    """Return the outlet of ``an_article()``."""
    defaults = {
        "source": "Example Wire",
        "publisher": "wire.example",
        "url": "https://wire.example/news/1",
        "article_id": "a1",
    }
    return _build(SourceLine, defaults, overrides)


def a_state(status: str = "declared", **overrides: Any) -> State:
    """Return a storyline's state since noon."""
    return _build(State, {"status": status, "since": NOON}, overrides)


# --- articles and announcements --------------------------------------------------------------------------------------


def a_published_article(article: Article | None = None, **overrides: Any) -> ArticlePublished:
    """Return the fact that a feed showed an article, at the time it was observed; overrides are the article's."""
    article = _of(article or an_article(), overrides)
    return ArticlePublished(at=article.observed, article=article)


def a_revised_article(
    article: Article | None = None, changes: tuple[Change, ...] | None = None, **overrides: Any
) -> ArticleRevised:
    """Return the fact that an article changed, five minutes later; overrides are the article's."""
    second = an_article(revision=2, title="Pause in Aleppo over", observed=NOON + timedelta(minutes=5))
    article = _of(article or second, overrides)
    if changes is None:
        changes = (Change(field="title", before="Pause in Aleppo announced", after=article.title),)
    return ArticleRevised(at=article.observed, article=article, changes=changes)


def a_withdrawn_article(**overrides: Any) -> ArticleWithdrawn:
    """Return the fact that ``an_article()`` was taken back by a kill notice."""
    return _build(ArticleWithdrawn, {"at": NOON, "article_id": "a1", "reason": "kill_notice"}, overrides)


def a_detected_announcement(
    announcement: Announcement | None = None, article: ArticleRef | None = None, **overrides: Any
) -> AnnouncementDetected:
    """Return the fact that an announcement was read in an article, at the time the article was observed."""
    statement = a_statement(announcement, article)
    defaults = {
        "at": statement.article.observed,
        "announcement": statement.announcement,
        "article": statement.article,
        "detector": "test/en-0",
    }
    return _build(AnnouncementDetected, defaults, overrides)


def a_retracted_announcement(**overrides: Any) -> AnnouncementRetracted:
    """Return the fact that a second revision no longer carries ``an_announcement()``."""
    defaults = {
        "at": NOON,
        "announcement_id": "n1",
        "article_id": "a1",
        "theatre": "SY",
        "revision": 2,
        "reason": "revised",
    }
    return _build(AnnouncementRetracted, defaults, overrides)


# --- alerts ----------------------------------------------------------------------------------------------------------


def an_alert(**overrides: Any) -> AlertRaised:
    """Return the alert that the rebels rejected the pause which the army had declared."""
    later = an_announcement(
        id="n2", article_id="a2", act="rejected", issuer=("Rebels",), quote="The rebels rejected the pause."
    )
    defaults = {
        "at": NOON,
        "alert_id": "alert1",
        "storyline_id": "s1",
        "storyline": "ceasefire, Aleppo",
        "theatre": "SY",
        "family": "ceasefire",
        "relation": "contradicts",
        "kind": "rejects",
        "row": "declared-rejected-other",
        "reason": "the other side refused what was declared",
        "headline": "Rebels reject the pause that the army declared for Aleppo",
        "later": a_statement(later),
        "earlier": a_statement(),
        "before": a_state("declared"),
        "after": a_state("refused"),
        "sources": (a_source_line(article_id="a2"),),
        "independent": 1,
        "steps": (a_step(), a_step(act="rejected", announcement_id="n2", article_id="a2", quote=later.quote)),
        "confidence": 0.9,
    }
    return _build(AlertRaised, defaults, overrides)


def a_suppressed_alert(**overrides: Any) -> AlertSuppressed:
    """Return the fact that an alert was held back because its storyline is silenced."""
    defaults = {
        "at": NOON,
        "storyline_id": "s1",
        "announcement_id": "n2",
        "earlier_id": "n1",
        "reason": "silenced",
    }
    return _build(AlertSuppressed, defaults, overrides)


def an_acknowledged_alert(**overrides: Any) -> AlertAcknowledged:
    """Return the fact that ``an_alert()`` was acknowledged."""
    return _build(AlertAcknowledged, {"at": NOON, "alert_id": "alert1", "storyline_id": "s1", "user": "ana"}, overrides)


def a_silenced_storyline(**overrides: Any) -> StorylineSilenced:
    """Return the fact that a storyline is silenced for a day."""
    defaults = {"at": NOON, "storyline_id": "s1", "until": NOON + timedelta(days=1), "user": "ana"}
    return _build(StorylineSilenced, defaults, overrides)


def a_passed_deadline(**overrides: Any) -> DeadlinePassed:
    """Return the fact that an ultimatum's deadline passed without an acceptance."""
    ultimatum = an_announcement(
        id="n3", family="ultimatum", quote="Leave by Friday evening, the army said.", deadline=a_claimed_time()
    )
    due = datetime(2016, 11, 4, 17, 0, tzinfo=UTC)
    defaults = {
        "at": due,
        "alert_id": "alert2",
        "storyline_id": "s2",
        "storyline": "ultimatum, Aleppo",
        "theatre": "SY",
        "family": "ultimatum",
        "edge": "deadline",
        "due": due,
        "headline": "Deadline passed, no acceptance seen: leave Aleppo by Friday evening",
        "statement": a_statement(ultimatum),
        "before": a_state("declared"),
        "steps": (a_step(announcement_id="n3", quote=ultimatum.quote),),
    }
    return _build(DeadlinePassed, defaults, overrides)


# --- deliveries ------------------------------------------------------------------------------------------------------


def a_queued_delivery(**overrides: Any) -> DeliveryQueued:
    """Return the fact that ``an_alert()`` is owed to the desk's terminal."""
    defaults = {
        "at": NOON,
        "alert_id": "alert1",
        "storyline_id": "s1",
        "channel": "terminal",
        "destination": "desk",
        "route": "everything",
        "due": NOON,
        "alert": an_alert(),
    }
    return _build(DeliveryQueued, defaults, overrides)


def an_attempted_delivery(**overrides: Any) -> DeliveryAttempted:
    """Return the fact that a first send is about to start."""
    return _build(DeliveryAttempted, {**_DELIVERY, "attempt": 1}, overrides)


def a_made_delivery(**overrides: Any) -> DeliveryMade:
    """Return the fact that the first send succeeded."""
    return _build(DeliveryMade, {**_DELIVERY, "storyline_id": "s1", "attempt": 1, "receipt": "printed"}, overrides)


def a_failed_delivery(**overrides: Any) -> DeliveryFailed:
    """Return the fact that the first send failed and will be tried again in a minute."""
    defaults = {**_DELIVERY, "attempt": 1, "reason": "timeout", "retry_at": NOON + timedelta(minutes=1)}
    return _build(DeliveryFailed, defaults, overrides)


def a_given_up_delivery(**overrides: Any) -> DeliveryGivenUp:
    """Return the fact that the destination refused for good."""
    return _build(DeliveryGivenUp, {**_DELIVERY, "attempt": 1, "reason": "no such channel"}, overrides)


# --- feeds -----------------------------------------------------------------------------------------------------------


def a_polled_feed(**overrides: Any) -> FeedPolled:
    """Return the fact that a poll brought one new item of twenty."""
    defaults = {
        "at": NOON,
        "feed_id": "wire",
        "status": 200,
        "new": 1,
        "revised": 0,
        "seen": 20,
        "etag": '"v1"',
        "last_modified": None,
        "interval": 300.0,
        "next_poll": NOON + timedelta(minutes=5),
        "decoded_bytes": 10_000,
    }
    return _build(FeedPolled, defaults, overrides)


def a_failed_feed(**overrides: Any) -> FeedFailed:
    """Return the fact that a poll met a broken server."""
    defaults = {
        "at": NOON,
        "feed_id": "wire",
        "reason": "http_500",
        "detail": "500 Internal Server Error",
        "failures": 1,
        "interval": 600.0,
        "next_poll": NOON + timedelta(minutes=10),
    }
    return _build(FeedFailed, defaults, overrides)


def a_moved_feed(**overrides: Any) -> FeedMoved:
    """Return the fact that a feed has a new address."""
    defaults = {
        "at": NOON,
        "feed_id": "wire",
        "old_url": "http://wire.example/rss",
        "new_url": "https://wire.example/rss",
    }
    return _build(FeedMoved, defaults, overrides)


def a_gone_feed(**overrides: Any) -> FeedGone:
    """Return the fact that a feed is gone."""
    return _build(FeedGone, {"at": NOON, "feed_id": "wire", "next_poll": NOON + timedelta(days=7)}, overrides)


def a_silent_feed(**overrides: Any) -> FeedSilent:
    """Return the fact that an hourly feed has been silent for two days."""
    defaults = {"at": NOON, "feed_id": "wire", "since": NOON - timedelta(days=2), "usual_gap": 3600.0}
    return _build(FeedSilent, defaults, overrides)


# --- commands, snapshots, dead letters -------------------------------------------------------------------------------


def an_acknowledgement(**overrides: Any) -> AcknowledgementGiven:
    """Return the command that acknowledges ``an_alert()``."""
    defaults = {"at": NOON, "storyline_id": "s1", "alert_id": "alert1", "user": "ana"}
    return _build(AcknowledgementGiven, defaults, overrides)


def a_silence(**overrides: Any) -> SilenceSet:
    """Return the command that silences a storyline for a day."""
    defaults = {"at": NOON, "storyline_id": "s1", "until": NOON + timedelta(days=1), "user": "ana"}
    return _build(SilenceSet, defaults, overrides)


def a_review(**overrides: Any) -> ReviewGiven:
    """Return the command that confirms ``an_alert()``."""
    defaults = {"at": NOON, "storyline_id": "s1", "verdict": "confirm", "user": "ana", "alert_id": "alert1"}
    return _build(ReviewGiven, defaults, overrides)


def a_snapshot(**overrides: Any) -> SnapshotTaken:
    """Return a stage's state after seven records."""
    defaults = {
        "at": NOON,
        "name": "relate/tocsin.announcements/0",
        "position": 7,
        "version": "1",
        "state": msgspec.Raw(b'{"storylines":{}}'),
    }
    return _build(SnapshotTaken, defaults, overrides)


def a_dead_letter(**overrides: Any) -> RecordDeadLettered:
    """Return the fact that a stage could not process the record at position 3."""
    defaults = {
        "at": NOON,
        "stage": "detect",
        "original_topic": "tocsin.articles",
        "original_partition": 0,
        "original_position": 3,
        "original_key": "a1",
        "original_id": "0" * 32,
        "original_type": "article.published.v1",
        "value": "{}",
        "error": "MalformedFactError: article.published.v1: Object missing required field `at`",
        "put_back": "tocsin log put-back tocsin.dead-letters 0 0",
    }
    return _build(RecordDeadLettered, defaults, overrides)


_DELIVERY = {"at": NOON, "alert_id": "alert1", "channel": "terminal", "destination": "desk"}

#: One builder for each fact class, for tests that hold for every fact.
BUILDERS: Mapping[type[Fact], Callable[[], Fact]] = {
    ArticlePublished: a_published_article,
    ArticleRevised: a_revised_article,
    ArticleWithdrawn: a_withdrawn_article,
    AnnouncementDetected: a_detected_announcement,
    AnnouncementRetracted: a_retracted_announcement,
    AlertRaised: an_alert,
    AlertSuppressed: a_suppressed_alert,
    AlertAcknowledged: an_acknowledged_alert,
    StorylineSilenced: a_silenced_storyline,
    DeadlinePassed: a_passed_deadline,
    DeliveryQueued: a_queued_delivery,
    DeliveryAttempted: an_attempted_delivery,
    DeliveryMade: a_made_delivery,
    DeliveryFailed: a_failed_delivery,
    DeliveryGivenUp: a_given_up_delivery,
    FeedPolled: a_polled_feed,
    FeedFailed: a_failed_feed,
    FeedMoved: a_moved_feed,
    FeedGone: a_gone_feed,
    FeedSilent: a_silent_feed,
    AcknowledgementGiven: an_acknowledgement,
    SilenceSet: a_silence,
    ReviewGiven: a_review,
    SnapshotTaken: a_snapshot,
    RecordDeadLettered: a_dead_letter,
}


def _of(article: Article, overrides: Mapping[str, Any]) -> Article:
    return msgspec.structs.replace(article, **overrides)
