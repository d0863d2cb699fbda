"""uvicorn inside a process that has signal handlers and sockets of its own."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from services.settings_group import SettingsError

_LAST_ANSWERS = 3  # seconds that open requests may take once the server is to stop


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the process that embeds it has its own."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(application: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serve on a socket while the block runs.

    The peer's address is the socket's: what a proxy says of it is for those to believe who know the proxy.
    """
    config = uvicorn.Config(
        application,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=_LAST_ANSWERS,
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await task


def listen(host: str, port: int, advice: str) -> socket.socket:
    """Return a socket that listens there. Raises SettingsError, with advice, when the port is taken."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(f"cannot listen on {host}:{port} ({reason}); {advice}") from error
