"""The pure core of ingest: from a feed's state and what a poll brought, the next state and the facts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import msgspec

from ingest import page_checks, schedule
from ingest.answer import Failed, Fetched, NotModified
from ingest.catalogue import Feed
from ingest.document import Document, Page
from ingest.revisions import Seen, apply
from ingest.schedule import Bounds
from ingest.state import VERSION, FeedState, Items, Rhythm, items_name, rhythm_name
from tocsin.events import (
    ArticlePublished,
    ArticleRevised,
    Fact,
    FeedFailed,
    FeedGone,
    FeedMoved,
    FeedPolled,
    FeedSilent,
    SnapshotTaken,
)


@dataclass(frozen=True, slots=True)
class Read:
    """A feed document came and was read. ``seen`` is its comparison with what was known (``revisions.compare``)."""

    answer: Fetched
    document: Document
    seen: list[Seen]
    pages: Mapping[str, Page] = field(default_factory=dict)  # by identity
    notes: tuple[str, ...] = ()
    is_partial: bool = False  # new items were left for the next poll, which comes soon


Outcome = Read | NotModified | Failed


def bounds_of(feed: Feed) -> Bounds:
    """Return the feed's own bounds, the usual ones where it has none."""
    cap = feed.max_interval or max(schedule.MAX_INTERVAL, feed.min_interval or 0.0)
    return Bounds(feed.min_interval or min(schedule.MIN_INTERVAL, cap), cap)


def start(feed: Feed, now: datetime) -> FeedState:
    """Return the state of a feed that was never polled: due now."""
    interval = bounds_of(feed).hold(schedule.FIRST_INTERVAL)
    return FeedState(rhythm=Rhythm(url=feed.url, interval=interval, next_poll=now))


def decide(
    feed: Feed,
    state: FeedState,
    outcome: Outcome,
    now: datetime,
    *,
    is_taken: Callable[[str], bool] = lambda _: False,
    statuses: Mapping[str, int] | None = None,
) -> tuple[FeedState, list[Fact]]:
    """Return the state after a poll and all its facts, snapshots of the state last: append them together.

    ``is_taken`` tells whether another feed published an article id; ``statuses`` holds the HTTP status of pages that
    were looked at again.
    """
    facts: list[Fact] = []
    items, rhythm = state.items, state.rhythm
    if isinstance(outcome, Read):
        items, facts = apply(feed, items, outcome.seen, outcome.pages, is_taken, now)
    items, withdrawn = page_checks.judge(items, statuses, now) if statuses else (items, [])
    facts += withdrawn
    if isinstance(outcome, Failed):
        rhythm, told = _failed(feed, rhythm, outcome, now)
    else:
        rhythm, told = _answered(feed, rhythm, outcome, facts, now)
    facts += told
    facts += _snapshots(feed.id, FeedState(rhythm=rhythm, items=items), state, now)
    return FeedState(rhythm=rhythm, items=items), facts


def _answered(
    feed: Feed, rhythm: Rhythm, outcome: Read | NotModified, facts: list[Fact], now: datetime
) -> tuple[Rhythm, list[Fact]]:
    new = sum(isinstance(fact, ArticlePublished) for fact in facts)
    revised = sum(isinstance(fact, ArticleRevised) for fact in facts)
    rhythm = _paced(feed, rhythm, outcome, now, has_news=bool(new or revised))
    told: list[Fact] = []
    if isinstance(outcome, Read) and (moved := _move(feed, rhythm, outcome.answer)):
        told.append(FeedMoved(at=now, feed_id=feed.id, old_url=rhythm.moved_to or feed.url, new_url=moved))
        rhythm = msgspec.structs.replace(rhythm, moved_to=moved)
    told.append(_polled(feed, rhythm, outcome, new, revised, now))
    if _falls_silent(rhythm, now) and rhythm.last_new is not None:
        told.append(FeedSilent(at=now, feed_id=feed.id, since=rhythm.last_new, usual_gap=rhythm.usual_gap))
        rhythm = msgspec.structs.replace(rhythm, silent_since=rhythm.last_new)
    return rhythm, told


def _paced(feed: Feed, rhythm: Rhythm, outcome: Read | NotModified, now: datetime, *, has_news: bool) -> Rhythm:
    bounds = bounds_of(feed)
    interval = schedule.adapt(rhythm.interval, has_news=has_news, bounds=bounds)
    ttl, skipped = (outcome.document.ttl, outcome.document.skip_hours) if isinstance(outcome, Read) else (None, ())
    source = outcome.answer if isinstance(outcome, Read) else outcome
    wait = schedule.after_answer(interval, source.freshness, ttl, bounds)
    is_partial = isinstance(outcome, Read) and outcome.is_partial
    paced = msgspec.structs.replace(
        rhythm,
        etag=None if is_partial else source.etag,
        last_modified=None if is_partial else source.last_modified,
        interval=interval,
        next_poll=schedule.next_poll(feed.id, now, bounds.floor if is_partial else wait, skipped),
        failures=0,
        is_gone=False,
    )
    return _arrived(paced, now) if has_news else paced


def _arrived(rhythm: Rhythm, now: datetime) -> Rhythm:
    gap = (now - rhythm.last_new).total_seconds() if rhythm.last_new else 0.0
    usual = schedule.usual_gap(rhythm.usual_gap, gap) if gap else rhythm.usual_gap
    return msgspec.structs.replace(
        rhythm, last_new=now, usual_gap=usual, arrivals=rhythm.arrivals + 1, silent_since=None
    )


def _move(feed: Feed, rhythm: Rhythm, answer: Fetched) -> str | None:
    """Return the new address after a permanent redirect to a feed that was read.

    A feed in the private network moves only within its host: its permission is for that host.
    """
    if answer.permanent_url == (rhythm.moved_to or feed.url):
        return None
    if feed.allow_private and urlsplit(answer.permanent_url).hostname != urlsplit(feed.url).hostname:
        return None
    return answer.permanent_url


def _polled(feed: Feed, rhythm: Rhythm, outcome: Read | NotModified, new: int, revised: int, now: datetime) -> Fact:
    return FeedPolled(
        at=now,
        feed_id=feed.id,
        status=outcome.answer.status if isinstance(outcome, Read) else 304,
        new=new,
        revised=revised,
        seen=len(outcome.seen) if isinstance(outcome, Read) else 0,
        etag=rhythm.etag,
        last_modified=rhythm.last_modified,
        interval=rhythm.interval,
        next_poll=rhythm.next_poll,
        decoded_bytes=len(outcome.answer.body) if isinstance(outcome, Read) else 0,
        notes=(*outcome.document.notes, *outcome.notes) if isinstance(outcome, Read) else (),
    )


def _falls_silent(rhythm: Rhythm, now: datetime) -> bool:
    if rhythm.silent_since == rhythm.last_new:
        return False
    return schedule.is_silent(now, rhythm.last_new, rhythm.usual_gap, rhythm.arrivals)


def _failed(feed: Feed, rhythm: Rhythm, outcome: Failed, now: datetime) -> tuple[Rhythm, list[Fact]]:
    if outcome.status == 410:
        due = schedule.next_poll(feed.id, now, schedule.GONE_INTERVAL)
        # where a redirect taught us the address, the configured one is asked next: it may answer again
        gone = msgspec.structs.replace(rhythm, next_poll=due, is_gone=True, failures=rhythm.failures + 1, moved_to=None)
        return gone, [FeedGone(at=now, feed_id=feed.id, next_poll=due)]
    failures = rhythm.failures + 1
    wait = schedule.after_failure(failures, outcome.freshness, bounds_of(feed))
    due = schedule.next_poll(feed.id, now, wait)
    # an address that a redirect taught us may have died: after some failures the configured one is asked again
    moved_to = rhythm.moved_to if failures < 3 else None
    fact = FeedFailed(
        at=now,
        feed_id=feed.id,
        reason=outcome.reason,
        detail=outcome.detail,
        failures=failures,
        interval=wait,
        next_poll=due,
    )
    return msgspec.structs.replace(rhythm, failures=failures, next_poll=due, moved_to=moved_to), [fact]


def _snapshots(feed_id: str, after: FeedState, before: FeedState, now: datetime) -> list[Fact]:
    """Return the snapshots: the rhythm's always, that of the items (much larger) only when they changed."""
    taken: list[Fact] = [_snapshot(rhythm_name(feed_id), after.rhythm, now)]
    if after.items != before.items:
        taken.append(_snapshot(items_name(feed_id), after.items, now))
    return taken


def _snapshot(name: str, state: Rhythm | Items, now: datetime) -> Fact:
    return SnapshotTaken(at=now, name=name, position=0, version=VERSION, state=msgspec.Raw(msgspec.json.encode(state)))
