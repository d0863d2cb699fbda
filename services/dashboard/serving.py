"""The dashboard as a part that runs: the read model follows the log, and the pages are served beside it."""

import asyncio
import os
import socket
import sqlite3
from collections.abc import Mapping
from functools import partial
from importlib.metadata import version

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from services import http_server
from services.dashboard.access import login
from services.dashboard.access.gate import Gate
from services.dashboard.access.key_file import KeyFileError, key_beside
from services.dashboard.access.modes import Access, is_loopback
from services.dashboard.access.proxy import TrustedProxy, networks
from services.dashboard.access.users import UsersFileError
from services.dashboard.access.users_file import UsersFile
from services.dashboard.app import application
from services.dashboard.desk import Desk
from services.dashboard.drawing.places import point_of
from services.dashboard.follower import Follower
from services.dashboard.gauge import Gauge
from services.dashboard.model.store import ForeignFileError, Store
from services.dashboard.stream import Broadcast
from services.dashboard.templating import Templates
from services.settings import DashboardSettings, LogSettings, Settings, SettingsError
from services.vitals import Vitals
from tocsin.clock import Clock
from tocsin.log.base import EventLog


class Dashboard:
    """The read model, and the server that shows it."""

    def __init__(self, desk: Desk, access: Access, listening: socket.socket) -> None:
        self.desk, self._access, self._listening = desk, access, listening

    @classmethod
    async def open(
        cls, settings: Settings, log: EventLog, clock: Clock, vitals: Vitals, rules: Mapping[str, str]
    ) -> "Dashboard":
        """Open the read model and the port. Raises SettingsError."""
        access, listening = access_of(settings.dashboard), listen(settings.dashboard)
        try:
            return cls(await open_desk(settings, log, clock, vitals, rules), access, listening)
        except SettingsError:
            listening.close()
            raise

    @property
    def address(self) -> str:
        """Where a browser on this machine finds it."""
        host, port = self._listening.getsockname()[:2]
        return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the log and serve until ``stop`` is set."""
        desk = self.desk
        gate = guarded(desk, self._access, stop)
        async with http_server.serving(gate, self._listening), asyncio.TaskGroup() as group:
            structlog.get_logger().info("dashboard serves", address=self.address)
            group.create_task(asyncio.to_thread(point_of, "", ""))  # reads the places before anybody waits for them
            for part in (desk.follower, desk.broadcast, desk.gauge):
                group.create_task(part.run(stop))

    async def aclose(self) -> None:
        """Let go of the read model and the port."""
        self._listening.close()
        await self.desk.store.aclose()


async def open_desk(settings: Settings, log: EventLog, clock: Clock, vitals: Vitals, rules: Mapping[str, str]) -> Desk:
    """Open the read model of a log, with all that pages need. Raises SettingsError where its file cannot be made."""
    path, name = settings.dashboard.path, _name_of(settings.log)
    try:
        store = await asyncio.to_thread(Store, path, name)
        if await Follower(log, store, clock, vitals).is_ahead():
            structlog.get_logger().warning("the log is not the one that the read model was made from; building it anew")
            await store.aclose()
            store = await asyncio.to_thread(partial(Store, path, name, is_stale=True))
    except ForeignFileError as error:
        raise SettingsError(f"dashboard.path: {error}") from error
    except (OSError, sqlite3.OperationalError) as error:
        raise SettingsError(f"dashboard.path {path}: {error}; set it to a file that can be made") from error
    follower = Follower(log, store, clock, vitals)
    return Desk(
        log=log,
        store=store,
        follower=follower,
        broadcast=Broadcast(store, follower),
        gauge=Gauge(log, clock),
        templates=Templates(),
        clock=clock,
        rules=rules,
        build=version("tocsin"),
    )


def guarded(desk: Desk, access: Access, stop: asyncio.Event) -> Gate:
    """Return the whole application behind its gate."""

    def render(_: Request, template: str, context: Mapping[str, object], status: int) -> Response:
        return HTMLResponse(desk.templates.render(template, context), status_code=status)

    signing_in = login.routes(access, render, desk.clock, desk.record)
    return Gate(application(desk, stop, list(signing_in)), access, desk.clock, desk.record)


def access_of(settings: DashboardSettings) -> Access:
    """Return who may use the dashboard. Raises SettingsError, also where anybody on the network could."""
    try:
        key = key_beside(settings.path)
        if settings.users:
            users = UsersFile(settings.users)
            if warning := users.current().warning:
                structlog.get_logger().warning("users file", warning=warning)
            return Access("users", key, users=users)
        if settings.proxy_header:
            proxy = TrustedProxy(settings.proxy_header, networks(settings.proxy_networks), settings.operators)
            return Access("proxy", key, proxy=proxy)
    except (KeyFileError, UsersFileError) as error:
        raise SettingsError(f"dashboard: {error}") from error
    except ValueError as error:
        raise SettingsError(f"dashboard.proxy_networks: {error}; give networks such as 10.0.0.0/8") from error
    if not is_loopback(settings.host):
        raise SettingsError(
            f"dashboard.host {settings.host} can be reached by others, and nobody would be asked who they are; "
            "set dashboard.users or dashboard.proxy_header, or leave it on 127.0.0.1"
        )
    return Access("open", key, hosts=settings.hosts)


def listen(settings: DashboardSettings) -> socket.socket:
    """Return the socket of the dashboard. Raises SettingsError when the port is taken."""
    advice = "set dashboard.port (TOCSIN_DASHBOARD__PORT) to a free one, or to 0 for no dashboard in tocsin run"
    return http_server.listen(settings.host, settings.port, advice)


def _name_of(log: LogSettings) -> str:
    """Return what tells a log from others."""
    if log.kafka:
        return f"kafka://{log.kafka.servers}/{log.kafka.prefix}"
    found = log.path.resolve()
    return f"{found}#{os.stat(found).st_ino}" if found.exists() else str(found)
