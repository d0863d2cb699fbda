"""The order of events on a storyline: by clock where there is one, and inside one article by what answers what."""

from datetime import time, timedelta

from tocsin.standing import told_at
from tocsin.vocabulary import Act, ArticleRef, Statement

LATE = timedelta(hours=24)  # where an item is dated to the day alone, less than a day apart, arrival orders
PASSING: frozenset[Act] = frozenset({"violated", "urged"})  # tell of fire or wishes; what stood before still stands
ESTABLISHING: frozenset[Act] = frozenset({"declared", "agreed", "in_force", "extended"})
STARTING: frozenset[Act] = frozenset({"declared", "agreed", "extended"})
BREAKING: frozenset[Act] = frozenset({"violated", "ended"})
REFUSING: frozenset[Act] = frozenset({"rejected", "denied"})


def comes_before(one: Statement, other: Statement) -> bool:
    """Say whether a statement is surely of an earlier event than another; else arrival orders them."""
    if one.article.id == other.article.id:
        return _rank(one) < _rank(other)
    gap = told_at(other.article) - told_at(one.article)
    return gap > (timedelta(0) if _has_clock(one.article) and _has_clock(other.article) else LATE)


def _has_clock(article: ArticleRef) -> bool:
    """Feeds that date their items to the day alone give them midnight."""
    return told_at(article).time() != time(0)


def _rank(one: Statement) -> int:
    """Inside an article: its background, what is announced, what answers that, the end of it all."""
    new = one.announcement
    if new.is_background:
        return 0
    if new.act == "ended":
        return 4
    return 3 if new.act in REFUSING or new.act == "violated" else 2


def is_headline(statement: Statement) -> bool:
    """Say whether the headline tells it; outlets add their name, or a kicker before it."""
    return bool(statement.article.title) and statement.announcement.quote.strip() in statement.article.title


def is_within(span: timedelta, earlier: Statement, later: Statement) -> bool:
    """Say whether no more than a span lies between two statements, as they were told."""
    return told_at(later.article) - told_at(earlier.article) <= span
