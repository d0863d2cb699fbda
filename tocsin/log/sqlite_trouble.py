"""What callers are told when SQLite fails: which file it is, what is wrong with it, and what to do."""

import sqlite3
from pathlib import Path

from tocsin.log.base import LogUnavailableError

#: By the primary result code's name; extended codes begin with it (https://sqlite.org/rescode.html).
_ADVICE = {
    "SQLITE_FULL": "the disk is full: make room, and what waits goes on by itself",
    "SQLITE_READONLY": "it cannot be written: check who owns it and its folder, and how the disk is mounted",
    "SQLITE_CORRUPT": "it is damaged: stop every stage, keep a copy, and restore a backup (or try sqlite3's .recover)",
    "SQLITE_NOTADB": "it is no log, or its head is damaged: set log.path to another file, or restore a backup",
    "SQLITE_BUSY": "another process holds it locked",
    "SQLITE_CANTOPEN": "it cannot be opened: check that its folder exists and may be written",
    "SQLITE_IOERR": "the disk fails: look at the system's log, and move the file to a sound disk",
}


def is_its_own(error: Exception) -> bool:
    """Tell whether an error belongs to the work that raised it, rather than to the file or the disk."""
    is_mistake = isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError)
    return is_mistake or not isinstance(error, sqlite3.Error | OSError)


def told(path: Path, error: Exception) -> Exception:
    """Return what callers are told: an unavailable log, or the error itself where it is the work's own."""
    if is_its_own(error):
        return error
    advice = f"; {found}" if (found := _advice(error)) else ""
    ours = LogUnavailableError(f"log file {path}: {error}{advice} (nothing was written or read)")
    ours.__cause__ = error
    return ours


def _advice(error: Exception) -> str:
    if isinstance(error, OSError):
        return _ADVICE["SQLITE_CANTOPEN"]
    name = str(getattr(error, "sqlite_errorname", ""))
    return next((advice for code, advice in _ADVICE.items() if name.startswith(code)), "")
