"""Builders of the facts about articles and announcements."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import msgspec

from tests.builders.values import NOON, a_statement, an_article, build
from tocsin.events import (
    AnnouncementDetected,
    AnnouncementRetracted,
    ArticlePublished,
    ArticleRevised,
    ArticleWithdrawn,
)
from tocsin.vocabulary import Announcement, Article, ArticleRef, Change


def a_published_article(article: Article | None = None, **overrides: Any) -> ArticlePublished:
    """Return the fact that a feed showed an article, at the time it was observed; overrides are the article's."""
    article = with_changes(article or an_article(), overrides)
    return ArticlePublished(at=article.observed, article=article)


def a_revised_article(
    article: Article | None = None, changes: tuple[Change, ...] | None = None, **overrides: Any
) -> ArticleRevised:
    """Return the fact that an article changed, five minutes later; overrides are the article's."""
    second = an_article(revision=2, title="Pause in Aleppo over", observed=NOON + timedelta(minutes=5))
    article = with_changes(article or second, overrides)
    if changes is None:
        changes = (Change(field="title", before="Pause in Aleppo announced", after=article.title),)
    return ArticleRevised(at=article.observed, article=article, changes=changes)


def a_withdrawn_article(**overrides: Any) -> ArticleWithdrawn:
    """Return the fact that ``an_article()`` was taken back by a kill notice."""
    return build(ArticleWithdrawn, {"at": NOON, "article_id": "a1", "reason": "kill_notice"}, overrides)


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
    return build(AnnouncementDetected, defaults, overrides)


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
    return build(AnnouncementRetracted, defaults, overrides)


def with_changes(article: Article, overrides: Mapping[str, Any]) -> Article:
    return msgspec.structs.replace(article, **overrides)
