"""The log's file before it is opened: a file of something else must be neither read nor written as if it were ours."""

import sqlite3
from contextlib import closing
from pathlib import Path

from services.settings import SettingsError
from tocsin.log.sqlite_trouble import told

_OURS = 0x746F6373  # the SQLite application id "tocs", as tocsin.log.sqlite_schema writes it
_MEND = "set log.path (TOCSIN_LOG__PATH) to a log of Tocsin's, or to a new file"


def is_there(path: Path) -> bool:
    """Tell whether there is a file that a log could be in; an empty one holds none yet."""
    return path.exists() and (path.is_dir() or path.stat().st_size > 0)


def refuse_foreign(path: Path) -> None:
    """Do nothing where there is no file yet, or an empty one, or a log. Raises SettingsError for all else.

    Makes and changes nothing. Raises LogUnavailableError where the file cannot be read now. A log whose records are
    damaged passes: ``faults`` is for that.
    """
    if path.is_dir():
        raise SettingsError(f"log.path {path}: is a folder; {_MEND}")
    if not path.exists():
        _refuse_folder(path.parent, path)
        return
    try:
        with closing(_read_only(path)) as database:
            is_ours = database.execute("PRAGMA application_id").fetchone()[0] == _OURS
            is_empty = not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.OperationalError as error:  # locked, unreadable: it may be a log all the same
        raise told(path, error) from error
    except sqlite3.DatabaseError as error:
        raise SettingsError(str(told(path, error))) from error
    if not (is_ours or is_empty):
        raise SettingsError(f"log.path {path}: is a database of another program; {_MEND}")


def faults(path: Path) -> str:
    """Return what SQLite finds wrong with the file, empty where nothing. Raises sqlite3.Error where it cannot look."""
    with closing(_read_only(path)) as database:
        rows = [str(row[0]) for row in database.execute("PRAGMA quick_check(3)")]
    return "" if rows == ["ok"] else "; ".join(rows)


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def _refuse_folder(folder: Path, path: Path) -> None:
    there = next(one for one in (folder, *folder.parents, Path("/")) if one.exists())
    if not there.is_dir():
        raise SettingsError(f"log.path {path}: {there} is no folder; {_MEND}")
