"""The read model's file: one writer, readers beside it, and nothing in it that the log could not tell again."""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from services.dashboard.model.rows import Rows

T = TypeVar("T")
VERSION = "1"  # of the tables and of what is folded into them; another version's file is made anew
_READERS = 2  # as many as there are likely to be cores to spare
_KEPT_CHANGES = 5_000
_ADVICE = "{} is no read model of the dashboard ({}); name another file, or delete it if it was one: it is made anew"
_BUSY = 10.0  # seconds


class ForeignFileError(Exception):
    """The file is no read model, so it is not ours to make anew. The message names it and says what to do."""


class Store:
    """Tables that follow the log. ``generation`` names this building of them: numbers of changes count within it."""

    def __init__(self, path: Path, log_name: str, *, is_stale: bool = False) -> None:
        """Open the file, or make it anew where it is missing, stale, of another version or of another log.

        Raises ForeignFileError, and OSError or sqlite3.OperationalError where the file cannot be made.
        """
        self._path = path
        self._write = ThreadPoolExecutor(1, "dashboard-write")
        self._read = ThreadPoolExecutor(_READERS, "dashboard-read")
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        if is_stale or _meta(path) != {"version": VERSION, "log": log_name}:
            _make(path, log_name)
        self._writer = _connected(path)
        self.generation: str = self._writer.execute("SELECT value FROM meta WHERE key = 'generation'").fetchone()[0]

    async def positions(self) -> Mapping[tuple[str, int], int]:
        """Return the position after the last folded record, by topic and partition."""
        rows = await self.ask(lambda db: db.execute("SELECT topic, part, next FROM positions").fetchall())
        return {(topic, part): position for topic, part, position in rows}

    async def fold(self, rows: Rows, topic: str, partition: int, position: int) -> None:
        """Write rows and the position after them, both or neither."""
        await asyncio.get_running_loop().run_in_executor(self._write, self._fold, rows, topic, partition, position)

    async def ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Return what a question finds; all of it sees one state of the tables."""
        return await asyncio.get_running_loop().run_in_executor(self._read, self._ask, question)

    async def aclose(self) -> None:
        """Let go of the file."""
        self._write.shutdown(wait=True)
        self._read.shutdown(wait=True)
        for connection in (self._writer, *self._readers):
            connection.close()

    def _fold(self, rows: Rows, topic: str, partition: int, position: int) -> None:
        with self._writer:
            self._writer.execute("BEGIN IMMEDIATE")
            for statement, values in rows:
                self._writer.executemany(statement, values)
            self._writer.execute("INSERT OR REPLACE INTO positions VALUES (?, ?, ?)", (topic, partition, position))
            self._writer.execute(
                "DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?", (_KEPT_CHANGES,)
            )

    def _ask(self, question: Callable[[sqlite3.Connection], T]) -> T:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = _connected(self._path)
            connection.execute("PRAGMA query_only = on")
            self._readers.append(connection)
        connection.execute("BEGIN")
        try:
            return question(connection)
        finally:
            connection.execute("ROLLBACK")


def _meta(path: Path) -> Mapping[str, str]:
    """Return the version and log that a read model was made for; nothing where there is no file yet."""
    if not path.exists() or not path.stat().st_size:
        return {}
    try:
        connection = sqlite3.connect(path)
        try:
            found = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('version', 'log')").fetchall())
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise ForeignFileError(_ADVICE.format(path, error)) from error
    if found.keys() != {"version", "log"}:
        raise ForeignFileError(_ADVICE.format(path, "its meta table is another's"))
    return found


def _make(path: Path, log_name: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    connection = _connected(path)
    connection.executescript(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))
    meta = {"version": VERSION, "log": log_name, "generation": uuid4().hex[:12]}
    with connection:
        connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
    connection.close()


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_BUSY, check_same_thread=False, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA journal_mode = wal")
    connection.execute("PRAGMA synchronous = normal")  # a machine's crash may lose the newest: they are folded again
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("PRAGMA wal_autocheckpoint = 8000")
    return connection
