"""Slack by ``chat.postMessage``: one thread for a storyline's burst, and a look at the history when in doubt."""

from collections.abc import Mapping
from typing import Any

import msgspec

from alerts.channels.answers import failure
from alerts.channels.base import Delivered, Outcome, Rejected, Retry, SendKey
from alerts.channels.post import Answer, Post, Unreachable
from alerts.cleaning import clean
from alerts.destinations import SlackSetup
from alerts.message import Message
from alerts.render.slack import as_blocks, as_fallback
from tocsin.clock import Clock

_EVENT = "tocsin_alert"
_HISTORY = 100  # messages looked through for one in doubt
#: Errors that lie in the message itself (docs.slack.dev, chat.postMessage). All others lie in the set-up or in Slack,
#: which people mend within hours: those are tried again, so that a revoked token loses no alert.
_OF_THE_MESSAGE = frozenset(
    {
        "invalid_arguments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "invalid_metadata_schema",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    }
)


class SlackChannel:
    """One Slack room: at most a message a second (docs.slack.dev, "Rate limits")."""

    gap = 1.0

    def __init__(self, setup: SlackSetup, post: Post, clock: Clock) -> None:
        self._setup, self._post, self._clock = setup, post, clock

    async def send(self, message: Message, key: SendKey, in_doubt: bool, thread: str | None) -> Outcome:
        """Post the message, in the thread where there is one; reminders show in the room as well.

        In doubt, the room's history is searched for the key first. Without the right to read it (channels:history)
        the message is posted again. A thread that Slack no longer knows is left, and the message stands by itself.
        """
        if in_doubt and (found := await self._find(key, thread)):
            return Delivered(receipt=f"{self._setup.room}/{found}", thread=thread or found)
        outcome = await self._post_message(message, key, thread)
        if thread and isinstance(outcome, Retry) and outcome.reason == "Slack: thread_not_found":
            return await self._post_message(message, key, None)
        return outcome

    async def check(self) -> str:
        """Ask Slack whether the token is good."""
        answer = await self._call("auth.test", {})
        if isinstance(answer, Unreachable):
            return answer.reason
        told = _decoded(answer)
        return "" if told.get("ok") else _error(told, answer)

    async def _post_message(self, message: Message, key: SendKey, thread: str | None) -> Outcome:
        body: dict[str, object] = {
            "channel": self._setup.room,
            "text": as_fallback(message),
            "blocks": as_blocks(message),
            "metadata": {"event_type": _EVENT, "event_payload": {"send": key.id, "alert": message.alert_id}},
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread:
            body |= {"thread_ts": thread, "reply_broadcast": message.is_repeat}
        answer = await self._call("chat.postMessage", body)
        if trouble := failure(answer, self._clock.now()):
            return trouble
        return _outcome(answer, thread)

    async def _find(self, key: SendKey, thread: str | None) -> str | None:
        """Return the ``ts`` of a message that carries the key; None when there is none or we may not look."""
        where = {"channel": self._setup.room, "limit": _HISTORY, "include_all_metadata": True}
        method = "conversations.replies" if thread else "conversations.history"
        answer = await self._call(method, where | ({"ts": thread} if thread else {}))
        if isinstance(answer, Unreachable):
            return None
        for message in _decoded(answer).get("messages") or ():
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("send") == key.id:
                return str(message["ts"])
        return None

    async def _call(self, method: str, body: Mapping[str, object]) -> Answer | Unreachable:
        headers = {
            "authorization": f"Bearer {self._setup.token.get_secret_value()}",
            "content-type": "application/json; charset=utf-8",
        }
        url = f"{self._setup.api_url.rstrip('/')}/{method}"
        return await self._post.send(url, headers, msgspec.json.encode(body))


def _outcome(answer: Answer | Unreachable, thread: str | None) -> Outcome:
    """Return what Slack's own ``ok`` says: its errors come with HTTP 200."""
    if isinstance(answer, Unreachable):
        return Retry(answer.reason, is_in_doubt=answer.is_in_doubt)
    told = _decoded(answer)
    if told.get("ok") and (ts := told.get("ts")):
        return Delivered(receipt=f"{told.get('channel', '')}/{ts}", thread=thread or str(ts))
    error = _error(told, answer)
    if error in _OF_THE_MESSAGE:
        return Rejected(f"Slack: {error}")
    return Retry(f"Slack: {error}", is_in_doubt=not told)


def _decoded(answer: Answer) -> dict[str, Any]:
    """Return Slack's JSON object; empty when the answer is none."""
    try:
        return msgspec.json.decode(answer.body, type=dict[str, Any])
    except msgspec.MsgspecError:
        return {}


def _error(told: Mapping[str, Any], answer: Answer) -> str:
    return clean(str(told.get("error") or f"HTTP {answer.status} without a reason"), 80)
