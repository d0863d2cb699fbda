"""Records in the embedded log's file: appending, reading, retention, compaction. All run inside a transaction."""
# ruff: noqa: S608 (tables are named after partition ids, which are integers of our own)

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from tocsin.log.base import Draft, Record, TruncatedError
from tocsin.log.sqlite_schema import Layout, table

_CHUNK = 2_000  # records deleted in one transaction, so that upkeep never holds up appending for long
_CUT = 100  # likewise pages cut off the file: others move into the gaps
_FREE_SHARE = 4  # a file of which more than one part in four is free shrinks

_Row = tuple[int, str, str, str, str, str, str, str, bytes]
_COLUMNS = "position, key, id, type, source, time, correlation, recorded, value"


class Span(NamedTuple):
    """The positions of a partition: ``oldest`` is the first that retention left, ``next`` the first still free."""

    oldest: int
    next: int


def stamp(moment: datetime) -> str:
    """Return a moment as the file keeps it: fixed-length ISO 8601 in UTC, which sorts as text.

    Text because Python reads it five times as fast as a number. Raises ValueError for a moment without time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def append(connection: sqlite3.Connection, layout: Layout, drafts: Sequence[Draft], recorded: str) -> None:
    """Append drafts, each to the end of its key's partition."""
    groups: dict[int, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(layout.for_key(draft.topic, draft.key), []).append(draft)
    for partition, group in groups.items():
        _append_to(connection, partition, group, recorded)
        if group[0].topic in layout.compacted:
            _remember_newest(connection, partition, group)


def _append_to(connection: sqlite3.Connection, partition: int, drafts: Sequence[Draft], recorded: str) -> None:
    start = span(connection, partition).next
    rows = (
        (position, d.key, d.id, d.type, d.source, stamp(d.time), d.correlation, recorded, d.value)
        for position, d in enumerate(drafts, start)
    )
    connection.executemany(f"INSERT INTO {table(partition)} VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    connection.execute("UPDATE partitions SET next = ? WHERE id = ?", (start + len(drafts), partition))


def _remember_newest(connection: sqlite3.Connection, partition: int, drafts: Sequence[Draft]) -> None:
    """Note where each key's newest record is: these are the last of the partition just now."""
    first = span(connection, partition).next - len(drafts)
    rows = ((partition, draft.key, position) for position, draft in enumerate(drafts, first))
    connection.executemany("INSERT OR REPLACE INTO newest VALUES (?, ?, ?)", rows)


def span(connection: sqlite3.Connection, partition: int) -> Span:
    """Return the positions of one partition."""
    row = connection.execute("SELECT oldest, next FROM partitions WHERE id = ?", (partition,)).fetchone()
    return Span(*row)


def page(
    connection: sqlite3.Connection, layout: Layout, partition: int, start: int, stop: int, limit: int
) -> tuple[Record, ...]:
    """Return at most ``limit`` records from ``start`` up to ``stop`` (exclusive), in order.

    Raises TruncatedError when retention deleted ``start``.
    """
    topic, number = layout.named(partition)
    oldest = span(connection, partition).oldest
    if start < oldest and topic not in layout.compacted:
        raise TruncatedError(f"{topic}[{number}]: position {start} is wanted, but retention left only {oldest} onwards")
    wanted = f"SELECT {_COLUMNS} FROM {table(partition)} WHERE position >= ? AND position < ? ORDER BY position LIMIT ?"
    rows = connection.execute(wanted, (start, stop, limit)).fetchall()
    return _records(topic, number, rows)


def newest(connection: sqlite3.Connection, layout: Layout, topic: str, key: str) -> Record | None:
    """Return the newest record of a key in a compacted topic."""
    partition = layout.for_key(topic, key)
    wanted = f"""SELECT {_COLUMNS} FROM {table(partition)}
        WHERE position = (SELECT position FROM newest WHERE partition = ? AND key = ?)"""
    rows = connection.execute(wanted, (partition, key)).fetchall()
    return next(iter(_records(topic, layout.named(partition)[1], rows)), None)


def drop_expired(connection: sqlite3.Connection, partition: int, cutoff: str) -> bool:
    """Delete some of the oldest records that were recorded before ``cutoff``; tell whether there may be more."""
    oldest, end = span(connection, partition)
    found = connection.execute(
        f"SELECT position, recorded FROM {table(partition)} WHERE position >= ? ORDER BY position LIMIT ?",
        (oldest, _CHUNK),
    ).fetchall()
    kept = next((position for position, at in found if at >= cutoff), None)
    if kept is None:
        kept = found[-1][0] + 1 if found else end
    connection.execute(f"DELETE FROM {table(partition)} WHERE position < ?", (kept,))
    connection.execute("UPDATE partitions SET oldest = ? WHERE id = ?", (kept, partition))
    return len(found) == _CHUNK and kept > found[-1][0]


def drop_superseded(connection: sqlite3.Connection, partition: int) -> bool:
    """Delete some records of a compacted partition that a newer one of the same key follows; tell of more."""
    gone = connection.execute(
        f"""DELETE FROM {table(partition)} WHERE position IN (
            SELECT position FROM {table(partition)}
            WHERE position NOT IN (SELECT position FROM newest WHERE partition = ?) LIMIT ?)""",
        (partition, _CHUNK),
    ).rowcount
    return gone == _CHUNK


def give_back(connection: sqlite3.Connection) -> bool:
    """Cut some free pages off the file's end while more than a quarter of it is free; tell whether there may be more.

    Less than that is kept: what is appended next fills it, which costs less than to shrink and grow the file.
    """
    free, pages = _pragma(connection, "freelist_count"), _pragma(connection, "page_count")
    if free * _FREE_SHARE <= pages:
        return False
    connection.execute(f"PRAGMA incremental_vacuum({_CUT})").fetchall()  # each row read cuts one page
    return _pragma(connection, "freelist_count") < free


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    return int(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _records(topic: str, number: int, rows: Sequence[_Row]) -> tuple[Record, ...]:
    """Return the records of a partition's rows, in one loop: reading spends most of its own time here."""
    parse = datetime.fromisoformat
    return tuple(
        [
            Record(
                topic=topic,
                partition=number,
                position=position,
                key=key,
                id=id_,
                type=type_,
                source=source,
                time=parse(time),
                correlation=correlation,
                recorded=parse(recorded),
                value=value,
            )
            for position, key, id_, type_, source, time, correlation, recorded, value in rows
        ]
    )
