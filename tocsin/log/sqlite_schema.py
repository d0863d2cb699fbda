"""The embedded log's file: its tables, how a connection is opened, which topics and partitions it holds."""

import sqlite3
import time
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from tocsin.topics import Topic

Synchronous = Literal["FULL", "NORMAL", "OFF"]

_APPLICATION_ID = 0x746F6373  # "tocs": `file` and people can tell what the file is
_VERSION = 1
_WAL_SECONDS = 5.0

_TABLES = """
CREATE TABLE topics (
    name TEXT PRIMARY KEY, partitions INTEGER NOT NULL, is_compacted INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE partitions (
    id INTEGER PRIMARY KEY, topic TEXT NOT NULL, number INTEGER NOT NULL,
    oldest INTEGER NOT NULL DEFAULT 0,  -- retention deleted everything before it
    next INTEGER NOT NULL DEFAULT 0,
    UNIQUE (topic, number)
);
CREATE TABLE newest (  -- of each key in the compacted topics
    partition INTEGER NOT NULL, key TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (partition, key)
) WITHOUT ROWID;
CREATE TABLE generations (  -- rises whenever a group's members or owners change
    name TEXT PRIMARY KEY, generation INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE members (  -- ids are never used again: they are the fencing token
    id INTEGER PRIMARY KEY AUTOINCREMENT, consumers TEXT NOT NULL, topics TEXT NOT NULL,
    host TEXT NOT NULL, pid INTEGER NOT NULL, started TEXT NOT NULL,
    expires TEXT NOT NULL
);
CREATE TABLE owners (
    consumers TEXT NOT NULL, partition INTEGER NOT NULL, member INTEGER NOT NULL, PRIMARY KEY (consumers, partition)
) WITHOUT ROWID;
CREATE TABLE positions (
    consumers TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (consumers, partition)
) WITHOUT ROWID;
"""

#: Each partition has a table of its own, because SQLite is fast where a table grows at its end.
_RECORDS = """
CREATE TABLE {table} (
    position INTEGER PRIMARY KEY,
    key TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, source TEXT NOT NULL,
    time TEXT NOT NULL,  -- ISO 8601, UTC, always with microseconds: sorts as text
    correlation TEXT NOT NULL,
    recorded TEXT NOT NULL,
    value BLOB NOT NULL
)
"""


def table(partition_id: int) -> str:
    """Return the name of the table that holds a partition's records."""
    return f"records_{partition_id}"


class LogMismatchError(ValueError):
    """The file was made with other topics, or by another version: it must not be written as if it were ours."""


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Which partition ids belong to which topic. Ids of one topic are consecutive; they never change."""

    first: Mapping[str, int]  # topic -> id of its partition 0
    count: Mapping[str, int]
    compacted: frozenset[str]

    def partitions(self, topic: str) -> int:
        """Return how many partitions a topic has; KeyError names the known ones."""
        if topic not in self.count:
            raise KeyError(f"no topic {topic!r} in this log; it has {', '.join(self.count)}")
        return self.count[topic]

    def partition_id(self, topic: str, number: int) -> int:
        """Return the id of a topic's partition; KeyError for one that does not exist."""
        if not 0 <= number < self.partitions(topic):
            raise KeyError(f"no partition {number} in {topic}; it has {self.count[topic]}")
        return self.first[topic] + number

    def for_key(self, topic: str, key: str) -> int:
        """Return the id of the partition that holds a key."""
        return self.first[topic] + zlib.crc32(key.encode()) % self.partitions(topic)

    def named(self, partition_id: int) -> tuple[str, int]:
        """Return a partition's topic and number."""
        for topic, first in self.first.items():
            if first <= partition_id < first + self.count[topic]:
                return topic, partition_id - first
        raise KeyError(f"no partition with id {partition_id}")


def connect(path: Path, synchronous: Synchronous, busy: float) -> sqlite3.Connection:
    """Open a connection for the calling thread, in WAL mode, with transactions left to the caller.

    ``busy`` is how many seconds to wait for another process's lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=busy, isolation_level=None)
    try:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")  # heeded in a new file only, and only before WAL
        _enter_wal(connection)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def prepare(connection: sqlite3.Connection, topics: Sequence[Topic]) -> Layout:
    """Make what the file lacks, check what it has, and return its layout. Runs inside a write transaction."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        for statement in filter(str.strip, _TABLES.split(";\n")):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {_VERSION}")
    elif version != _VERSION:
        raise LogMismatchError(f"the log file has version {version}, this Tocsin reads version {_VERSION}: update it")
    for topic in topics:
        _prepare_topic(connection, topic)
    return _layout(connection)


def _enter_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait for other openers here, so we do."""
    give_up = time.monotonic() + _WAL_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.01)
        else:
            return


def _prepare_topic(connection: sqlite3.Connection, topic: Topic) -> None:
    found = connection.execute("SELECT partitions, is_compacted FROM topics WHERE name = ?", (topic.name,)).fetchone()
    if found is None:
        connection.execute("INSERT INTO topics VALUES (?, ?, ?)", (topic.name, topic.partitions, topic.is_compacted))
        numbers = [(topic.name, number) for number in range(topic.partitions)]
        for row in numbers:
            partition_id = connection.execute("INSERT INTO partitions (topic, number) VALUES (?, ?)", row).lastrowid
            connection.execute(_RECORDS.format(table=table(partition_id or 0)))
    elif found != (topic.partitions, topic.is_compacted):
        raise LogMismatchError(
            f"{topic.name} was made with {found[0]} partition(s), compacted: {bool(found[1])}, but is wanted with "
            f"{topic.partitions}, compacted: {topic.is_compacted}. Where a key lies depends on it, so it cannot be "
            "changed in place: open the file as it was made, or name a new file and copy the records over"
        )


def _layout(connection: sqlite3.Connection) -> Layout:
    rows = connection.execute(
        "SELECT name, min(id), count(*), is_compacted FROM topics JOIN partitions ON topic = name GROUP BY name"
    ).fetchall()
    return Layout(
        first={name: first for name, first, _, _ in rows},
        count={name: count for name, _, count, _ in rows},
        compacted=frozenset(name for name, _, _, is_compacted in rows if is_compacted),
    )
