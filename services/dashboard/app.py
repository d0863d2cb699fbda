"""The dashboard's web application: routes, errors that say what to do, and what never changes between requests."""

import asyncio
from collections.abc import AsyncIterator
from importlib import resources

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from services.dashboard import actions, api, openapi, pages, saving
from services.dashboard.desk import Desk, desk_of
from tocsin.log.base import LogUnavailableError

_IS_GONE = "The log cannot be reached: nothing was changed. Try again; if it stays so, see Operations."


def application(desk: Desk, stop: asyncio.Event, more: list[BaseRoute]) -> Starlette:
    """Return the application. ``more`` are the routes of signing in; the gate stands before all of it."""
    document = openapi.document(desk.build)

    async def described(_: Request) -> Response:
        return JSONResponse(document)

    async def events(request: Request) -> Response:
        last = request.headers.get("last-event-id", "") or request.query_params.get("last", "")
        stream: AsyncIterator[bytes] = desk.broadcast.events(last, stop)
        return StreamingResponse(stream, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    folder = resources.files("services.dashboard").joinpath("static")
    app = Starlette(
        routes=[
            *pages.ROUTES,
            *saving.ROUTES,
            Route("/events", events),
            Route("/healthz", _healthz),
            Route("/favicon.ico", _icon),
            Mount("/act", routes=actions.ROUTES),
            Route("/api/v1/openapi.json", described),
            Mount("/api/v1", routes=api.routes()),
            Mount("/static", StaticFiles(directory=str(folder))),
            *more,
        ],
        exception_handlers={HTTPException: _told, LogUnavailableError: _unavailable},
    )
    app.state.desk = desk
    return app


async def _healthz(request: Request) -> Response:
    return JSONResponse({"ok": True, "is_caught_up": desk_of(request).follower.is_caught_up})


async def _icon(_: Request) -> Response:
    return RedirectResponse("/static/icon.svg")


async def _told(request: Request, error: Exception) -> Response:
    """Say what is wrong, as a page or as JSON."""
    assert isinstance(error, HTTPException)  # noqa: S101  what it is registered for
    return await _problem(request, error.status_code, error.detail)


async def _unavailable(request: Request, _: Exception) -> Response:
    return await _problem(request, 503, _IS_GONE)


async def _problem(request: Request, status: int, detail: str) -> Response:
    if request.scope["path"].startswith("/api/"):
        return JSONResponse({"error": detail}, status_code=status)
    title = "Not found" if status == 404 else "Problem"
    return await desk_of(request).page(request, "problem.html", status, title=title, detail=detail)
