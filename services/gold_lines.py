"""Announcements and alerts as the lines that the gold files and their scorer use (see the labelling guidelines)."""

from collections.abc import Mapping

from services.replay import Replayed
from tocsin.events import AlertRaised
from tocsin.vocabulary import Announcement, ClaimedTime

Line = Mapping[str, object]


def announcement_line(announcement: Announcement) -> Line:
    """Return an announcement; times are local wall time at the text's own grain, or null."""
    return {
        "article_id": announcement.article_id,
        "family": announcement.family,
        "act": announcement.act,
        "issuer": announcement.issuer,
        "target": announcement.target,
        "place": announcement.place,
        "start": _local(announcement.start),
        "end": _local(announcement.end),
        "deadline": _local(announcement.deadline),
        "background": announcement.is_background,
        "quote": announcement.quote,
        "confidence": round(announcement.confidence, 3),
    }


def alert_line(alert: AlertRaised, replayed: Replayed) -> Line:
    """Return an alert of a replay, with the ids that the replayed file gave its articles."""
    return {
        "article_id": replayed.given_id(alert.later.article),
        "family": alert.family,
        "relation": alert.relation,
        "kind": alert.kind,
        "earlier_article_id": replayed.given_id(alert.earlier.article),
        "quote": alert.later.announcement.quote,
        "earlier_quote": alert.earlier.announcement.quote,
        "alert_id": alert.alert_id,
        "storyline_id": alert.storyline_id,
        "headline": alert.headline,
        "reason": alert.reason,
    }


def _local(time: ClaimedTime | None) -> str | None:
    return time.local if time else None
