"""What a document changes: new items, edits, items taken back. Pure; dates and identity are decided beside."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from ingest.catalogue import Feed
from ingest.dates import believe
from ingest.document import Item, Page
from ingest.identity import article_id, identities
from ingest.notices import is_kill, killed_title, plain_title
from ingest.state import Items, Known
from tocsin.events import ArticlePublished, ArticleRevised, ArticleWithdrawn, Fact
from tocsin.ids import content_id
from tocsin.vocabulary import Article, Change

KEPT = timedelta(days=45)  # after an item left the document: one that comes back is not new
TEXT_KEPT = timedelta(days=2)  # likewise its text, to say what an edit changed


@dataclass(frozen=True, slots=True)
class Seen:
    """One item of a document and what it is to us."""

    identity: str
    item: Item
    standing: Literal["new", "edited", "same"]


def compare(items: Items, shown: tuple[Item, ...]) -> list[Seen]:
    """Return what each item of a document is to us. Of items with one identity the first counts."""
    seen: dict[str, Seen] = {}
    for identity, item in zip(identities(shown), shown, strict=True):
        if identity and identity not in seen:
            seen[identity] = Seen(identity, item, _standing(items.known.get(identity), item))
    return list(seen.values())


def digest(item: Item) -> str:
    """Return the digest of what an edit can change: title and text. White space was evened out by the reader."""
    return content_id("shown", item.title, item.text)


def apply(
    feed: Feed,
    items: Items,
    seen: list[Seen],
    pages: Mapping[str, Page],
    is_taken: Callable[[str], bool],
    now: datetime,
) -> tuple[Items, list[Fact]]:
    """Return the items after a document, and its facts, oldest item first.

    ``pages`` holds the article pages by identity; ``is_taken`` tells whether another feed published an article id.
    """
    known = dict(items.known)
    facts: list[Fact] = []
    for one in reversed(seen):  # feeds show the newest first
        before = known.get(one.identity)
        after, fact = _take(feed, one, before, pages.get(one.identity), known, is_taken, now)
        known[one.identity] = after
        facts.extend(fact)
        if before is None and is_kill(one.item.title):
            facts.extend(_kill(known, one, now))
    return Items(known=_aged(known, {one.identity for one in seen}, now)), facts


def _standing(known: Known | None, item: Item) -> Literal["new", "edited", "same"]:
    if known is None:
        return "new"
    return "same" if known.digest == digest(item) else "edited"


def _take(
    feed: Feed,
    one: Seen,
    before: Known | None,
    page: Page | None,
    known: Mapping[str, Known],
    is_taken: Callable[[str], bool],
    now: datetime,
) -> tuple[Known, list[Fact]]:
    if before is None:
        return _publish(feed, one.item, page, known, is_taken, now)
    if one.standing == "same":
        return (before if before.left is None else msgspec.structs.replace(before, left=None)), []
    after = msgspec.structs.replace(before, shown=one.item, digest=digest(one.item), left=None)
    if before.is_elsewhere and is_taken(before.article_id):
        return after, []
    after = msgspec.structs.replace(after, is_elsewhere=False)  # the feed that spoke for it is watched no more
    if is_kill(one.item.title):
        gone = msgspec.structs.replace(after, is_withdrawn=True)
        return gone, [] if before.is_withdrawn else [_withdrawn(before.article_id, one.item.title, now)]
    return _revise(feed, before, after, page, now)


def _publish(
    feed: Feed,
    item: Item,
    page: Page | None,
    known: Mapping[str, Known],
    is_taken: Callable[[str], bool],
    now: datetime,
) -> tuple[Known, list[Fact]]:
    identifier = article_id(feed.publisher, feed.id, item)
    fresh = Known(
        article_id=identifier,
        shown=item,
        digest=digest(item),
        first_seen=now,
        is_elsewhere=is_taken(identifier),
        is_withdrawn=is_kill(item.title) and _target(known, item) is not None,
        page_text=content_id("page", page.text) if page else "",
    )
    if fresh.is_elsewhere or fresh.is_withdrawn:  # a kill notice is no story of its own
        return fresh, []
    return fresh, [ArticlePublished(at=now, article=_article(feed, fresh, page, now))]


def _revise(feed: Feed, before: Known, after: Known, page: Page | None, now: datetime) -> tuple[Known, list[Fact]]:
    mark = content_id("page", page.text) if page else ""
    after = msgspec.structs.replace(after, revision=before.revision + 1, is_withdrawn=False, page_text=mark)
    changes = _changes(before.shown, after.shown)
    return after, [ArticleRevised(at=now, article=_article(feed, after, page, now), changes=changes)]


def _changes(before: Item, after: Item) -> tuple[Change, ...]:
    """Return what differs. A date or link that changes alone is no edit, but is told along with one."""
    pairs = (
        ("title", before.title, after.title),
        ("text", before.text, after.text),
        ("url", before.link, after.link),
        ("published_raw", before.date_raw or "", after.date_raw or ""),
    )
    return tuple(Change(field=field, before=old, after=new) for field, old, new in pairs if old != new)


def _article(feed: Feed, known: Known, page: Page | None, now: datetime) -> Article:
    item = known.shown
    published, note = believe(item.date_raw, item.dated, now if known.revision == 1 else known.first_seen)
    if known.revision > 1 and note == "future":  # a bumped date of an edit may lie after the first sight
        published, note = believe(item.date_raw, item.dated, now)
    return Article(
        id=known.article_id,
        feed_id=feed.id,
        source=feed.source,
        publisher=feed.publisher,
        url=item.link,
        title=item.title,
        text=page.text if page else item.text,
        lang=feed.lang or item.lang or (page.lang if page else "") or "und",
        published=published,
        published_raw=item.date_raw,
        published_note=note,
        observed=now,
        revision=known.revision,
        guid=item.guid or None,
        text_from="page" if page else "feed",
    )


def _kill(known: dict[str, Known], one: Seen, now: datetime) -> list[Fact]:
    """Withdraw the story that a notice with an identity of its own takes back."""
    target = _target({key: value for key, value in known.items() if key != one.identity}, one.item)
    if target is None or known[target].is_withdrawn or known[target].is_elsewhere:
        return []
    known[target] = msgspec.structs.replace(known[target], is_withdrawn=True)
    return [_withdrawn(known[target].article_id, one.item.title, now)]


def _target(known: Mapping[str, Known], notice: Item) -> str | None:
    wanted = killed_title(notice.title)
    for identity, candidate in known.items():
        if is_kill(candidate.shown.title):
            continue
        if (notice.link and candidate.shown.link == notice.link) or (
            wanted and plain_title(candidate.shown.title) == wanted
        ):
            return identity
    return None


def _withdrawn(identifier: str, notice: str, now: datetime) -> ArticleWithdrawn:
    return ArticleWithdrawn(at=now, article_id=identifier, reason="kill_notice", notice=notice)


def _aged(known: dict[str, Known], present: set[str], now: datetime) -> dict[str, Known]:
    """Return the items to remember: those shown, and those that left not long ago."""
    kept = {}
    for identity, one in known.items():
        if identity in present:
            kept[identity] = one
        elif one.left is None:
            kept[identity] = msgspec.structs.replace(one, left=now)
        elif now - one.left <= KEPT:
            kept[identity] = _slimmed(one) if now - one.left > TEXT_KEPT else one
    return kept


def _slimmed(one: Known) -> Known:
    return msgspec.structs.replace(one, shown=msgspec.structs.replace(one.shown, text="")) if one.shown.text else one
