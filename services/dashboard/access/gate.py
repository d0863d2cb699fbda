"""The gate: ASGI middleware around the whole dashboard that every request passes."""

from collections.abc import Awaitable, Callable

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.dashboard.access.admission import Admitted, admit
from services.dashboard.access.changes import judge
from services.dashboard.access.headers import guarded
from services.dashboard.access.modes import Access
from services.dashboard.access.origin import needs_secure_cookie, peer_of
from services.dashboard.access.refusal import Refusal
from services.dashboard.access.sessions import Session, Sessions
from tocsin.clock import Clock
from tocsin.events import Fact, SessionOpened

Record = Callable[[Fact], Awaitable[None]]


class Gate:
    """Lets a request through to ``app`` with its Person in ``request.state.person`` (None at the exempt paths).

    Adds headers to answers and never holds one back: event streams pass as they are sent. Wrap it around the whole
    application, so that error pages carry the headers too. The application has no WebSockets: they are refused.
    """

    def __init__(self, app: ASGIApp, access: Access, clock: Clock, record: Record) -> None:
        self._app = app
        self._access = access
        self._clock = clock
        self._record = record
        self._sessions = Sessions(access.key, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._pass(HTTPConnection(scope), receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _pass(self, request: HTTPConnection, receive: Receive, send: Send) -> None:
        admitted = admit(self._access, self._sessions, request)
        if isinstance(admitted, Response):
            await admitted(request.scope, receive, guarded(send))
            return
        rest = await judge(request, receive, admitted.person)
        if isinstance(rest, Refusal):
            await rest.answer(request)(request.scope, receive, guarded(send))
            return
        cookie = await self._open(admitted.opened, request) if admitted.opened else None
        await self._app(_with_person(request.scope, admitted), rest, guarded(send, cookie))

    async def _open(self, session: Session, request: HTTPConnection) -> str:
        """Return the cookie of a session that begins without a login; tell of it if the proxy named the person.

        Such a cookie admits nobody, it holds the CSRF token: Lax, so that a link from another site finds it.
        """
        if self._access.mode == "proxy":
            at, address = self._clock.now(), peer_of(request)
            await self._record(SessionOpened(at=at, user=session.name, role=session.role, address=address))
        return self._sessions.cookie(session, is_secure=needs_secure_cookie(request), same_site="Lax")


def _with_person(scope: Scope, admitted: Admitted) -> Scope:
    return {**scope, "state": {**scope.get("state", {}), "person": admitted.person}}
