"""The doctor's checks of channels and clock against real servers on loopback: asked, logged in to, sent nothing."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from pydantic import SecretStr

from services.channel_checks import check_channels
from services.checks import check_skew
from services.findings import Finding
from services.server_time import server_time
from services.settings import (
    DeliverSettings,
    Destination,
    EmailDestination,
    IngestSettings,
    Settings,
    SlackDestination,
    WebhookDestination,
)
from tests.builders import NOON
from tests.fakes.mail import PASSWORD, USER, FakeMail, mail_server
from tests.fakes.receiver import SECRET, FakeReceiver
from tests.fakes.serving import serving
from tests.fakes.slack import ROOM, TOKEN, FakeSlack
from tocsin.clock import ManualClock


async def checked(destination: Destination) -> Finding:
    settings = Settings(deliver=DeliverSettings(destinations={"desk": destination}))
    [finding] = await check_channels(settings, ManualClock(NOON))
    return finding


@pytest.fixture(scope="module")
def mail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeMail]:
    with mail_server(tmp_path_factory.mktemp("mail")) as fake:
        yield fake


def an_email(mail: FakeMail, password: str = PASSWORD) -> EmailDestination:
    return EmailDestination(
        channel="email",
        host="localhost",
        port=mail.port,
        username=USER,
        password=SecretStr(password),
        sender="t@news.example",
        to=("ana@news.example", "ben@news.example"),
        ca_file=Path(mail.ca_file),
    )


async def test_a_mail_server_is_logged_in_to_and_gets_no_mail(mail: FakeMail) -> None:
    told = "email: the server takes the connection, STARTTLS and the login"
    assert await checked(an_email(mail)) == Finding("channel desk", "ok", told)
    assert mail.mails == []


async def test_a_wrong_password_fails_without_being_told(mail: FakeMail) -> None:
    finding = await checked(an_email(mail, password="wrong one"))
    assert finding.verdict == "fail"
    assert "535" in finding.detail
    assert "wrong one" not in finding.detail


@pytest.mark.parametrize(("token", "verdict"), [(TOKEN, "ok"), ("xoxb-revoked", "fail")])
async def test_slack_is_asked_about_the_token_and_nothing_is_posted(token: str, verdict: str) -> None:
    slack = FakeSlack()
    async with serving(slack.app) as address:
        finding = await checked(
            SlackDestination(channel="slack", token=SecretStr(token), room=ROOM, api_url=f"{address}/api/")
        )
    assert finding.verdict == verdict
    assert (slack.calls, slack.messages) == (["auth.test"], [])


async def test_a_webhook_is_connected_to_and_sent_nothing() -> None:
    receiver = FakeReceiver(ManualClock(NOON))
    async with serving(receiver.app) as address:
        finding = await checked(
            WebhookDestination(channel="webhook", url=SecretStr(f"{address}/hook"), secret=SecretStr(SECRET))
        )
    assert finding.verdict == "ok"
    assert receiver.events == {}


async def test_a_webhook_that_nobody_listens_at_fails() -> None:
    gone = WebhookDestination(channel="webhook", url=SecretStr("http://127.0.0.1:1/hook"), secret=SecretStr(SECRET))
    finding = await checked(gone)
    assert finding.verdict == "fail"
    assert "127.0.0.1" in finding.detail


# --- the clock -------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def a_server(*headers: str) -> AsyncIterator[str]:
    """Answer every request with these headers."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(("HTTP/1.1 200 OK\r\n" + "".join(f"{header}\r\n" for header in headers) + "\r\n").encode())
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/rss"


def date(moment: datetime) -> str:
    return f"Date: {format_datetime(moment, usegmt=True)}"


async def test_a_server_tells_its_time_and_a_cache_what_to_add() -> None:
    async with a_server(date(NOON)) as fresh, a_server(date(NOON), "Age: 60") as cached:
        assert await server_time(fresh, 5) == NOON
        assert await server_time(cached, 5) == NOON + timedelta(minutes=1)


@pytest.mark.parametrize("header", ["X: y", "Date: yesterday", "Date: "])
async def test_a_server_without_a_readable_date_tells_nothing(header: str) -> None:
    async with a_server(header) as address:
        assert await server_time(address, 5) is None


async def test_an_address_where_nobody_answers_tells_nothing() -> None:
    assert await server_time("http://127.0.0.1:1/", 5) is None


@pytest.mark.parametrize(("seconds", "verdict"), [(2, "ok"), (-60, "warn"), (600, "fail")])
async def test_the_clock_is_compared_with_the_nearest_of_the_feeds_servers(
    tmp_path: Path, seconds: int, verdict: str
) -> None:
    catalogue = tmp_path / "feeds.toml"
    async with a_server(date(NOON)) as right, a_server(date(NOON - timedelta(days=1))) as wrong:
        catalogue.write_text(f'[[feeds]]\nid = "a"\nurl = "{wrong}"\n[[feeds]]\nid = "b"\nurl = "{right}"\n')
        clock = ManualClock(NOON + timedelta(seconds=seconds))
        [finding] = await check_skew(Settings(ingest=IngestSettings(catalogue=catalogue)), clock)
    assert finding.verdict == verdict
    assert finding.detail.startswith(f"{abs(seconds)} s apart from the nearest of 2 feeds' servers")
