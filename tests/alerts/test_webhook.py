"""Webhooks: CloudEvents, signatures, and the one way out over HTTP."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from alerts.channels.answers import retry_after
from alerts.channels.base import Delivered, Rejected, SendKey
from alerts.channels.post import Answer, Post, Unreachable
from alerts.channels.webhook import WebhookChannel, event_of, signature_headers
from alerts.destinations import WebhookSetup
from alerts.message import digest_of, message_of
from tests.builders import NOON, a_passed_deadline, an_alert
from tests.fakes.receiver import SECRET, FakeReceiver
from tests.fakes.serving import serving
from tocsin.clock import ManualClock

KEY = SendKey("alert1", "webhook", "hook")


@asynccontextmanager
async def posting(seconds: float = 5.0) -> AsyncIterator[Post]:
    post = Post(seconds=seconds)
    try:
        yield post
    finally:
        await post.aclose()


@pytest.mark.parametrize("mode", ["binary", "structured"])
async def test_the_alert_arrives_as_a_signed_cloud_event(mode: Literal["binary", "structured"]) -> None:
    clock = ManualClock(NOON)
    receiver = FakeReceiver(clock)
    async with posting() as post, serving(receiver.app) as base:
        setup = WebhookSetup(url=SecretStr(f"{base}/hook"), secret=SecretStr(SECRET), mode=mode)
        outcome = await WebhookChannel(setup, post, clock).send(message_of(an_alert()), KEY, False, None)
    assert isinstance(outcome, Delivered)
    event = receiver.events[KEY.id]
    told = event if mode == "structured" else {k.removeprefix("ce-"): v for k, v in receiver.headers[0].items()}
    assert (told["id"], told["type"], told["subject"], told["specversion"]) == (
        KEY.id,
        "alert.raised.v1",
        "alert1",
        "1.0",
    )
    assert (event["data"] if mode == "structured" else event)["headline"] == an_alert().headline


def test_a_digest_is_a_batch_of_events() -> None:
    digest = digest_of([message_of(an_alert()), message_of(a_passed_deadline())], "hook")
    headers, body = event_of(digest, KEY, "binary")
    assert headers["content-type"].startswith("application/cloudevents-batch+json")
    assert [event["type"] for event in json.loads(body)] == ["alert.raised.v1", "deadline.passed.v1"]


async def test_an_old_or_changed_post_fails_the_receivers_check() -> None:
    clock = ManualClock(NOON)
    receiver = FakeReceiver(clock)
    async with posting() as post, serving(receiver.app) as base:
        setup = WebhookSetup(url=SecretStr(f"{base}/hook"), secret=SecretStr(SECRET))
        await WebhookChannel(setup, post, clock).send(message_of(an_alert()), KEY, False, None)
    headers = receiver.headers[0]
    _, body = event_of(message_of(an_alert()), KEY, "binary")
    assert receiver.is_signed(headers, body)
    assert not receiver.is_signed(headers, body + b" ")
    clock.advance(timedelta(minutes=6).total_seconds())
    assert not receiver.is_signed(headers, body)


def test_the_documented_receiver_takes_it_once() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "alerts.md").read_text(encoding="utf-8")
    documented: dict[str, Any] = {}
    exec(page.split("```python\n")[1].split("```")[0], documented)  # noqa: S102 - our own page
    _, body = event_of(message_of(an_alert()), KEY, "binary")
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    headers = signature_headers(key, KEY.id, datetime.now(UTC), body)
    seen = set[str]()
    assert documented["is_genuine"](headers, body, SECRET, seen)
    assert not documented["is_genuine"](headers, body, SECRET, seen)  # replayed
    assert not documented["is_genuine"](headers, body + b" ", SECRET, set())


async def test_a_wrong_secret_is_refused_for_good() -> None:
    clock = ManualClock(NOON)
    async with posting() as post, serving(FakeReceiver(clock).app) as base:
        other = "whsec_" + base64.b64encode(b"another made-up key").decode()
        setup = WebhookSetup(url=SecretStr(f"{base}/hook"), secret=SecretStr(other))
        outcome = await WebhookChannel(setup, post, clock).send(message_of(an_alert()), KEY, False, None)
    assert outcome == Rejected("HTTP 401: bad signature")


def test_a_setup_does_not_show_its_secrets() -> None:
    setup = WebhookSetup(url=SecretStr("https://hook.example/made-up-path"), secret=SecretStr(SECRET))
    assert SECRET not in repr(setup)
    assert "made-up-path" not in repr(setup)


async def test_redirects_are_not_followed_and_long_answers_are_cut() -> None:
    async def away(request: Request) -> Response:
        return RedirectResponse("http://127.0.0.1:1/")

    async def long(request: Request) -> Response:
        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(8):
                yield b"x" * 65_536

        return StreamingResponse(pieces())

    app = Starlette(routes=[Route("/away", away, methods=["POST"]), Route("/long", long, methods=["POST"])])
    async with posting() as post, serving(app) as base:
        redirected = await post.send(f"{base}/away", {}, b"")
        cut = await post.send(f"{base}/long", {}, b"")
    assert isinstance(redirected, Answer)
    assert redirected.status == 307
    assert isinstance(cut, Answer)
    assert len(cut.body) == 262_144


async def test_an_address_that_is_none_is_told_without_being_shown() -> None:
    async with posting() as post:
        result = await post.send("http://[made-up-secret", {}, b"")
    assert isinstance(result, Unreachable)
    assert "made-up-secret" not in result.reason


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("30", 30), ("Thu, 03 Nov 2016 12:01:00 GMT", 60), ("0", 0), ("soon", None), (None, None), ("999999999", 86_400)],
)
def test_retry_after_is_a_number_or_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, NOON) == seconds
