"""Slack by incoming webhook: the simple mode, without threads and without a look-up of what is there already."""

import msgspec

from alerts.channels.answers import failure
from alerts.channels.base import Delivered, Outcome, SendKey
from alerts.channels.post import Post
from alerts.destinations import SlackWebhookSetup
from alerts.message import Message
from alerts.render.slack import as_blocks, as_fallback
from tocsin.clock import Clock


class SlackWebhookChannel:
    """One Slack webhook: at most a message a second (docs.slack.dev, "Rate limits")."""

    gap = 1.0

    def __init__(self, setup: SlackWebhookSetup, post: Post, clock: Clock) -> None:
        self._setup, self._post, self._clock = setup, post, clock

    async def send(self, message: Message, key: SendKey, in_doubt: bool, thread: str | None) -> Outcome:
        """Post the blocks. A webhook tells no id of the message, so a doubtful send is made again."""
        body = msgspec.json.encode(
            {
                "text": as_fallback(message),
                "blocks": as_blocks(message),
                "unfurl_links": False,
                "unfurl_media": False,
            }
        )
        url = self._setup.url.get_secret_value()
        answer = await self._post.send(url, {"content-type": "application/json; charset=utf-8"}, body)
        return failure(answer, self._clock.now()) or Delivered(receipt="accepted")

    async def check(self) -> str:
        """A webhook cannot be tried without sending; only its address can be looked at."""
        is_https = self._setup.url.get_secret_value().startswith("https://")
        return "" if is_https else "the webhook's address should start with https://"
