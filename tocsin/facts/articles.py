"""Facts of ``tocsin.articles``: what publishers brought, changed and took back."""

from typing import Literal

from tocsin.facts.base import Fact
from tocsin.vocabulary import Article, Change


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
