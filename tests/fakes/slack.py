"""A stand-in for Slack: incoming webhooks and the three methods that we call, with the documented limits enforced.

Sources: docs.slack.dev: "Block Kit" (counts and lengths), "chat.postMessage" (errors), "Rate limits" (429 and
Retry-After), "Formatting text for app surfaces" (escaping).
"""

import re
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

TOKEN = "xoxb-made-up-token"
HOOK_SECRET = "T000/B000/made-up-hook"
ROOM = "C0123456789"
_STRAY = re.compile(r"<(?!https?://[^<>|\s]+\|[^<>|]+>)|&(?!(amp|lt|gt);)")


@dataclass
class FakeSlack:
    """What was posted, and how the next calls go: ``refusals`` are answered first, in order, then all is well."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    refusals: list[Response] = field(default_factory=list)
    lost_answers: int = 0  # that many posts are taken, and then answered by nothing but an error of the proxy
    may_read_history: bool = True
    calls: list[str] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        """The HTTP face."""
        return Starlette(
            routes=[
                Route("/services/{secret:path}", self._hook, methods=["POST"]),
                Route("/api/{method}", self._method, methods=["POST"]),
            ]
        )

    def refuse(self, times: int, status: int = 429, retry_after: int | None = 30) -> None:
        """Refuse the next calls."""
        headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
        self.refusals += [PlainTextResponse("ratelimited", status, headers) for _ in range(times)]

    async def _hook(self, request: Request) -> Response:
        self.calls.append("webhook")
        if self.refusals:
            return self.refusals.pop(0)
        if request.path_params["secret"] != HOOK_SECRET:
            return PlainTextResponse("no_service", 404)
        body = await request.json()
        if error := _fault(body):
            return PlainTextResponse(error, 400)
        return self._take(body, PlainTextResponse("ok"))

    async def _method(self, request: Request) -> Response:
        method = request.path_params["method"]
        self.calls.append(method)
        if self.refusals:
            return self.refusals.pop(0)
        if request.headers.get("authorization") != f"Bearer {TOKEN}":
            return JSONResponse({"ok": False, "error": "invalid_auth"})
        body = await request.json()
        match method:
            case "auth.test":
                return JSONResponse({"ok": True})
            case "chat.postMessage":
                return self._post(body)
            case "conversations.history" | "conversations.replies":
                return self._history(body)
        return JSONResponse({"ok": False, "error": "unknown_method"})

    def _post(self, body: dict[str, Any]) -> Response:
        parents = {message["ts"] for message in self.messages}
        error = _fault(body)
        if body.get("channel") != ROOM:
            error = "channel_not_found"
        elif "thread_ts" in body and body["thread_ts"] not in parents:
            error = "thread_not_found"
        if error:
            return JSONResponse({"ok": False, "error": error})
        ts = f"1478174400.{len(self.messages):06d}"
        return self._take(body | {"ts": ts}, JSONResponse({"ok": True, "channel": ROOM, "ts": ts}))

    def _history(self, body: dict[str, Any]) -> Response:
        if not self.may_read_history:
            return JSONResponse({"ok": False, "error": "missing_scope"})
        thread = body.get("ts")
        seen = [m for m in self.messages if thread is None or thread in (m["ts"], m.get("thread_ts"))]
        return JSONResponse({"ok": True, "messages": seen[::-1][: body["limit"]]})

    def _take(self, message: dict[str, Any], answer: Response) -> Response:
        self.messages.append(message)
        if self.lost_answers:
            self.lost_answers -= 1
            return PlainTextResponse("bad gateway", 502)
        return answer


def _fault(body: dict[str, Any]) -> str:
    """Return Slack's error for a message outside its limits; empty when there is none."""
    blocks = body.get("blocks", [])
    if not body.get("text"):
        return "no_text"
    if len(blocks) > 50 or any(_block_fault(block) for block in blocks):
        return "invalid_blocks"
    whole = body["text"] + "".join(text for block in blocks for text in _mrkdwn(block))
    if _STRAY.search(whole):
        return "unescaped_text"  # Slack would show or obey it; the stand-in refuses
    return "msg_blocks_too_long" if len(whole) > 13_000 else ""


def _block_fault(block: dict[str, Any]) -> bool:
    match block["type"]:
        case "header":
            return not 0 < len(block["text"]["text"]) <= 150
        case "section":
            fields = block.get("fields", [])
            is_long = any(not 0 < len(one["text"]) <= 2000 for one in fields)
            return is_long or len(fields) > 10 or len(block.get("text", {}).get("text", "")) > 3000
        case "context":
            return not 0 < len(block["elements"]) <= 10 or any(len(one["text"]) > 3000 for one in block["elements"])
    return bool(block["type"] != "divider")


def _mrkdwn(block: dict[str, Any]) -> list[str]:
    texts = [block.get("text"), *block.get("fields", []), *block.get("elements", [])]
    return [text["text"] for text in texts if text and text["type"] == "mrkdwn"]
