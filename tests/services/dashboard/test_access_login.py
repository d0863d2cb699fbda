"""Signing in and out: the page, the rate limit, and what the audit is told."""

from pathlib import Path

import pytest

from services.dashboard.access.local_path import local_path
from services.dashboard.access.sessions import COOKIE
from tests.builders.values import NOON
from tests.services.dashboard.access_fixtures import (
    PASSWORD,
    House,
    a_house_with_users,
    an_open_house,
    csrf_of,
    hidden_field,
    sign_in,
)
from tocsin.events import SessionOpened, SessionRefused

PEER = "192.0.2.7"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return a_house_with_users(tmp_path)


async def test_who_signs_in_gets_on_to_the_page_they_wanted(house: House) -> None:
    async with house.browser() as browser:
        answer = await sign_in(browser, onward="/storylines?theatre=SY")
        assert (answer.status_code, answer.headers["location"]) == (303, "/storylines?theatre=SY")
        assert "SameSite=Strict; Secure" in answer.headers["set-cookie"]
        assert (await browser.get("/")).json()["name"] == "ana"
    assert house.facts == [SessionOpened(at=NOON, user="ana", role="operator", address=PEER)]


@pytest.mark.parametrize(("name", "password"), [("ana", "wrong"), ("nobody", PASSWORD), ("", ""), ("ana", "")])
async def test_a_wrong_name_or_password_is_refused_in_the_same_words(house: House, name: str, password: str) -> None:
    async with house.browser() as browser:
        answer = await sign_in(browser, name, password)
        assert answer.status_code == 401
        assert "That name and password do not fit together." in answer.text
        assert COOKIE not in browser.cookies
    assert house.facts == [SessionRefused(at=NOON, user=name, address=PEER, reason="wrong_password")]


async def test_the_audit_keeps_a_long_name_short_and_never_the_password(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser, "x" * 5000, "a secret")
    (fact,) = house.facts
    assert isinstance(fact, SessionRefused)
    assert fact.user == "x" * 64
    assert "a secret" not in repr(fact)


async def test_the_audit_keeps_no_signs_that_act_on_a_terminal(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser, "\x1b[2Jana\n")
    (fact,) = house.facts
    assert isinstance(fact, SessionRefused)
    assert fact.user == "\N{REPLACEMENT CHARACTER}[2Jana\N{REPLACEMENT CHARACTER}"


async def test_the_sixth_failure_must_wait_even_with_the_right_password(house: House) -> None:
    async with house.browser() as browser:
        for _ in range(5):
            await sign_in(browser, "ana", "wrong")
        answer = await sign_in(browser)
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
        assert "Please wait 15 minutes." in answer.text
        house.clock.advance(15 * 60)
        assert (await sign_in(browser)).status_code == 303


async def test_the_audit_is_told_once_of_too_many_attempts(house: House) -> None:
    async with house.browser() as browser:
        for _ in range(9):
            await sign_in(browser, "ana", "wrong")
    reasons = [fact.reason for fact in house.facts if isinstance(fact, SessionRefused)]
    assert reasons == ["wrong_password"] * 5 + ["too_many_attempts"]


async def test_a_form_without_the_pages_token_signs_nobody_in(house: House) -> None:
    fields = {"name": "ana", "password": PASSWORD}
    async with house.browser() as browser, house.browser() as attacker:
        token = hidden_field(await attacker.get("/login"), "csrf")
        assert (await browser.post("/login", data=fields)).status_code == 403
        assert (await browser.post("/login", data={**fields, "csrf": token})).status_code == 403
        assert COOKIE not in browser.cookies
    assert house.facts == []


async def test_a_token_that_we_did_not_sign_signs_nobody_in(house: House) -> None:
    fields = {"name": "ana", "password": PASSWORD, "csrf": "mine"}
    async with house.browser() as browser:
        answer = await browser.post("/login", data=fields, headers={"cookie": "tocsin_login=mine"})
        assert answer.status_code == 403


async def test_a_page_that_was_open_for_too_long_can_be_sent_again(house: House) -> None:
    async with house.browser() as browser:
        page = await browser.get("/login")
        house.clock.advance(3601)
        fields = {"csrf": hidden_field(page, "csrf"), "name": "ana", "password": PASSWORD}
        stale = await browser.post("/login", data=fields)
        assert stale.status_code == 403
        again = await browser.post("/login", data={**fields, "csrf": hidden_field(stale, "csrf")})
        assert again.status_code == 303


async def test_another_sites_page_signs_nobody_in(house: House) -> None:
    async with house.browser() as browser:
        token = hidden_field(await browser.get("/login"), "csrf")
        fields = {"csrf": token, "name": "ana", "password": PASSWORD}
        answer = await browser.post("/login", data=fields, headers={"origin": "https://evil.example"})
        assert answer.status_code == 403
        assert COOKIE not in browser.cookies


async def test_two_tabs_share_their_token(house: House) -> None:
    async with house.browser() as browser:
        first, second = await browser.get("/login"), await browser.get("/login")
        assert hidden_field(first, "csrf") == hidden_field(second, "csrf")


async def test_a_huge_form_is_refused(house: House) -> None:
    async with house.browser() as browser:
        assert (await sign_in(browser, password="x" * 70_000)).status_code == 413


async def test_the_page_escapes_what_it_is_given(house: House) -> None:
    async with house.browser() as browser:
        page = await browser.get("/login", params={"next": '/"><script>'})
        assert "<script>" not in page.text


async def test_who_has_signed_in_goes_straight_on(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser)
        answer = await browser.get("/login", params={"next": "/storylines"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/storylines")


async def test_signing_out_needs_the_token_and_takes_the_session_away(house: House) -> None:
    async with house.browser() as browser:
        await sign_in(browser, "vic")
        assert (await browser.post("/logout")).status_code == 403
        answer = await browser.post("/logout", data={"csrf": await csrf_of(browser)})
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
        assert COOKIE not in browser.cookies
        assert (await browser.get("/")).status_code == 303
        assert (await browser.post("/logout")).status_code == 303


async def test_where_nobody_signs_in_the_login_page_leads_home() -> None:
    async with an_open_house().browser("http://localhost") as browser:
        answer = await browser.get("/login")
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "\n//evil.example",
        "/a\r\nSet-Cookie: x=y",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/login",
        "/logout?x=1",
    ],
)
async def test_signing_in_never_leads_to_another_server(house: House, text: str) -> None:
    assert local_path(text) == "/"
    async with house.browser() as browser:
        answer = await sign_in(browser, onward=text)
        assert answer.headers["location"] == "/"
