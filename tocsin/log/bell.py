"""Wakes whoever waits for the log to grow: at once for this process's own writes, within a tick for others'.

Take marks before looking, then wait on them: what happens between is not missed.
"""

import asyncio
import contextlib
import os
import time
from pathlib import Path
from typing import NamedTuple

_TICK = 0.025  # seconds between looks at the file's modification time
_LONGEST = 1.0  # seconds; then look anyway: leases run out, and not every file system keeps exact times
_COARSE = 50_000_000  # nanoseconds: two writes this close may carry one modification time


class Mark(NamedTuple):
    """A moment to wait from. ``written`` is None while the last write is too fresh to tell from a next one."""

    ring: asyncio.Event
    written: tuple[int, int] | None


class Bell:
    """Tells of writes to one log file."""

    def __init__(self, path: Path) -> None:
        self._wal = f"{path}-wal"  # every commit writes it (SQLite's write-ahead log)
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait in this process."""
        self._next.set()
        self._next = asyncio.Event()

    def mark(self) -> Mark:
        """Return the moment before a look at the log."""
        return Mark(self._next, self._written())

    async def heard(self, mark: Mark, seconds: float) -> None:
        """Return when the log may have grown since a mark, or after some seconds at the latest."""
        clock = asyncio.get_running_loop().time
        until = clock() + min(seconds, _LONGEST)
        while not mark.ring.is_set() and (left := until - clock()) > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(min(left, _TICK)):
                    await mark.ring.wait()
            if mark.written is None or mark.written != self._written():
                return

    def _written(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._wal)
        except OSError:
            return None
        is_fresh = time.time_ns() - found.st_mtime_ns < _COARSE
        return None if is_fresh else (found.st_mtime_ns, found.st_size)
