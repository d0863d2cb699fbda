"""The two threads that SQLite lives on: one that writes, one that reads, each with a connection of its own.

Work that was queued while a thread was busy shares its next transaction, so that many small appends cost one
sync to disk (group commit). Each piece of work runs in a savepoint: one that fails takes nothing else with it.
"""

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from tocsin.log.base import LogUnavailableError
from tocsin.log.sqlite_trouble import is_its_own, told

T = TypeVar("T")
Connect = Callable[[], sqlite3.Connection]
Begin = Literal["BEGIN", "BEGIN IMMEDIATE"]  # to read from one unchanging state; to write

_IN_FLIGHT = 256  # callers beyond it wait their turn in the event loop
_GROUP = 64  # pieces of work in one transaction


class _Job(Generic[T]):
    """A piece of work and who waits for it."""

    def __init__(self, work: Callable[[sqlite3.Connection], T]) -> None:
        self.work = work
        self.done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

    def settle(self, outcome: T | BaseException) -> None:
        """Wake the waiter, unless it was cancelled meanwhile."""
        if self.done.done():
            return
        if isinstance(outcome, BaseException):
            self.done.set_exception(outcome)
        else:
            self.done.set_result(outcome)


class SqliteThread:
    """Runs work in transactions, in the order of asking. ``afterwards`` is called in the event loop after each."""

    def __init__(
        self, path: Path, connect: Connect, begin: Begin, afterwards: Callable[[], None] = lambda: None
    ) -> None:
        self._path = path
        self._connect = connect
        self._begin = begin
        self._afterwards = afterwards
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._room = asyncio.Semaphore(_IN_FLIGHT)
        self._loop = asyncio.get_running_loop()
        self._is_closed = False
        self._thread = threading.Thread(target=self._main, name=f"tocsin-log: {begin}", daemon=True)
        self._thread.start()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Return what the work returned, once its transaction is durable. A cancelled call may still be written."""
        async with self._room:
            if self._is_closed:
                raise LogUnavailableError("the log is closed")
            job = _Job(work)
            self._jobs.put(job)
            return await job.done

    async def aclose(self) -> None:
        """Finish what was asked for, then end the thread."""
        if not self._is_closed:
            self._is_closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _main(self) -> None:
        connection: sqlite3.Connection | None = None
        while jobs := self._take():
            try:
                connection = connection or self._connect()
            except (sqlite3.Error, OSError) as error:
                outcomes: Sequence[object] = [error for _ in jobs]
            else:
                outcomes = _transact(connection, self._begin, jobs)
            self._answer([(job, self._told(outcome)) for job, outcome in zip(jobs, outcomes, strict=True)])
        if connection is not None:
            connection.close()

    def _take(self) -> list[_Job[Any]]:
        """Wait for work and return all that is there; nothing when the thread shall end."""
        jobs: list[_Job[Any]] = []
        job = self._jobs.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) == _GROUP or self._jobs.empty():
                return jobs
            job = self._jobs.get()
        if jobs:
            self._jobs.put(None)  # seen too early: once more, after these
        return jobs

    def _told(self, outcome: object) -> object:
        return told(self._path, outcome) if isinstance(outcome, Exception) else outcome

    def _answer(self, outcomes: Sequence[tuple[_Job[Any], object]]) -> None:
        with contextlib.suppress(RuntimeError):  # the event loop was closed before the log
            self._loop.call_soon_threadsafe(self._settle, outcomes)

    def _settle(self, outcomes: Sequence[tuple[_Job[Any], object]]) -> None:
        for job, outcome in outcomes:
            job.settle(outcome)
        self._afterwards()


def _transact(connection: sqlite3.Connection, begin: Begin, jobs: Sequence[_Job[Any]]) -> list[object]:
    """Run the jobs in one transaction and return each one's result or error."""
    try:
        connection.execute(begin)
        outcomes = [_attempt(connection, job) for job in jobs]
        connection.execute("COMMIT")
    except (sqlite3.Error, OSError) as error:
        with contextlib.suppress(sqlite3.Error):  # SQLite may have rolled back by itself (disk full)
            connection.execute("ROLLBACK")
        return [error for _ in jobs]
    return outcomes


def _attempt(connection: sqlite3.Connection, job: _Job[Any]) -> object:
    connection.execute("SAVEPOINT job")
    try:
        outcome = job.work(connection)
    except Exception as error:  # whoever asked gets it; the thread must live on
        if not is_its_own(error):
            raise  # the disk or the file, not this job: nothing of the transaction may stay
        connection.execute("ROLLBACK TO job")
        outcome = error
    connection.execute("RELEASE job")
    return outcome
