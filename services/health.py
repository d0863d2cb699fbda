"""A small HTTP server: does the process live (/healthz), is it ready (/readyz), what does it count (/metrics)."""

import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services import http_server
from services.settings import HealthSettings
from services.vitals import Vitals
from tocsin.clock import Clock

_ADVICE = "set health.port (TOCSIN_HEALTH__PORT) to a free range of six ports, or to 0 for no health server"


def app(vitals: Callable[[], Sequence[Vitals]], registry: CollectorRegistry, clock: Clock) -> Starlette:
    """Return the application. ``vitals`` is asked at every request."""

    async def healthz(_: Request) -> Response:
        stalled = [one.stage for one in vitals() if one.has_stalled(clock.now())]
        return _answer(not stalled, {"stalled": stalled})

    async def readyz(_: Request) -> Response:
        states = {one.stage: "ready" if one.is_ready else one.trouble or "starting" for one in vitals()}
        return _answer(all(state == "ready" for state in states.values()), {"stages": states})

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)])


@asynccontextmanager
async def serving(application: Starlette, settings: HealthSettings, offset: int = 0) -> AsyncIterator[None]:
    """Serve while the block runs, at the configured port plus ``offset``; port 0 serves nothing.

    Raises SettingsError when the port is taken.
    """
    if settings.port == 0:
        yield
        return
    async with http_server.serving(application, listen(settings.host, settings.port + offset)):
        yield


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens there. Raises SettingsError when the port is taken."""
    return http_server.listen(host, port, _ADVICE)


def _answer(is_good: bool, body: Mapping[str, object]) -> Response:
    return JSONResponse({"ok": is_good, **body}, status_code=200 if is_good else 503)
