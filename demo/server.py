"""A newswire on loopback: real RSS 2.0 over HTTP, which shows a dispatch only once its time has come."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b
from importlib.resources import files
from xml.sax.saxutils import escape

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tocsin.clock import Clock


@dataclass(frozen=True, slots=True)
class Dispatch:
    """One item of the newswire. ``at`` is its time of publication (UTC)."""

    at: datetime
    wire: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Newswire:
    """The wires' titles and publishers, and all dispatches in order of publication."""

    wires: Mapping[str, Mapping[str, str]]
    dispatches: Sequence[Dispatch]


def load_newswire() -> Newswire:
    """Read the bundled newswire."""
    data = tomllib.loads((files("demo") / "newswire.toml").read_text(encoding="utf-8"))
    dispatches = [Dispatch(**entry) for entry in data["dispatches"]]
    return Newswire(data["wires"], sorted(dispatches, key=lambda d: d.at))


def render_rss(newswire: Newswire, wire: str, now: datetime) -> bytes:
    """Return one wire's RSS document as it stands at a moment, newest item first."""
    shown = [d for d in newswire.dispatches if d.wire == wire and d.at <= now]
    items = "".join(_item(wire, dispatch) for dispatch in reversed(shown))
    title = escape(newswire.wires[wire]["title"])
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
        f"<title>{title}</title><link>http://{wire}.example/</link><description>{title}</description>{items}"
        "</channel></rss>\n"
    ).encode()


def newswire_app(newswire: Newswire, clock: Clock) -> Starlette:
    """Return the ASGI application: ``/WIRE.xml`` for each wire, with ETag and 304 (RFC 9110 section 13)."""

    async def feed(request: Request) -> Response:
        wire = str(request.path_params["wire"])
        if wire not in newswire.wires:
            return Response(status_code=404)
        body = render_rss(newswire, wire, clock.now())
        etag = f'"{blake2b(body, digest_size=8).hexdigest()}"'
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"ETag": etag})
        return Response(body, media_type="application/rss+xml", headers={"ETag": etag})

    return Starlette(routes=[Route("/{wire}.xml", feed)])


def _item(wire: str, dispatch: Dispatch) -> str:
    guid = blake2b(f"{dispatch.wire}|{dispatch.title}|{dispatch.at}".encode(), digest_size=6).hexdigest()
    return (
        f"<item><title>{escape(dispatch.title)}</title>"
        f"<link>http://{wire}.example/{guid}</link>"
        f'<guid isPermaLink="false">{guid}</guid>'
        f"<pubDate>{format_datetime(dispatch.at)}</pubDate>"
        f"<description>{escape(dispatch.text)}</description></item>"
    )
