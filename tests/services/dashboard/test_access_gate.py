"""The gate: who gets through, and what a hostile page, peer or name cannot do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import request_response
from starlette.types import Message

from services.dashboard.access.gate import Gate
from services.dashboard.access.headers import ALWAYS
from services.dashboard.access.modes import Access, is_loopback
from services.dashboard.access.sessions import COOKIE
from tests.builders.values import NOON
from tests.services.dashboard.access_fixtures import (
    KEY,
    House,
    a_house_behind_a_proxy,
    a_house_with_users,
    an_open_house,
    csrf_of,
    sign_in,
)
from tocsin.clock import ManualClock
from tocsin.events import Fact, SessionOpened

LOCAL = "http://localhost:8090"


@pytest.fixture
def users(tmp_path: Path) -> House:
    return a_house_with_users(tmp_path)


async def test_an_open_dashboard_takes_everybody_for_the_local_operator() -> None:
    async with an_open_house().browser(LOCAL) as browser:
        answer = (await browser.get("/")).json()
        assert (answer["name"], answer["role"]) == ("local", "operator")
        assert (await browser.get("/")).json()["csrf"] == answer["csrf"]


async def test_an_open_dashboards_cookie_works_over_plain_http_and_from_links() -> None:
    async with an_open_house().browser(LOCAL) as browser:
        cookie = (await browser.get("/")).headers["set-cookie"]
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie


@pytest.mark.parametrize("host", ["localhost", "localhost:8090", "127.0.0.1:1", "[::1]", "[::1]:8090", "LOCALHOST"])
async def test_an_open_dashboard_answers_to_this_machines_names(host: str) -> None:
    async with an_open_house().browser(LOCAL) as browser:
        assert (await browser.get("/", headers={"host": host})).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "192.0.2.7", "", "[x"])
async def test_an_open_dashboard_does_not_answer_to_a_rebound_name(host: str) -> None:
    async with an_open_house().browser(LOCAL) as browser:
        answer = await browser.get("/", headers={"host": host})
        assert answer.status_code == 421
        assert "answers only to localhost" in answer.text


async def test_an_open_dashboard_answers_to_a_configured_name() -> None:
    async with an_open_house("desk.internal").browser(LOCAL) as browser:
        assert (await browser.get("/", headers={"host": "desk.internal:8090"})).status_code == 200


async def test_a_change_needs_the_token_also_where_nobody_signs_in() -> None:
    async with an_open_house().browser(LOCAL) as browser:
        token = await csrf_of(browser)
        assert (await browser.post("/note", data={"text": "hi"})).status_code == 403
        assert (await browser.post("/note", data={"text": "hi", "csrf": "x" + token})).status_code == 403
        assert (await browser.post("/note", data={"text": "hi", "csrf": token})).text == "local wrote hi"


async def test_the_token_of_another_session_does_not_fit() -> None:
    house = an_open_house()
    async with house.browser(LOCAL) as mine, house.browser(LOCAL) as other:
        token = await csrf_of(other)
        await mine.get("/")
        assert (await mine.post("/note", data={"csrf": token})).status_code == 403


async def test_the_token_may_come_in_a_header() -> None:
    async with an_open_house().browser(LOCAL) as browser:
        headers = {"x-csrf-token": await csrf_of(browser)}
        assert (await browser.post("/note", data={"text": "hi"}, headers=headers)).text == "local wrote hi"
        assert (await browser.post("/note", json={}, headers=[(b"x-csrf-token", "é".encode())])).status_code == 403


async def test_a_form_that_does_not_end_soon_is_refused() -> None:
    async with an_open_house().browser(LOCAL) as browser:
        data = {"csrf": await csrf_of(browser), "text": "x" * 70_000}
        assert (await browser.post("/note", data=data)).status_code == 413


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"origin": "null"},
        {"origin": "http://[x"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ],
)
async def test_another_sites_page_changes_nothing_even_with_the_token(headers: dict[str, str]) -> None:
    async with an_open_house().browser(LOCAL) as browser:
        data = {"csrf": await csrf_of(browser)}
        answer = await browser.post("/note", data=data, headers=headers)
        assert answer.status_code == 403
        assert "another site" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": LOCAL, "sec-fetch-site": "same-origin"},
        {"origin": "null", "sec-fetch-site": "same-origin"},  # what browsers send from pages without referrer
        {"sec-fetch-site": "none"},
    ],
)
async def test_our_own_page_changes_something(headers: dict[str, str]) -> None:
    async with an_open_house().browser(LOCAL) as browser:
        data = {"csrf": await csrf_of(browser)}
        assert (await browser.post("/note", data=data, headers=headers)).status_code == 200


async def ask(
    endpoint: Callable[[Request], Awaitable[Response]] | None, path: str = "/", kind: str = "http"
) -> list[Message]:
    """Return the messages that a server would get from an open gate around one endpoint."""
    app = request_response(endpoint) if endpoint else PlainTextResponse("reached")
    sent: list[Message] = []
    left = asyncio.Event()

    async def receive() -> Message:
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    async def record(_: Fact) -> None:
        return

    scope = {"type": kind, "method": "GET", "path": path, "query_string": b"", "headers": [(b"host", b"localhost")]}
    await Gate(app, Access("open", KEY), ManualClock(NOON), record)({**scope, "scheme": "http"}, receive, send)
    return sent


async def test_a_page_sends_strangers_to_sign_in_and_back(users: House) -> None:
    async with users.browser() as browser:
        answer = await browser.get("/storylines/a b?theatre=SY&x=1")
        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=/storylines/a%2520b%3Ftheatre%3DSY%26x%3D1"


async def test_programs_and_streams_are_told_401(users: House) -> None:
    async with users.browser() as browser:
        api = await browser.get("/api/storylines")
        assert (api.status_code, api.json()) == (401, {"error": "sign in first, at /login"})
        assert (await browser.get("/events")).status_code == 401
        assert (await browser.post("/note", data={"text": "hi"})).status_code == 401
        assert (await browser.get("/", headers={"accept": "*/*"})).status_code == 401


async def test_health_needs_no_signing_in(users: House) -> None:
    async with users.browser() as browser:
        assert (await browser.get("/healthz")).text == "ok"


async def test_a_host_header_that_looks_like_a_path_opens_nothing(users: House) -> None:
    async with users.browser() as browser:
        for host in ("x/static/", "x/healthz?", "x/login#"):
            assert (await browser.get("/api/storylines", headers={"host": host})).status_code == 401


async def test_a_link_from_another_site_reaches_login_through_a_page_of_ours(users: House) -> None:
    async with users.browser() as browser:
        answer = await browser.get('/s/"><b>', headers={"sec-fetch-site": "cross-site"})
        assert answer.status_code == 200
        assert 'content="0; url=/login?next=/s/%2522%253E%253Cb%253E"' in answer.text


async def test_a_forged_cookie_is_nobodys(users: House) -> None:
    async with users.browser() as browser:
        await sign_in(browser, "vic")
        value = browser.cookies[COOKIE]
        browser.cookies.clear()
        other = "A" if value[-2] != "A" else "B"  # not the last sign: two of its bits tell nothing
        for forged in (value[:-2] + other + value[-1], value[1:], "x", value.rsplit(".", 1)[0]):
            answer = await browser.get("/", headers={"cookie": f"{COOKIE}={forged}"})
            assert answer.status_code == 303
        assert (await browser.get("/", headers={"cookie": f"{COOKIE}={value}"})).status_code == 200


async def test_a_session_of_an_open_dashboard_is_nobodys_where_people_sign_in(users: House) -> None:
    async with an_open_house("dash.example").browser() as browser:
        await browser.get("/")
        cookie = f"{COOKIE}={browser.cookies[COOKIE]}"
    async with users.browser() as browser:
        assert (await browser.get("/", headers={"cookie": cookie})).status_code == 303


async def test_a_session_ends(users: House) -> None:
    async with users.browser() as browser:
        await sign_in(browser)
        users.clock.advance(12 * 3600)
        assert (await browser.get("/")).status_code == 200
        users.clock.advance(1)
        assert (await browser.get("/")).status_code == 303


@pytest.mark.parametrize(("old", "new"), [("[users.ana]", "[users.bea]"), ('role = "operator"', 'role = "viewer"')])
async def test_who_leaves_the_file_or_changes_role_is_signed_out(
    users: House, tmp_path: Path, old: str, new: str
) -> None:
    async with users.browser() as browser:
        await sign_in(browser)
        file = tmp_path / "users.toml"
        draft = tmp_path / "new"
        draft.write_text(file.read_text().replace(old, new))
        draft.replace(file)
        assert (await browser.get("/")).status_code == 303


async def test_a_viewer_looks_and_does_not_change(users: House) -> None:
    async with users.browser() as browser:
        await sign_in(browser, "vic")
        answer = await browser.post("/note", data={"csrf": await csrf_of(browser), "text": "hi"})
        assert answer.status_code == 403
        assert "you may look but not change" in answer.text


async def test_an_operators_form_reaches_the_application_whole(users: House) -> None:
    async with users.browser() as browser:
        await sign_in(browser)
        data = {"csrf": await csrf_of(browser), "text": "é" * 2000}
        assert (await browser.post("/note", data=data)).text == "ana wrote " + "é" * 2000


async def test_a_proxy_in_the_list_is_believed() -> None:
    house = a_house_behind_a_proxy()
    async with house.browser(peer="10.1.2.3") as browser:
        browser.headers["x-forwarded-user"] = "ana"
        assert (await browser.get("/")).json()["role"] == "operator"
        token = await csrf_of(browser)
        assert (await browser.post("/note", data={"csrf": token, "text": "hi"})).text == "ana wrote hi"
        browser.headers["x-forwarded-user"] = "vic"
        assert (await browser.get("/")).json()["role"] == "viewer"
    opened = [SessionOpened(at=NOON, user="ana", role="operator", address="10.1.2.3")]
    assert house.facts[:1] == opened
    assert len(house.facts) == 2


@pytest.mark.parametrize("peer", ["::ffff:10.1.2.3", "10.255.0.1"])
async def test_a_proxys_address_is_known_in_either_form(peer: str) -> None:
    async with a_house_behind_a_proxy().browser(peer=peer) as browser:
        assert (await browser.get("/", headers={"x-forwarded-user": "vic"})).status_code == 200


@pytest.mark.parametrize(
    ("peer", "names"),
    [
        ("192.0.2.7", ["ana"]),
        ("11.0.0.1", ["ana"]),
        ("", ["ana"]),
        ("10.1.2.3", []),
        ("10.1.2.3", [""]),
        ("10.1.2.3", ["vic", "ana"]),
        ("10.1.2.3", ["x" * 65]),
    ],
)
async def test_a_spoofed_or_odd_proxy_header_names_nobody(peer: str, names: list[str]) -> None:
    house = a_house_behind_a_proxy()
    async with house.browser(peer=peer) as browser:
        answer = await browser.get("/", headers=[("x-forwarded-user", name) for name in names])
        assert answer.status_code == 403
        assert "come in through it" in answer.text
        assert (await browser.get("/healthz")).status_code == 200
    assert house.facts == []


async def test_every_answer_carries_the_headers(users: House) -> None:
    async with users.browser() as browser:
        for path in ("/", "/login", "/api/storylines", "/healthz", "/static/none.css"):
            answer = await browser.get(path)
            assert ALWAYS.items() <= {name.title(): value for name, value in answer.headers.items()}.items()
        assert (await browser.get("/login")).headers["cache-control"] == "no-store"
        assert (await browser.get("/api/storylines")).headers["cache-control"] == "no-store"
        assert "cache-control" not in (await browser.get("/healthz")).headers


async def test_what_the_application_says_of_caching_stays() -> None:
    async def page(_: Request) -> Response:
        return PlainTextResponse("x", headers={"cache-control": "max-age=60"}, media_type="text/html")

    start, *_ = await ask(page)
    assert dict(start["headers"])[b"cache-control"] == b"max-age=60"


async def test_an_event_stream_passes_as_it_is_sent() -> None:
    async def ticks() -> AsyncIterator[str]:
        yield "data: 1\n\n"
        yield "data: 2\n\n"

    async def stream(_: Request) -> Response:
        return StreamingResponse(ticks(), media_type="text/event-stream")

    start, *parts = await ask(stream, "/events")
    assert start["status"] == 200
    assert b"cache-control" not in dict(start["headers"])
    assert [part["body"] for part in parts] == [b"data: 1\n\n", b"data: 2\n\n", b""]


async def test_websockets_are_refused() -> None:
    assert await ask(None, kind="websocket") == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False), ("dash", False)],  # noqa: S104 - what must not count as loopback
)
def test_only_loopback_may_be_open(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


@pytest.mark.parametrize("mode", ["users", "proxy"])
def test_a_mode_without_what_it_needs_is_refused(mode: str) -> None:
    with pytest.raises(ValueError, match=f"access by {mode} needs"):
        Access(mode, KEY)  # type: ignore[arg-type]
    assert "kkk" not in repr(Access("open", KEY))
