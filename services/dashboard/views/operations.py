"""How the feeds, the sends and the records that failed are doing."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.dashboard.model.moments import DAY, HOUR, moment_of, moment_or_none, ms
from services.dashboard.views.values import DeadLetter, Delivery, Destination, Feed

_HOURS = 48
_SENT = """
SELECT destination, min(channel), sum(status = 'delivered'), sum(status IN ('queued', 'under way', 'failed')),
sum(status = 'given up'), max(at) FROM deliveries WHERE at > ? GROUP BY destination ORDER BY destination"""
_LATE = 10 * 60_000  # a poll this overdue, in milliseconds, is worth a word


def feeds(database: sqlite3.Connection, now: datetime) -> list[Feed]:
    """Return all feeds, the ill ones first."""
    hours = _strips(database.execute("SELECT feed_id, hour, good, bad FROM feed_hours WHERE hour > ?", (_first(now),)))
    found = [
        Feed(
            id=row["id"],
            health=row["health"],
            at=moment_of(row["at"]),
            next_poll=moment_or_none(row["next_poll"]),
            failures=row["failures"],
            detail=row["detail"],
            polled_well=moment_or_none(row["polled_well"]),
            changed=moment_or_none(row["changed"]),
            hours=_strip(hours.get(row["id"], {}), now),
        )
        for row in database.execute("SELECT * FROM feeds")
    ]
    return sorted(found, key=lambda feed: (feed.health == "good", feed.id))


def destinations(database: sqlite3.Connection, now: datetime) -> list[Destination]:
    """Return how sends to each destination went in the last week."""
    hours = _strips(
        database.execute("SELECT destination, hour, good, bad FROM delivery_hours WHERE hour > ?", (_first(now),))
    )
    rows = database.execute(_SENT, (ms(now) - 7 * DAY,))
    return [
        Destination(
            name=row[0],
            channel=row[1],
            delivered=row[2],
            waiting=row[3],
            given_up=row[4],
            last=moment_of(row[5]),
            hours=_strip(hours.get(row[0], {}), now),
        )
        for row in rows
    ]


def deliveries(database: sqlite3.Connection, alert_id: str = "", limit: int = 50) -> list[Delivery]:
    """Return where sends stand, the newest first: of one alert, or of all."""
    where = "WHERE alert_id = ?" if alert_id else ""
    values = (alert_id, limit) if alert_id else (limit,)
    rows = database.execute(f"SELECT * FROM deliveries {where} ORDER BY at DESC LIMIT ?", values)  # noqa: S608
    return [
        Delivery(
            alert_id=row["alert_id"],
            channel=row["channel"],
            destination=row["destination"],
            repeat=row["repeat"],
            status=row["status"],
            attempt=row["attempt"],
            detail=row["detail"],
            at=moment_of(row["at"]),
        )
        for row in rows
    ]


def dead_letters(database: sqlite3.Connection, limit: int = 200) -> list[DeadLetter]:
    """Return dead letters, those that wait for a person first."""
    rows = database.execute(
        "SELECT d.*, s.what, s.user FROM dead_letters d LEFT JOIN settlements s USING (stage, topic, part, position) "
        "ORDER BY s.what IS NOT NULL, d.at DESC LIMIT ?",
        (limit,),
    )
    return [
        DeadLetter(
            stage=row["stage"],
            topic=row["topic"],
            partition=row["part"],
            position=row["position"],
            key=row["key"],
            type=row["type"],
            error=row["error"],
            at=moment_of(row["at"]),
            settled=f"{row['what']} by {row['user']}" if row["what"] else "",
        )
        for row in rows
    ]


def builds(database: sqlite3.Connection) -> list[tuple[str, datetime]]:
    """Return the detector versions that read the newest announcements, and when each last did."""
    rows = database.execute(
        "SELECT detector, max(at) FROM (SELECT detector, at FROM announcements ORDER BY rowid DESC LIMIT 500) "
        "GROUP BY detector ORDER BY 2 DESC"
    )
    return [(row[0], moment_of(row[1])) for row in rows]


def troubles(database: sqlite3.Connection, now: datetime) -> list[str]:
    """Return in words what a person should look at: shown on every page."""
    found = []
    ill = database.execute(
        "SELECT count(*) FROM feeds WHERE health <> 'good' OR (next_poll IS NOT NULL AND next_poll < ?)",
        (ms(now) - _LATE,),
    ).fetchone()[0]
    if ill:
        found.append(f"{ill} {'feed is' if ill == 1 else 'feeds are'} failing, silent or overdue")
    waiting = database.execute(
        "SELECT count(*) FROM dead_letters d LEFT JOIN settlements s USING (stage, topic, part, position) "
        "WHERE s.what IS NULL"
    ).fetchone()[0]
    if waiting:
        found.append(f"{waiting} dead {'letter waits' if waiting == 1 else 'letters wait'}")
    lost = database.execute(
        "SELECT count(*) FROM deliveries WHERE status = 'given up' AND at > ?", (ms(now) - DAY,)
    ).fetchone()[0]
    if lost:
        found.append(f"{lost} {'send was' if lost == 1 else 'sends were'} given up in the last day")
    return found


def _first(now: datetime) -> int:
    return ms(now) // HOUR * HOUR - _HOURS * HOUR


def _strips(rows: Iterable[Sequence[object]]) -> Mapping[str, Mapping[int, str]]:
    strips: dict[str, dict[int, str]] = {}
    for name, hour, _, bad in rows:
        strips.setdefault(str(name), {})[int(str(hour))] = "bad" if bad else "good"
    return strips


def _strip(hours: Mapping[int, str], now: datetime) -> tuple[str, ...]:
    last = ms(now) // HOUR * HOUR
    return tuple(hours.get(last - back * HOUR, "quiet") for back in range(_HOURS - 1, -1, -1))
