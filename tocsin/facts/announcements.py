"""Facts of ``tocsin.announcements``: what the detector read in articles."""

from typing import Literal

from tocsin.facts.base import Fact
from tocsin.vocabulary import Announcement, ArticleRef


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


class StorylineReviewed(Fact, frozen=True, kw_only=True):
    """A person's verdict on a storyline, stated among the announcements of its theatre so that its order is certain."""

    wire = "storyline.reviewed.v1"
    topic = "tocsin.announcements"
    key = "theatre"
    identity = ("storyline_id", "alert_id", "verdict", "user", "at")

    theatre: str
    storyline_id: str
    verdict: Literal["confirm", "reject", "merge"]
    user: str
    alert_id: str | None = None
    merge_into: str | None = None
    note: str = ""
