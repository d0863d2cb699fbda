"""Records in the embedded log's file: appending, reading, retention, compaction. All run inside a transaction."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from tocsin.log.base import Draft, Record, TruncatedError
from tocsin.log.sqlite_schema import POSITION_BITS, POSITION_MASK, Layout

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_CHUNK = 2_000  # records deleted in one transaction, so that upkeep never holds up appending for long

_COLUMNS = "place, key, id, type, source, time, correlation, recorded, value"
_INSERT = f"INSERT INTO records ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_PAGE = f"SELECT {_COLUMNS} FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ?"  # noqa: S608
_NEWEST = f"""SELECT {_COLUMNS} FROM records
    WHERE place = (SELECT place FROM newest WHERE partition = ? AND key = ?)"""  # noqa: S608


class Span(NamedTuple):
    """The positions of a partition: ``oldest`` is the first that retention left, ``next`` the first still free."""

    oldest: int
    next: int


def micros(moment: datetime) -> int:
    """Return a moment as the file keeps it. Raises TypeError for one without a time zone."""
    return (moment - _EPOCH) // _MICROSECOND


def append(connection: sqlite3.Connection, layout: Layout, drafts: Sequence[Draft], recorded: int) -> None:
    """Append drafts, each to the end of its key's partition."""
    groups: dict[int, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(layout.for_key(draft.topic, draft.key), []).append(draft)
    for partition, group in groups.items():
        _append_to(connection, partition, group, recorded)
        if group[0].topic in layout.compacted:
            _remember_newest(connection, partition, group)


def _append_to(connection: sqlite3.Connection, partition: int, drafts: Sequence[Draft], recorded: int) -> None:
    start = span(connection, partition).next
    rows = (
        (place, d.key, d.id, d.type, d.source, micros(d.time), d.correlation, recorded, d.value)
        for place, d in enumerate(drafts, _place(partition, start))
    )
    connection.executemany(_INSERT, rows)
    connection.execute("UPDATE partitions SET next = ? WHERE id = ?", (start + len(drafts), partition))


def _remember_newest(connection: sqlite3.Connection, partition: int, drafts: Sequence[Draft]) -> None:
    """Note where each key's newest record is: these are the last of the partition just now."""
    first = _place(partition, span(connection, partition).next - len(drafts))
    rows = ((partition, draft.key, place) for place, draft in enumerate(drafts, first))
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
    rows = connection.execute(_PAGE, (_place(partition, start), _place(partition, stop), limit)).fetchall()
    return tuple([_record(topic, number, row) for row in rows])


def newest(connection: sqlite3.Connection, layout: Layout, topic: str, key: str) -> Record | None:
    """Return the newest record of a key in a compacted topic."""
    partition = layout.for_key(topic, key)
    row = connection.execute(_NEWEST, (partition, key)).fetchone()
    return None if row is None else _record(topic, layout.named(partition)[1], row)


def drop_expired(connection: sqlite3.Connection, partition: int, cutoff: int) -> bool:
    """Delete some of the oldest records that were recorded before ``cutoff``; tell whether there may be more."""
    oldest, end = span(connection, partition)
    places = connection.execute(
        "SELECT place, recorded FROM records WHERE place >= ? AND place < ? ORDER BY place LIMIT ?",
        (_place(partition, oldest), _place(partition, end), _CHUNK),
    ).fetchall()
    kept = next((place for place, recorded in places if recorded >= cutoff), None)
    if kept is None:
        kept = places[-1][0] + 1 if places else _place(partition, end)
    connection.execute("DELETE FROM records WHERE place >= ? AND place < ?", (_place(partition, oldest), kept))
    connection.execute("UPDATE partitions SET oldest = ? WHERE id = ?", (kept & POSITION_MASK, partition))
    return len(places) == _CHUNK and kept > places[-1][0]


def drop_superseded(connection: sqlite3.Connection, partition: int) -> bool:
    """Delete some records of a compacted partition that a newer one of the same key follows; tell of more."""
    gone = connection.execute(
        """DELETE FROM records WHERE place IN (
            SELECT place FROM records WHERE place >= ? AND place < ?
            AND place NOT IN (SELECT place FROM newest WHERE partition = ?) LIMIT ?)""",
        (_place(partition, 0), _place(partition + 1, 0), partition, _CHUNK),
    ).rowcount
    return gone == _CHUNK


def _place(partition: int, position: int) -> int:
    return partition << POSITION_BITS | position


def _record(topic: str, number: int, row: tuple[int, str, str, str, str, int, str, int, bytes]) -> Record:
    place, key, id_, type_, source, time, correlation, recorded, value = row
    return Record(
        topic=topic,
        partition=number,
        position=place & POSITION_MASK,
        key=key,
        id=id_,
        type=type_,
        source=source,
        time=_EPOCH + timedelta(microseconds=time),
        correlation=correlation,
        recorded=_EPOCH + timedelta(microseconds=recorded),
        value=value,
    )
