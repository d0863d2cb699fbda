"""What every page needs: the read model, the log to append to, the time, and how to render."""

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services.dashboard.access.person import Person
from services.dashboard.follower import Follower
from services.dashboard.gauge import Gauge
from services.dashboard.model.store import Store
from services.dashboard.stream import Broadcast
from services.dashboard.templating import Templates
from services.dashboard.views import changes, operations
from tocsin import codec
from tocsin.clock import Clock
from tocsin.events import Fact
from tocsin.log.base import EventLog

T = TypeVar("T")
Question = Callable[[sqlite3.Connection], T]


@dataclass(frozen=True, slots=True)
class Desk:
    """One dashboard's parts. ``rules`` tells each row of the relation table in words, by its id."""

    log: EventLog
    store: Store
    follower: Follower
    broadcast: Broadcast
    gauge: Gauge
    templates: Templates
    clock: Clock
    rules: Mapping[str, str]
    build: str

    async def ask(self, question: Question[T]) -> T:
        """Return what a question to the read model finds."""
        return await self.store.ask(question)

    async def record(self, fact: Fact) -> None:
        """Append what a person did, durably. Raises LogUnavailableError."""
        await self.log.append([codec.draft(fact)])

    def now(self) -> datetime:
        """Return the time (UTC)."""
        return self.clock.now()

    async def page(self, request: Request, template: str, status: int = 200, **context: object) -> Response:
        """Render a page of the desk, with what every page shows."""
        now = self.now()
        waiting, troubles = await self.ask(lambda db: (changes.waiting_count(db), operations.troubles(db, now)))
        text = self.templates.render(
            template,
            {
                "path": request.scope["path"],
                "back": request.scope["path"] + ("?" + request.url.query if request.url.query else ""),
                "person": person_of(request),
                "now": now,
                "waiting_count": waiting,
                "troubles": troubles,
                "is_caught_up": self.follower.is_caught_up,
                **context,
            },
        )
        return HTMLResponse(text, status_code=status)


def desk_of(request: Request) -> Desk:
    """Return the desk that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


def person_of(request: Request) -> Person:
    """Return who asks; the gate has let no one else through."""
    person: Person = request.state.person
    return person
