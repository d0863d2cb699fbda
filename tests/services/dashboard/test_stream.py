"""Tests of live updates: every change reaches every page once, also those that lost their connection."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from services.dashboard.stream import Broadcast
from tests.builders import an_alert
from tests.services.dashboard.desk_case import Case, a_desk


class Listener:
    """A page that listens."""

    def __init__(self, events: AsyncIterator[bytes]) -> None:
        self._events = events

    async def next(self) -> dict[str, str]:
        """Return the next event as its fields."""
        async with asyncio.timeout(5):
            raw = (await anext(self._events)).decode()
        return dict(line.split(": ", 1) for line in raw.strip().split("\n") if not line.startswith(":"))

    async def change(self) -> str:
        """Return the alert of the next change."""
        event = await self.next()
        assert event["event"] == "change"
        return str(json.loads(event["data"])["alert"])


@asynccontextmanager
async def broadcasting(desk: Case) -> AsyncIterator[Broadcast]:
    stop = asyncio.Event()
    task = asyncio.create_task(desk.desk.broadcast.run(stop))
    yield desk.desk.broadcast
    stop.set()
    await task


@asynccontextmanager
async def listening(broadcast: Broadcast, last: str = "") -> AsyncIterator[Listener]:
    events = broadcast.events(last, asyncio.Event())
    yield Listener(events)
    with contextlib.suppress(RuntimeError):
        await events.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_a_change_reaches_every_page_that_listens(tmp_path: Path) -> None:
    async with (
        a_desk(tmp_path) as desk,
        broadcasting(desk) as broadcast,
        listening(broadcast) as one,
        listening(broadcast) as other,
    ):
        assert (await one.next())["event"] == (await other.next())["event"] == "hello"
        await desk.append(an_alert())
        assert await one.change() == await other.change() == "alert1"


async def test_a_page_that_lost_its_connection_gets_what_it_missed_and_nothing_twice(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk, broadcasting(desk) as broadcast:
        async with listening(broadcast) as page:
            await page.next()
            await desk.append(an_alert())
            last = (await page.next())["id"]
        await desk.append(an_alert(alert_id="alert2"))
        await desk.append(an_alert(alert_id="alert3"))
        async with listening(broadcast, last) as page:
            assert (await page.next())["event"] == "hello"
            assert [await page.change(), await page.change()] == ["alert2", "alert3"]


async def test_a_page_of_a_model_that_was_rebuilt_since_loads_itself_anew(tmp_path: Path) -> None:
    async with a_desk(tmp_path, an_alert()) as desk, broadcasting(desk) as broadcast:
        for odd in ("0123-7", "nonsense", f"{desk.desk.store.generation}-999", f"{desk.desk.store.generation}-x"):
            async with listening(broadcast, odd) as page:
                assert (await page.next())["event"] == "reset"


async def test_changes_of_before_a_restart_are_resumed_from_the_file(tmp_path: Path) -> None:
    facts = (an_alert(), an_alert(alert_id="alert2"))
    async with a_desk(tmp_path, *facts) as desk, broadcasting(desk) as broadcast:
        first = f"{desk.desk.store.generation}-1"
        async with listening(broadcast, first) as page:
            await page.next()
            assert await page.change() == "alert2"


async def test_a_stream_that_ended_is_counted_no_more(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk, broadcasting(desk) as broadcast:
        async with listening(broadcast) as page:
            await page.next()
            assert broadcast.open_streams == 1
        assert broadcast.open_streams == 0
