"""A dashboard on a log of its own, asked through its gate without a socket."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from processors.relate.stage import RelateCore
from services.dashboard.access.modes import Access
from services.dashboard.desk import Desk
from services.dashboard.serving import guarded, open_desk
from services.settings import DashboardSettings, LogSettings, Settings
from services.vitals import Vitals
from tests.builders import NOON, a_detected_announcement, a_published_article, an_announcement, an_article_ref
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.events import Fact
from tocsin.log.sqlite import SqliteLog
from tocsin.vocabulary import ClaimedTime


class Case(NamedTuple):
    """What a test works with. ``get`` and ``post`` act as the local operator does in a browser."""

    desk: Desk
    log: SqliteLog
    clock: ManualClock
    client: httpx.AsyncClient

    async def get(self, path: str) -> httpx.Response:
        """Return the answer to a GET."""
        return await self.client.get(path)

    async def text(self, path: str) -> str:
        """Return a page that is there."""
        answer = await self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of our own page."""
        return await self.client.post(path, data={"csrf": await self.token(), "back": "/inbox", **fields})

    async def token(self) -> str:
        """Return the token that changes must carry."""
        csrf: str = (await self.get("/api/v1/session")).json()["csrf"]
        return csrf

    async def append(self, *facts: Fact) -> None:
        """Append facts, and fold them."""
        await self.log.append([codec.draft(fact) for fact in facts])
        await self.desk.follower.catch_up()

    async def written(self, topic: str) -> list[Fact]:
        """Return the facts of a topic."""
        return [codec.decode(record) async for record in self.log.read(topic, 0, 0)]


@asynccontextmanager
async def a_desk(folder: Path, *facts: Fact, now: datetime = NOON + timedelta(hours=6)) -> AsyncIterator[Case]:
    """Open a dashboard on a new log with some facts in it, as it looks at ``now``."""
    clock = ManualClock(now)
    settings = Settings(
        log=LogSettings(path=folder / "log.db", partitions=1),
        dashboard=DashboardSettings(path=folder / "desk.db", port=0),
    )
    log = await SqliteLog.open(settings.log.path, partitions=1, clock=clock)
    await log.append([codec.draft(fact) for fact in facts])
    desk = await open_desk(settings, log, clock, Vitals("dashboard"), {"truce-refused": "the row in words"})
    await desk.follower.catch_up()
    gate = guarded(desk, Access("open", b"k" * 32), asyncio.Event())
    transport = httpx.ASGITransport(gate)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
        yield Case(desk, log, clock, client)
    await desk.store.aclose()
    await log.aclose()


def told(
    what: str, id_: str, *, hours: float = 0, title: str = "News of the day", source: str = "wire.example", **slots: Any
) -> list[Fact]:
    """Return an article published ``hours`` after noon, and that it says "family/act"."""
    family, act = what.split("/")
    at = NOON + timedelta(hours=hours)
    quote = str(slots.pop("quote", f"It was {act}, officials said."))
    new = an_announcement(id=f"n-{id_}", article_id=f"a-{id_}", family=family, act=act, quote=quote, **slots)
    ref = an_article_ref(
        id=f"a-{id_}",
        published=at,
        observed=at,
        title=title,
        publisher=source,
        source=source,
        url=f"https://{source}/{id_}",
    )
    article = a_published_article(
        id=f"a-{id_}",
        published=at,
        observed=at,
        title=title,
        text=f"Before. {quote} After.",
        publisher=source,
        source=source,
        url=f"https://{source}/{id_}",
    )
    return [article, a_detected_announcement(new, ref, at=at)]


def related(*news: Sequence[Fact]) -> list[Fact]:
    """Return the news with all that relate says of it."""
    core = RelateCore.load()
    state, facts = core.initial(), list[Fact]()
    for fact in (fact for facts in news for fact in facts):
        state, out = core.decide(state, fact, fact.at)
        facts += [fact, *out]
    return facts


def until(hours: float) -> ClaimedTime:
    """Return a claimed time so many hours after noon."""
    moment = NOON + timedelta(hours=hours)
    return ClaimedTime(text="until then", local=f"{moment:%Y-%m-%dT%H:%M}", zone="UTC", earliest=moment, latest=moment)
