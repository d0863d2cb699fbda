"""A small dashboard behind the gate, in each mode, with a browser for it."""

import re
from collections.abc import Mapping
from pathlib import Path

import httpx
from argon2 import PasswordHasher
from jinja2 import Environment, FileSystemLoader
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

import services.dashboard
from services.dashboard.access import login
from services.dashboard.access.gate import Gate
from services.dashboard.access.modes import Access
from services.dashboard.access.proxy import TrustedProxy, networks
from services.dashboard.access.users import line_for
from services.dashboard.access.users_file import UsersFile
from tests.builders.values import NOON
from tocsin.clock import ManualClock
from tocsin.events import Fact

KEY = b"k" * 32
PASSWORD = "correct horse"
#: Cheap, so that tests that sign in often are quick.
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
HASH = CHEAP.hash(PASSWORD)

_PAGES = Environment(loader=FileSystemLoader(Path(services.dashboard.__file__).parent / "templates"), autoescape=True)


def render(request: Request, template: str, context: Mapping[str, object], status: int) -> Response:
    """Render as the dashboard does."""
    return HTMLResponse(_PAGES.get_template(template).render(context), status_code=status)


class House:
    """The application behind the gate, its clock, and the facts that were recorded."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.clock = ManualClock(NOON)
        self.facts: list[Fact] = []
        self.gate = Gate(Starlette(routes=self._routes()), access, self.clock, self.record)

    async def record(self, fact: Fact) -> None:
        self.facts.append(fact)

    def browser(self, url: str = "https://dash.example", peer: str = "192.0.2.7") -> httpx.AsyncClient:
        """Return a client that keeps cookies and asks for pages, as a browser does."""
        transport = httpx.ASGITransport(self.gate, client=(peer, 4711))
        return httpx.AsyncClient(transport=transport, base_url=url, headers={"accept": "text/html"})

    def _routes(self) -> list[Route]:
        return [
            Route("/", _whoami),
            Route("/api/storylines", _whoami),
            Route("/events", _whoami),
            Route("/healthz", _healthz),
            Route("/note", _note, methods=["POST"]),
            *login.routes(self.access, render, self.clock, self.record),
        ]


async def _whoami(request: Request) -> Response:
    person = request.state.person
    return JSONResponse({"name": person.name, "role": person.role, "csrf": person.csrf})


async def _healthz(_: Request) -> Response:
    return PlainTextResponse("ok")


async def _note(request: Request) -> Response:
    form = await request.form()
    return PlainTextResponse(f"{request.state.person.name} wrote {form.get('text')}")


def an_open_house(*hosts: str) -> House:
    """Return one that anybody on this machine may use."""
    return House(Access("open", KEY, hosts=hosts))


def a_house_with_users(path: Path) -> House:
    """Return one that ana (operator) and vic (viewer) may use; the users file is ``path/users.toml``."""
    file = path / "users.toml"
    file.touch(0o600)
    file.write_text(line_for("ana", "operator", HASH) + line_for("vic", "viewer", HASH))
    return House(Access("users", KEY, users=UsersFile(file)))


def a_house_behind_a_proxy() -> House:
    """Return one behind proxies in 10.0.0.0/8, where ana is the operator."""
    return House(Access("proxy", KEY, proxy=TrustedProxy("X-Forwarded-User", networks(["10.0.0.0/8"]), ("ana",))))


async def sign_in(
    browser: httpx.AsyncClient, name: str = "ana", password: str = PASSWORD, onward: str = "/"
) -> httpx.Response:
    """Fill in the login page."""
    page = await browser.get("/login")
    fields = {"csrf": hidden_field(page, "csrf"), "next": onward, "name": name, "password": password}
    return await browser.post("/login", data=fields)


async def csrf_of(browser: httpx.AsyncClient) -> str:
    """Return the token that the first page carries."""
    token: str = (await browser.get("/")).json()["csrf"]
    return token


def hidden_field(page: httpx.Response, name: str) -> str:
    """Return the value of a form's hidden field."""
    found = re.search(f'name="{name}" value="([^"]*)"', page.text)
    assert found is not None
    return found[1]
