"""What publishers brought and what was read in it, as rows."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from services.dashboard.model.moments import ms, ms_or_none
from services.dashboard.model.rows import Rows
from tocsin.events import (
    AnnouncementDetected,
    AnnouncementRetracted,
    ArticlePublished,
    ArticleRevised,
    ArticleWithdrawn,
    Fact,
)
from tocsin.log.base import Record
from tocsin.vocabulary import Announcement, Article

_ARTICLE = """
INSERT INTO articles (id, source, publisher, url, title, text, lang, published, observed, revision)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text, url = excluded.url,
published = excluded.published, observed = excluded.observed, revision = excluded.revision
WHERE excluded.revision > revision"""
_REVISION = "INSERT OR IGNORE INTO revisions VALUES (?, ?, ?, ?)"
_WITHDRAWN = "UPDATE articles SET withdrawn = ?, notice = ? WHERE id = ?"
_ANNOUNCEMENT = """
INSERT INTO announcements (id, article_id, family, act, theatre, is_background, told, at, publisher, confidence, quote,
names, detector, value) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"""
_RETOLD = "DELETE FROM retractions WHERE announcement_id = ?"
_RETRACTION = "INSERT OR REPLACE INTO retractions VALUES (?, ?, ?, ?)"


def _published(rows: Rows, fact: ArticlePublished, _: Record) -> None:
    _article(rows, fact.article)


def _revised(rows: Rows, fact: ArticleRevised, _: Record) -> None:
    _article(rows, fact.article)
    changes = msgspec.json.encode(fact.changes).decode()
    rows.add(_REVISION, fact.article.id, fact.article.revision, ms(fact.at), changes)


def _article(rows: Rows, new: Article) -> None:
    dates = (ms_or_none(new.published), ms(new.observed), new.revision)
    rows.add(_ARTICLE, new.id, new.source, new.publisher, new.url, new.title, new.text, new.lang, *dates)


def _withdrawn(rows: Rows, fact: ArticleWithdrawn, _: Record) -> None:
    rows.add(_WITHDRAWN, fact.reason, fact.notice, fact.article_id)


def _detected(rows: Rows, fact: AnnouncementDetected, record: Record) -> None:
    new, article = fact.announcement, fact.article
    rows.add(
        _ANNOUNCEMENT,
        new.id,
        article.id,
        new.family,
        new.act,
        new.theatre,
        new.is_background,
        ms(article.published or article.observed),
        ms(fact.at),
        article.publisher,
        new.confidence,
        new.quote,
        _names(new),
        fact.detector,
        record.value,
    )
    rows.add(_RETOLD, new.id)


def _names(new: Announcement) -> str:
    return " ".join((*new.issuer, *new.target, *(place.name for place in new.place), new.family, new.act))


def _retracted(rows: Rows, fact: AnnouncementRetracted, _: Record) -> None:
    rows.add(_RETRACTION, fact.announcement_id, ms(fact.at), fact.reason, fact.revision)


FOLDS: Mapping[type[Fact], Callable[[Rows, Any, Record], None]] = {
    ArticlePublished: _published,
    ArticleRevised: _revised,
    ArticleWithdrawn: _withdrawn,
    AnnouncementDetected: _detected,
    AnnouncementRetracted: _retracted,
}
