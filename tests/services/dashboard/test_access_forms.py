"""Reading a form before the application does."""

import asyncio

from starlette.types import Message

from services.dashboard.access.forms import LARGEST, fields_of, read_body, replayed
from services.dashboard.access.refusal import Refusal


class Line:
    """A connection on which these messages arrive, and then nothing."""

    def __init__(self, *messages: Message) -> None:
        self._messages = list(messages)

    async def receive(self) -> Message:
        if not self._messages:
            await asyncio.Event().wait()
        return self._messages.pop(0)


def a_part(body: bytes, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_parts_is_read_whole_and_played_back_once() -> None:
    line = Line(a_part(b"a=1", True), a_part(b"&b=2", False), {"type": "http.disconnect"})
    body = await read_body(line.receive)
    assert body == b"a=1&b=2"
    again = replayed(body, line.receive)
    assert await again() == a_part(b"a=1&b=2", False)
    assert await again() == {"type": "http.disconnect"}


async def test_a_body_of_64_kib_is_read_and_one_byte_more_is_not() -> None:
    assert await read_body(Line(a_part(b"x" * LARGEST, False)).receive) == b"x" * LARGEST
    refused = await read_body(Line(a_part(b"x" * LARGEST, True), a_part(b"x", True)).receive)
    assert isinstance(refused, Refusal)
    assert refused.status == 413


async def test_a_client_that_leaves_or_dawdles_is_refused() -> None:
    left = await read_body(Line(a_part(b"a", True), {"type": "http.disconnect"}).receive)
    slow = await read_body(Line(a_part(b"a", True)).receive, seconds=0.01)
    assert isinstance(left, Refusal)
    assert isinstance(slow, Refusal)
    assert (left.status, slow.status) == (400, 408)


def test_of_a_field_that_comes_twice_the_first_counts() -> None:
    assert fields_of(b"csrf=ours&text=&csrf=theirs") == {"csrf": "ours", "text": ""}
