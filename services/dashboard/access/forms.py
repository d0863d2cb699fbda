"""Reads a posted form before the application does, and plays it back: bounded in size and time."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import Message, Receive

from services.dashboard.access.refusal import Refusal

LARGEST = 64 * 1024  # bytes
_SECONDS = 30.0  # for the whole body to arrive

_TOO_LARGE = Refusal(413, f"the form is larger than {LARGEST // 1024} KiB")
_TOO_SLOW = Refusal(408, "the form did not arrive in time")
_LEFT = Refusal(400, "the form did not arrive whole")


def is_form(headers: Headers) -> bool:
    """Say whether the body is an urlencoded form."""
    return headers.get("content-type", "").split(";")[0].strip().lower() == "application/x-www-form-urlencoded"


async def read_body(receive: Receive, seconds: float = _SECONDS) -> bytes | Refusal:
    """Return the whole body, if it is at most 64 KiB and arrives within ``seconds``."""
    try:
        async with asyncio.timeout(seconds):
            return await _collect(receive)
    except TimeoutError:
        return _TOO_SLOW


def fields_of(body: bytes) -> Mapping[str, str]:
    """Return a form's fields; of a name that comes twice, the first, as a template's own token field is."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    return dict(reversed(pairs))


def replayed(body: bytes, receive: Receive) -> Receive:
    """Return a ``receive`` that gives the body that was read, and then what comes (that the client leaves)."""
    pending: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return pending.pop() if pending else await receive()

    return again


async def _collect(receive: Receive) -> bytes | Refusal:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return _LEFT
        body += message.get("body", b"")
        if len(body) > LARGEST:
            return _TOO_LARGE
        if not message.get("more_body", False):
            return bytes(body)
