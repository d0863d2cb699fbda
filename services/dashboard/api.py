"""The JSON API under /api/v1: the same questions as the pages ask, answered as values."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.dashboard import actions
from services.dashboard.access.person import Role
from services.dashboard.desk import desk_of, person_of
from services.dashboard.pages import filter_of
from services.dashboard.views import changes, operations, past
from services.dashboard.views import storyline as storylines
from services.dashboard.views.board import board
from services.dashboard.views.explained import Explained, explained
from services.dashboard.views.filters import FilterError, moment_in
from services.dashboard.views.search import search
from services.dashboard.views.values import (
    Card,
    Change,
    DeadLetter,
    Delivery,
    Destination,
    Feed,
    Hit,
    Line,
    Past,
    Shown,
    StageReport,
    Told,
    TopicSize,
)

_MOST = 500
Params = tuple[str, ...]


class Alerts(Shown, frozen=True, kw_only=True):
    """A page of alerts, newest first; ``after`` asks for the next, empty at the end."""

    alerts: tuple[Change, ...]
    after: str


class State(Shown, frozen=True, kw_only=True):
    """How the whole is doing."""

    build: str
    is_caught_up: bool
    troubles: tuple[str, ...]
    stages: tuple[StageReport, ...]
    topics: tuple[TopicSize, ...]


class Session(Shown, frozen=True, kw_only=True):
    """Who asks. Commands must carry ``csrf`` in the header X-CSRF-Token, with this session's cookie."""

    name: str
    role: Role
    csrf: str


class Done(Shown, frozen=True, kw_only=True):
    """A command was appended to the log."""

    ok: bool


class Problem(Shown, frozen=True, kw_only=True):
    """Why a request was refused, and what to do."""

    error: str


async def _board(request: Request) -> object:
    wanted, now = filter_of(request), desk_of(request).now()
    return (await desk_of(request).ask(lambda db: board(db, wanted, now, _limit(request)))).all


async def _storyline(request: Request) -> object:
    now, id_ = desk_of(request).now(), request.path_params["id"]
    return _there(await desk_of(request).ask(lambda db: storylines.storyline(db, id_, now)), "storyline")


async def _alerts(request: Request) -> object:
    wanted, limit, after = filter_of(request), _limit(request), request.query_params.get("after", "")
    page = await desk_of(request).ask(lambda db: changes.newest(db, wanted, limit, after))
    return Alerts(alerts=tuple(page.changes), after=page.after)


async def _alert(request: Request) -> object:
    id_ = request.path_params["id"]
    return _there(await desk_of(request).ask(lambda db: changes.one(db, id_)), "alert")


async def _announcement(request: Request) -> object:
    id_ = request.path_params["id"]
    found = await desk_of(request).ask(lambda db: explained(db, id_))
    return _there(found.readings[0].told if found and found.change is None else None, "announcement")


async def _explained(request: Request) -> object:
    id_ = request.path_params["id"]
    return _there(await desk_of(request).ask(lambda db: explained(db, id_)), "alert or announcement")


async def _known(request: Request) -> object:
    wanted = filter_of(request)
    try:
        moment = moment_in(request.query_params, "at")
    except FilterError as error:
        raise HTTPException(400, str(error)) from error
    if moment is None:
        raise HTTPException(400, "at: is missing; give a time such as 2024-05-01T12:00Z")
    return await desk_of(request).ask(lambda db: past.known_at(db, moment, wanted))


async def _inbox(request: Request) -> object:
    return await desk_of(request).ask(lambda db: changes.waiting(db, _limit(request)))


async def _search(request: Request) -> object:
    words = request.query_params.get("q", "")[:200]
    return await desk_of(request).ask(lambda db: search(db, words, _limit(request)))


async def _feeds(request: Request) -> object:
    now = desk_of(request).now()
    return await desk_of(request).ask(lambda db: operations.feeds(db, now))


async def _deliveries(request: Request) -> object:
    return await desk_of(request).ask(lambda db: operations.deliveries(db, limit=_limit(request)))


async def _destinations(request: Request) -> object:
    now = desk_of(request).now()
    return await desk_of(request).ask(lambda db: operations.destinations(db, now))


async def _dead_letters(request: Request) -> object:
    return await desk_of(request).ask(lambda db: operations.dead_letters(db, _limit(request)))


async def _state(request: Request) -> object:
    desk, now = desk_of(request), desk_of(request).now()
    troubles = await desk.ask(lambda db: operations.troubles(db, now))
    return State(
        build=desk.build,
        is_caught_up=desk.follower.is_caught_up,
        troubles=tuple(troubles),
        stages=desk.gauge.stages,
        topics=desk.gauge.topics,
    )


async def _session(request: Request) -> object:
    person = person_of(request)
    return Session(name=person.name, role=person.role, csrf=person.csrf)


class Endpoint(NamedTuple):
    """One address of the API: the routes and the OpenAPI document are both made from these."""

    path: str
    summary: str
    answer: Callable[[Request], Awaitable[object]]
    gives: Any  # the type of the answer's body
    params: Params = ()


class Command(NamedTuple):
    """One thing that a person may do by the API, with the fields of its body (those that may be left out end in ?)."""

    path: str
    summary: str
    act: Callable[[Request], Awaitable[Response]]
    fields: Mapping[str, Mapping[str, object]]


_FILTER: Params = ("family", "country", "group", "words", "since", "until")
_TEXT: Mapping[str, object] = {"type": "string", "maxLength": 500}
_ID: Mapping[str, object] = {"type": "string", "minLength": 1, "maxLength": 64}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "/storylines", "What is in force, threatened, offered, just over.", _board, list[Card], (*_FILTER, "limit")
    ),
    Endpoint("/storylines/{id}", "One storyline with all that was told of it.", _storyline, Line),
    Endpoint("/alerts", "Alerts, newest first.", _alerts, Alerts, (*_FILTER, "limit", "after")),
    Endpoint("/alerts/{id}", "One alert.", _alert, Change),
    Endpoint("/announcements/{id}", "One announcement.", _announcement, Told),
    Endpoint("/explain/{id}", "Why an alert was raised, or how an announcement was read.", _explained, Explained),
    Endpoint("/known", "What was believed at a time, and what was true then.", _known, list[Past], ("at", *_FILTER)),
    Endpoint("/inbox", "What waits for a person's review.", _inbox, list[Change], ("limit",)),
    Endpoint("/search", "Articles and announcements that hold some words.", _search, list[Hit], ("q", "limit")),
    Endpoint("/feeds", "The feeds' health.", _feeds, list[Feed]),
    Endpoint("/deliveries", "Sends, newest first.", _deliveries, list[Delivery], ("limit",)),
    Endpoint("/destinations", "How sends to each destination went.", _destinations, list[Destination]),
    Endpoint("/dead-letters", "Records that a stage could not process.", _dead_letters, list[DeadLetter], ("limit",)),
    Endpoint("/state", "How the whole is doing.", _state, State),
    Endpoint("/session", "Who asks, and the token that commands must carry.", _session, Session),
)
COMMANDS: tuple[Command, ...] = (
    Command("/acknowledge", "Acknowledge an alert.", actions.acknowledge, {"alert": _ID}),
    Command(
        "/silence",
        "Hold back a storyline's alerts for some hours.",
        actions.silence,
        {"storyline": _ID, "hours": {"type": "number", "exclusiveMinimum": 0, "maximum": 720}, "note?": _TEXT},
    ),
    Command(
        "/review",
        "Confirm an alert, or say that it is wrong.",
        actions.review,
        {"alert": _ID, "verdict": {"type": "string", "enum": ["confirm", "reject"]}, "note?": _TEXT},
    ),
    Command(
        "/merge",
        "Say that a storyline is another one.",
        actions.merge,
        {"storyline": _ID, "into": _ID, "note?": _TEXT},
    ),
)


def routes() -> list[Route]:
    """Return the routes, to be mounted under /api/v1."""
    return [
        *(Route(one.path, _answering(one.answer)) for one in ENDPOINTS),
        *(Route(one.path, _acting(one.act), methods=["POST"]) for one in COMMANDS),
    ]


def _answering(answer: Callable[[Request], Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return _json(await answer(request))

    return endpoint


def _acting(act: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise HTTPException(415, "send the command as application/json")
        response = await act(request)
        return _json(Done(ok=True)) if isinstance(response, RedirectResponse) else response

    return endpoint


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


def _there(found: object, what: str) -> object:
    if found is None:
        raise HTTPException(404, f"no {what} with this id")
    return found


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "100")
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= _MOST:
        raise HTTPException(400, f"limit: give a whole number from 1 to {_MOST}")
    return int(text)
