"""Looks again at the pages of published articles: a page that is gone (410), or missing twice (404), was taken back."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from ingest.state import Items, Known
from tocsin.events import ArticleWithdrawn, Fact

AGES = (timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))  # after first sight
_AT_ONCE = 5  # pages a poll
_MISSES = 2  # a single 404 may be a deployment of the publisher


def due(items: Items, now: datetime) -> list[str]:
    """Return the identities whose page is to be looked at in this poll. Only pages that were once read count."""
    ready = (identity for identity, known in items.known.items() if _is_due(known, now))
    return [identity for _, identity in zip(range(_AT_ONCE), ready, strict=False)]


def judge(items: Items, statuses: Mapping[str, int], now: datetime) -> tuple[Items, list[Fact]]:
    """Return the items after the looks (HTTP status by identity), and what was taken back."""
    known = dict(items.known)
    facts: list[Fact] = []
    for identity, status in statuses.items():
        if identity not in known:
            continue
        one = _looked(known[identity], status)
        if status == 410 or one.page_misses >= _MISSES:
            one = msgspec.structs.replace(one, is_withdrawn=True)
            facts.append(
                ArticleWithdrawn(at=now, article_id=one.article_id, reason="gone" if status == 410 else "not_found")
            )
        known[identity] = one
    return Items(known=known), facts


def _is_due(known: Known, now: datetime) -> bool:
    if not known.page_text or known.is_withdrawn or known.is_elsewhere:
        return False
    if known.page_misses:
        return True
    return known.page_checks < len(AGES) and now - known.first_seen >= AGES[known.page_checks]


def _looked(known: Known, status: int) -> Known:
    misses = known.page_misses + 1 if status == 404 else 0
    return msgspec.structs.replace(known, page_checks=known.page_checks + (not known.page_misses), page_misses=misses)
