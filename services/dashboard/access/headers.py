"""Headers that every answer carries: what a page may load, who may frame it, who may keep it."""

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",  # an open dashboard's images and files, to any page on this machine
}
_PRIVATE = ("text/html", "application/json")


def guarded(send: Send, cookie: str | None = None) -> Send:
    """Return a ``send`` that adds the headers, and a Set-Cookie if given. What the application set stays."""

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            _add(MutableHeaders(scope=message), cookie)
        await send(message)

    return with_headers


def _add(headers: MutableHeaders, cookie: str | None) -> None:
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    if cookie or headers.get("content-type", "").startswith(_PRIVATE):
        headers.setdefault("Cache-Control", "no-store")
    if cookie:
        headers.append("Set-Cookie", cookie)
