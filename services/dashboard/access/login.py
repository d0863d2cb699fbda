"""Signing in and out: the page, what it posts, and the facts that the audit reads."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.dashboard.access.attempts import Attempts, Wait
from services.dashboard.access.changes import is_same
from services.dashboard.access.forms import fields_of, read_body
from services.dashboard.access.local_path import HOME, local_path
from services.dashboard.access.modes import Access
from services.dashboard.access.origin import needs_secure_cookie, peer_of
from services.dashboard.access.person import Role, as_recorded
from services.dashboard.access.refusal import Refusal
from services.dashboard.access.sessions import Sessions, begin, ended, set_cookie
from services.dashboard.access.signing import Seal
from services.dashboard.access.users import Users
from services.dashboard.access.users_file import UsersFile
from tocsin.clock import Clock
from tocsin.events import Fact, SessionOpened, SessionRefused

Render = Callable[[Request, str, Mapping[str, object], int], Response]  # request, template, context, status
Record = Callable[[Fact], Awaitable[None]]

TOKEN_COOKIE = "tocsin_login"  # noqa: S105 - a cookie's name
_TOKEN_SECONDS = 60 * 60
_AT_ONCE = 2  # hashings, of 64 MiB each

_STALE = "This page was open for too long, or your browser keeps no cookies. Please try again."
_WRONG = "That name and password do not fit together."


def routes(access: Access, render: Render, clock: Clock, record: Record) -> list[Route]:
    """Return GET and POST /login and POST /logout. Where nobody signs in here, they lead to the first page.

    ``render`` is given the context ``csrf`` and ``next`` (hidden fields of the form) and ``error`` (text or None).
    """
    if access.mode != "users" or access.users is None:
        return [Route("/login", _home, methods=["GET", "POST"]), Route("/logout", _home, methods=["POST"])]
    desk = _Desk(access.key, access.users, render, clock, record)
    return [
        Route("/login", desk.page, methods=["GET"]),
        Route("/login", desk.sign_in, methods=["POST"]),
        Route("/logout", _sign_out, methods=["POST"]),
    ]


class _Desk:
    """Where people sign in."""

    def __init__(self, key: bytes, users: UsersFile, render: Render, clock: Clock, record: Record) -> None:
        self._users = users
        self._render = render
        self._clock = clock
        self._record = record
        self._sessions = Sessions(key, clock)
        self._tokens = Seal(key, "login", _TOKEN_SECONDS, clock)
        self._attempts = Attempts()
        self._hashing = asyncio.Semaphore(_AT_ONCE)

    async def page(self, request: Request) -> Response:
        """Show the form, or go on if somebody has signed in already."""
        onward = local_path(request.query_params.get("next", HOME))
        if request.state.person is not None:
            return RedirectResponse(onward, status_code=HTTPStatus.SEE_OTHER)
        return self._form(request, onward, None, HTTPStatus.OK)

    async def sign_in(self, request: Request) -> Response:
        body = await read_body(request.receive)
        if isinstance(body, Refusal):
            return body.answer(request)
        fields = fields_of(body)
        onward = local_path(fields.get("next", HOME))
        if not self._is_ours(request, fields):
            return self._form(request, onward, _STALE, HTTPStatus.FORBIDDEN)
        return await self._try(request, fields.get("name", ""), fields.get("password", ""), onward)

    async def _try(self, request: Request, name: str, password: str, onward: str) -> Response:
        address, known_as = peer_of(request), as_recorded(name)
        wait = self._attempts.begin(address, known_as, self._clock.now())
        if wait is not None:
            return await self._hold_off(request, known_as, wait, onward)
        users = self._users.current()
        role = await self._check(users, name, password)
        if role is None:
            fact = SessionRefused(at=self._clock.now(), user=known_as, address=address, reason="wrong_password")
            await self._record(fact)
            return self._form(request, onward, _WRONG, HTTPStatus.UNAUTHORIZED)
        self._attempts.succeeded(address, known_as)
        await self._record(SessionOpened(at=self._clock.now(), user=name, role=role, address=address))
        return self._welcome(request, name, role, users.mark_of(name) or "", onward)

    async def _check(self, users: Users, name: str, password: str) -> Role | None:
        """Hash in a thread, and few at once: each takes memory that a crowd of strangers must not choose."""
        async with self._hashing:
            return await asyncio.to_thread(users.check, name, password)

    async def _hold_off(self, request: Request, name: str, wait: Wait, onward: str) -> Response:
        """Refuse unchecked. Tells the audit once, not at each of a thousand guesses."""
        if wait.is_first:
            at, address = self._clock.now(), peer_of(request)
            await self._record(SessionRefused(at=at, user=name, address=address, reason="too_many_attempts"))
        minutes = -(-wait.seconds // 60)
        error = f"Too many attempts. Please wait {minutes} minute{'' if minutes == 1 else 's'}."
        response = self._form(request, onward, error, HTTPStatus.TOO_MANY_REQUESTS)
        response.headers["Retry-After"] = str(wait.seconds)
        return response

    def _welcome(self, request: Request, name: str, role: Role, mark: str, onward: str) -> Response:
        response = RedirectResponse(onward, status_code=HTTPStatus.SEE_OTHER)
        is_secure = needs_secure_cookie(request)
        cookie = self._sessions.cookie(begin(name, role, mark), is_secure=is_secure, same_site="Strict")
        response.headers.append("Set-Cookie", cookie)
        return response

    def _form(self, request: Request, onward: str, error: str | None, status: HTTPStatus) -> Response:
        """Return the page with its token, which is in a cookie too: another site can set neither (double submit)."""
        token = request.cookies.get(TOKEN_COOKIE, "")
        if self._tokens.open(token) is None:
            token = self._tokens.close(secrets.token_urlsafe(16))
        response = self._render(request, "login.html", {"csrf": token, "next": onward, "error": error}, status)
        is_secure = needs_secure_cookie(request)
        cookie = set_cookie(
            TOKEN_COOKIE, token, seconds=_TOKEN_SECONDS, is_secure=is_secure, same_site="Strict", path="/login"
        )
        response.headers.append("Set-Cookie", cookie)
        return response

    def _is_ours(self, request: Request, fields: Mapping[str, str]) -> bool:
        token = request.cookies.get(TOKEN_COOKIE, "")
        return self._tokens.open(token) is not None and is_same(fields.get("csrf"), token)


async def _home(_: Request) -> Response:
    return RedirectResponse(HOME, status_code=HTTPStatus.SEE_OTHER)


async def _sign_out(request: Request) -> Response:
    response = RedirectResponse("/login", status_code=HTTPStatus.SEE_OTHER)
    response.headers.append("Set-Cookie", ended(is_secure=needs_secure_cookie(request)))
    return response
