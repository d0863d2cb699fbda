"""A dashboard that is really served, in a thread of its own, for browsers and other programs that know only HTTP."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from services.dashboard.serving import Dashboard
from services.settings import DashboardSettings, LogSettings, Settings
from services.vitals import Vitals
from tests.builders import NOON
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.events import Fact
from tocsin.log.sqlite import SqliteLog

T = TypeVar("T")


class Served:
    """The address, the log behind it, and the time that it believes."""

    def __init__(self, folder: Path, now: datetime, facts: tuple[Fact, ...], **access: Any) -> None:
        self.clock = ManualClock(now)
        self.address = ""
        self._facts, self._ready, self._stop = facts, threading.Event(), asyncio.Event()
        dashboard = DashboardSettings(path=folder / "desk.db", port=0, **access)
        self._settings = Settings(log=LogSettings(path=folder / "log.db", partitions=1), dashboard=dashboard)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._failure: BaseException | None = None

    def start(self) -> None:
        """Serve; returns once all that is in the log is shown."""
        self._thread.start()
        assert self._ready.wait(30)
        if self._failure:
            raise self._failure

    def stop(self) -> None:
        """Stop serving."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(30)
        self._loop.close()

    def append(self, *facts: Fact) -> None:
        """Append facts to the log, as a stage would, and wait until the read model has them."""

        async def appended() -> None:
            follower = self._dashboard.desk.follower
            wanted = follower.folded + len(facts)
            await self._log.append([codec.draft(fact) for fact in facts])
            while follower.folded < wanted:
                await follower.changed.wait()

        self._call(appended())

    def written(self, topic: str) -> list[Fact]:
        """Return the facts of a topic."""

        async def read() -> list[Fact]:
            return [codec.decode(record) async for record in self._log.read(topic, 0, 0)]

        return self._call(read())

    def _call(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _serve(self) -> None:
        self._log = await SqliteLog.open(self._settings.log.path, partitions=1, clock=self.clock)
        try:
            await self._log.append([codec.draft(fact) for fact in self._facts])
            self._dashboard = dashboard = await Dashboard.open(
                self._settings, self._log, self.clock, Vitals("dashboard"), {}
            )
            self.address = dashboard.address.rstrip("/")
            self._loop.call_later(0.5, self._ready.set)
            await dashboard.run(self._stop)
            await dashboard.aclose()
        except BaseException as failure:
            self._failure = failure
            self._ready.set()
            raise
        finally:
            await self._log.aclose()


@contextmanager
def served(folder: Path, *facts: Fact, now: datetime = NOON + timedelta(hours=6), **access: Any) -> Iterator[Served]:
    """Serve a dashboard on a new log with some facts in it, as it looks at ``now``."""
    one = Served(folder, now, facts, **access)
    one.start()
    try:
        yield one
    finally:
        one.stop()
