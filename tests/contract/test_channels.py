"""Every channel keeps the channels' contract."""

import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from starlette.responses import PlainTextResponse

from alerts.channels.email import EmailChannel
from alerts.channels.post import Post
from alerts.channels.slack import SlackChannel
from alerts.channels.slack_webhook import SlackWebhookChannel
from alerts.channels.terminal import TerminalChannel
from alerts.channels.webhook import WebhookChannel
from alerts.destinations import EmailSetup, SlackSetup, SlackWebhookSetup, WebhookSetup
from tests.builders import NOON
from tests.contract.channel_contract import ChannelContract, Rig
from tests.fakes.mail import PASSWORD, USER, FakeMail, mail_server
from tests.fakes.receiver import SECRET, FakeReceiver
from tests.fakes.serving import serving
from tests.fakes.slack import HOOK_SECRET, ROOM, TOKEN, FakeSlack
from tocsin.clock import ManualClock


@asynccontextmanager
async def posting() -> AsyncIterator[Post]:
    """Yield the way out over HTTP."""
    post = Post(seconds=5)
    try:
        yield post
    finally:
        await post.aclose()


@dataclass
class TerminalRig(Rig):
    channel: TerminalChannel

    def arrived(self) -> list[str]:
        output = self.channel._console.file
        assert isinstance(output, io.StringIO)
        return ["alert1"] * output.getvalue().count("Alert    alert1")


@dataclass
class SlackRig(Rig):
    channel: SlackChannel | SlackWebhookChannel
    slack: FakeSlack
    stack: AsyncExitStack
    secrets: tuple[str, ...] = (TOKEN, HOOK_SECRET)

    def arrived(self) -> list[str]:
        return [str(message["blocks"]) for message in self.slack.messages]

    def refuse_for_now(self) -> None:
        self.slack.refuse(1)

    def refuse_for_good(self) -> None:
        self.slack.refusals.append(PlainTextResponse("invalid_payload", 400))

    def lose_the_answer(self) -> None:
        self.slack.lost_answers = 1

    async def take_away(self) -> None:
        await self.stack.aclose()


@dataclass
class WebhookRig(Rig):
    channel: WebhookChannel
    receiver: FakeReceiver
    stack: AsyncExitStack
    secrets: tuple[str, ...] = (SECRET, SECRET.removeprefix("whsec_"))

    def arrived(self) -> list[str]:
        return [headers["webhook-id"] for headers in self.receiver.headers]

    def refuse_for_now(self) -> None:
        self.receiver.refusals.append(PlainTextResponse("busy", 503))

    def refuse_for_good(self) -> None:
        self.receiver.refusals.append(PlainTextResponse("gone", 410))

    def lose_the_answer(self) -> None:
        self.receiver.lost_answers = 1

    async def take_away(self) -> None:
        await self.stack.aclose()


@dataclass
class MailRig(Rig):
    channel: EmailChannel
    mail: FakeMail
    stack: AsyncExitStack
    secrets: tuple[str, ...] = (PASSWORD,)

    def arrived(self) -> list[str]:
        return [mail["Message-ID"] for mail in self.mail.mails]

    def refuse_for_now(self) -> None:
        self.mail.refusals.append("451 come again")

    def refuse_for_good(self) -> None:
        self.mail.refusals.append("550 no such user")

    def lose_the_answer(self) -> None:
        self.mail.lost_answers = 1

    async def take_away(self) -> None:
        await self.stack.aclose()


class TestTerminal(ChannelContract):
    @asynccontextmanager
    async def rig(self, folder: Path) -> AsyncIterator[Rig]:
        yield TerminalRig(TerminalChannel(Console(file=io.StringIO(), width=100)))


class TestSlackWebhook(ChannelContract):
    @asynccontextmanager
    async def rig(self, folder: Path) -> AsyncIterator[Rig]:
        slack = FakeSlack()
        async with posting() as post, AsyncExitStack() as stack:
            base = await stack.enter_async_context(serving(slack.app))
            setup = SlackWebhookSetup(url=SecretStr(f"{base}/services/{HOOK_SECRET}"))
            yield SlackRig(SlackWebhookChannel(setup, post, ManualClock(NOON)), slack, stack)


class TestSlack(ChannelContract):
    @asynccontextmanager
    async def rig(self, folder: Path) -> AsyncIterator[Rig]:
        slack = FakeSlack()
        async with posting() as post, AsyncExitStack() as stack:
            base = await stack.enter_async_context(serving(slack.app))
            setup = SlackSetup(token=SecretStr(TOKEN), room=ROOM, api_url=f"{base}/api/")
            yield SlackRig(SlackChannel(setup, post, ManualClock(NOON)), slack, stack)


class TestWebhook(ChannelContract):
    @asynccontextmanager
    async def rig(self, folder: Path) -> AsyncIterator[Rig]:
        clock = ManualClock(NOON)
        receiver = FakeReceiver(clock)
        async with posting() as post, AsyncExitStack() as stack:
            base = await stack.enter_async_context(serving(receiver.app))
            setup = WebhookSetup(url=SecretStr(f"{base}/hook"), secret=SecretStr(SECRET))
            yield WebhookRig(WebhookChannel(setup, post, clock), receiver, stack)


class TestEmail(ChannelContract):
    @asynccontextmanager
    async def rig(self, folder: Path) -> AsyncIterator[Rig]:
        async with AsyncExitStack() as stack:
            mail = stack.enter_context(mail_server(folder))
            setup = EmailSetup(
                host="localhost",
                port=mail.port,
                sender="Tocsin <tocsin@desk.example>",
                to="duty@desk.example",
                username=USER,
                password=SecretStr(PASSWORD),
                ca_file=mail.ca_file,
            )
            yield MailRig(EmailChannel(setup), mail, stack)
