"""A webhook receiver as docs/alerts.md tells people to write one: it checks signature and age, and keeps ids."""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tocsin.clock import Clock

KEY = b"a made-up signing key of 32 bytes"
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@dataclass
class FakeReceiver:
    """What came in; ``refusals`` are answered first, in order."""

    clock: Clock
    events: dict[str, Any] = field(default_factory=dict)  # webhook-id: decoded body
    headers: list[dict[str, str]] = field(default_factory=list)
    copies: int = 0
    refusals: list[Response] = field(default_factory=list)
    lost_answers: int = 0

    @property
    def app(self) -> Starlette:
        """The HTTP face."""
        return Starlette(routes=[Route("/hook", self._hook, methods=["POST"])])

    async def _hook(self, request: Request) -> Response:
        if self.refusals:
            return self.refusals.pop(0)
        body = await request.body()
        if not self.is_signed(dict(request.headers), body):
            return PlainTextResponse("bad signature", 401)
        event_id = request.headers["webhook-id"]
        self.copies += event_id in self.events
        self.events[event_id] = await request.json()
        self.headers.append(dict(request.headers))
        if self.lost_answers:
            self.lost_answers -= 1
            return PlainTextResponse("bad gateway", 502)
        return PlainTextResponse("taken", 202)

    def is_signed(self, headers: dict[str, str], body: bytes) -> bool:
        """Return whether the body came from who holds the key, within five minutes."""
        stamp = headers["webhook-timestamp"]
        sent = datetime.fromtimestamp(int(stamp), tz=self.clock.now().tzinfo)
        signed = f"{headers['webhook-id']}.{stamp}.".encode() + body
        mac = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
        is_fresh = abs(self.clock.now() - sent) < timedelta(minutes=5)
        return is_fresh and any(
            hmac.compare_digest(one.removeprefix("v1,"), mac) for one in headers["webhook-signature"].split()
        )
