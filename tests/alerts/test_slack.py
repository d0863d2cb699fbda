"""Slack: threads, doubt, refusals, and a storm of 429."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import SecretStr

from alerts.channels.base import Delivered, Retry, SendKey
from alerts.channels.post import Post
from alerts.channels.slack import SlackChannel
from alerts.destinations import SlackSetup
from alerts.message import message_of
from tests.alerts.fakes import WatchedClock, a_desk
from tests.builders import NOON, a_queued_delivery, an_alert
from tests.fakes.serving import serving
from tests.fakes.slack import ROOM, TOKEN, FakeSlack
from tocsin.clock import Clock, ManualClock

KEY = SendKey("alert1", "slack", "desk")


@asynccontextmanager
async def a_room(slack: FakeSlack, token: str = TOKEN, clock: Clock | None = None) -> AsyncIterator[SlackChannel]:
    post = Post(seconds=5)
    try:
        async with serving(slack.app) as base:
            setup = SlackSetup(token=SecretStr(token), room=ROOM, api_url=f"{base}/api/")
            yield SlackChannel(setup, post, clock or ManualClock(NOON))
    finally:
        await post.aclose()


async def test_in_doubt_it_looks_before_it_posts_again() -> None:
    slack = FakeSlack(lost_answers=1)
    async with a_room(slack) as channel:
        first = await channel.send(message_of(an_alert()), KEY, False, None)
        second = await channel.send(message_of(an_alert()), KEY, True, None)
    assert isinstance(first, Retry)
    assert first.is_in_doubt
    assert second == Delivered(receipt=f"{ROOM}/{slack.messages[0]['ts']}", thread=slack.messages[0]["ts"])
    assert len(slack.messages) == 1


async def test_in_doubt_without_the_right_to_look_it_posts_again() -> None:
    slack = FakeSlack(lost_answers=1, may_read_history=False)
    async with a_room(slack) as channel:
        await channel.send(message_of(an_alert()), KEY, False, None)
        await channel.send(message_of(an_alert()), KEY, True, None)
    assert len(slack.messages) == 2


async def test_an_update_replies_in_the_thread_and_only_a_reminder_shows_in_the_room() -> None:
    slack = FakeSlack()
    async with a_room(slack) as channel:
        head = await channel.send(message_of(an_alert()), KEY, False, None)
        assert isinstance(head, Delivered)
        await channel.send(message_of(an_alert(), is_update=True), KEY, False, head.thread)
        await channel.send(message_of(an_alert(), repeat=1), KEY, False, head.thread)
    assert [(m.get("thread_ts"), m.get("reply_broadcast")) for m in slack.messages] == [
        (None, None),
        (head.thread, False),
        (head.thread, True),
    ]


async def test_a_thread_that_is_gone_leaves_the_message_to_stand_by_itself() -> None:
    slack = FakeSlack()
    async with a_room(slack) as channel:
        outcome = await channel.send(message_of(an_alert()), KEY, False, "1.0")
    assert isinstance(outcome, Delivered)
    assert len(slack.messages) == 1


async def test_a_revoked_token_is_tried_again_since_people_mend_it() -> None:
    async with a_room(FakeSlack(), token="xoxb-revoked") as channel:
        outcome = await channel.send(message_of(an_alert()), KEY, False, None)
        assert outcome == Retry("Slack: invalid_auth")
        assert await channel.check() == "invalid_auth"


async def test_retry_after_is_handed_on() -> None:
    slack = FakeSlack()
    slack.refuse(1, retry_after=37)
    async with a_room(slack) as channel:
        outcome = await channel.send(message_of(an_alert()), KEY, False, None)
    assert isinstance(outcome, Retry)
    assert outcome.after == 37


async def test_a_storm_of_429_loses_nothing_and_posts_nothing_twice(tmp_path: Path) -> None:
    slack, clock = FakeSlack(), WatchedClock(NOON)
    slack.refuse(20, retry_after=30)
    names = [f"a{n}" for n in range(5)]
    facts = [a_queued_delivery(alert_id=name, channel="slack", alert=an_alert(alert_id=name)) for name in names]
    async with a_room(slack, clock=clock) as channel, a_desk(tmp_path, {"desk": channel}, clock, *facts) as desk:
        await desk.settled(owed=5)
        while desk.sender.owed():
            await desk.turns()
            clock.advance(301)
    posted = [message["metadata"]["event_payload"]["alert"] for message in slack.messages]
    assert sorted(posted) == names
