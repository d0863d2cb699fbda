"""Lists to save: CSV and JSON of any list that a page shows, an Atom feed, a calendar."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.dashboard import exports
from services.dashboard.desk import desk_of
from services.dashboard.exports import Row, plain_row
from services.dashboard.pages import filter_of, moment_of
from services.dashboard.views import changes, operations, past
from services.dashboard.views import storyline as storylines
from services.dashboard.views.board import board
from services.dashboard.views.filters import Filter
from services.dashboard.views.search import search

_MOST = 10_000  # rows


def _storylines(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [exports.card_row(card) for card in board(database, wanted, now, _MOST).all]


def _alerts(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [exports.change_row(change) for change in changes.newest(database, wanted, _MOST).changes]


def _inbox(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [exports.change_row(change) for change in changes.waiting(database, _MOST)]


def _search(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [plain_row(hit) for hit in search(database, request.query_params.get("q", ""), 1_000)]


def _known(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    moment = moment_of(request, past.span(database))
    return [plain_row(one) for one in past.known_at(database, moment, wanted)] if moment else []


def _feeds(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [plain_row(feed) for feed in operations.feeds(database, now)]


def _deliveries(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [plain_row(one) for one in operations.deliveries(database, limit=_MOST)]


def _dead_letters(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [plain_row(one) for one in operations.dead_letters(database, _MOST)]


def _held_back(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [plain_row(one) for one in storylines.suppressions(database, limit=_MOST)]


def _acts(database: sqlite3.Connection, request: Request, wanted: Filter, now: datetime) -> list[Row]:
    return [plain_row(one) for one in storylines.acts(database, limit=_MOST)]


_LISTS: Mapping[str, Callable[[sqlite3.Connection, Request, Filter, datetime], list[Row]]] = {
    "storylines": _storylines,
    "alerts": _alerts,
    "inbox": _inbox,
    "search": _search,
    "known": _known,
    "feeds": _feeds,
    "deliveries": _deliveries,
    "dead-letters": _dead_letters,
    "held-back": _held_back,
    "acts": _acts,
}


async def export(request: Request) -> Response:
    """Answer a list as CSV or JSON, under the filter of its page."""
    name, form = request.path_params["name"], request.path_params["form"]
    found = _LISTS.get(name)
    if found is None or form not in ("csv", "json"):
        raise HTTPException(404, f"there is no list {name}.{form}; there are {', '.join(_LISTS)}, as .csv and .json")
    wanted, now = filter_of(request), desk_of(request).now()
    rows = await desk_of(request).ask(lambda database: found(database, request, wanted, now))
    saved = {"Content-Disposition": f'attachment; filename="tocsin-{name}.{form}"'}
    if form == "csv":
        return Response(exports.as_csv(rows), media_type="text/csv", headers=saved)
    return Response(exports.as_json(rows), media_type="application/json", headers=saved)


async def atom(request: Request) -> Response:
    """Answer the newest alerts as an Atom feed."""
    wanted, desk = filter_of(request), desk_of(request)
    page = await desk.ask(lambda db: changes.newest(db, wanted, 50))
    body = exports.atom(page.changes, lambda path: _absolute(request, path), desk.now())
    return Response(body, media_type="application/atom+xml")


async def calendar(request: Request) -> Response:
    """Answer deadlines and windows as an iCalendar."""
    wanted, desk, now = filter_of(request), desk_of(request), desk_of(request).now()
    shown = await desk.ask(lambda db: board(db, wanted, now, 2_000))
    body = exports.calendar(shown.all, lambda path: _absolute(request, path), now)
    return Response(body, media_type="text/calendar")


def _absolute(request: Request, path: str) -> str:
    return str(request.url.replace(path=path, query="", fragment=""))


ROUTES = [
    Route("/export/{name}.{form}", export),
    Route("/alerts.atom", atom),
    Route("/deadlines.ics", calendar),
]
