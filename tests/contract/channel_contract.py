"""What every channel is held to. ``test_channels.py`` runs it over each of them, against a real local server."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from alerts.channels.base import Channel, Delivered, Rejected, Retry, SendKey
from alerts.message import digest_of, message_of
from tests.builders import a_passed_deadline, a_statement, an_alert, an_article_ref

HOSTILE = "<script>alert(1)</script> <!channel> & \u202egnp.exe\x1b[31m\r\nBcc: x@example.org " + "W" * 10_000


class Rig(ABC):
    """One channel with the other side in the test's hands."""

    channel: Channel
    secrets: tuple[str, ...] = ()

    @abstractmethod
    def arrived(self) -> list[str]:
        """Return an identity of each message that arrived, copies included, in order."""

    def refuse_for_now(self) -> None:
        """Refuse the next send, asking to come again."""
        pytest.skip("this channel's other side never refuses")

    def refuse_for_good(self) -> None:
        """Refuse the next send for good."""
        pytest.skip("this channel's other side never refuses")

    def lose_the_answer(self) -> None:
        """Take the next send, and lose the answer to it."""
        pytest.skip("this channel's other side always answers")

    async def take_away(self) -> None:
        """Stop the other side."""
        pytest.skip("this channel has no other side")


class ChannelContract(ABC):
    """Inherit it, and say how to make a rig."""

    @abstractmethod
    def rig(self, folder: Path) -> AbstractAsyncContextManager[Rig]:
        """Return a context manager that yields a rig."""

    @pytest.fixture
    async def made(self, tmp_path: Path) -> AsyncIterator[Rig]:
        async with self.rig(tmp_path) as rig:
            yield rig

    def key(self, rig: Rig, repeat: int = 0, alert_id: str = "alert1") -> SendKey:
        return SendKey(alert_id, "any", "desk", repeat)

    async def test_a_message_arrives_once_and_leaves_a_receipt(self, made: Rig) -> None:
        outcome = await made.channel.send(message_of(an_alert()), self.key(made), False, None)
        assert isinstance(outcome, Delivered)
        assert type(outcome.receipt) is str  # it goes into a fact, and the codec takes no subclasses
        assert outcome.receipt
        assert len(made.arrived()) == 1

    async def test_an_update_goes_into_the_thread_of_its_head(self, made: Rig) -> None:
        head = await made.channel.send(message_of(an_alert()), self.key(made), False, None)
        assert isinstance(head, Delivered)
        update = message_of(an_alert(alert_id="alert9"), is_update=True)
        outcome = await made.channel.send(update, self.key(made, alert_id="alert9"), False, head.thread)
        assert isinstance(outcome, Delivered)
        assert outcome.thread == head.thread

    async def test_a_passed_deadline_and_a_digest_arrive(self, made: Rig) -> None:
        messages = [message_of(an_alert()), message_of(a_passed_deadline())]
        digest = digest_of(messages, "desk")
        assert isinstance(await made.channel.send(messages[1], self.key(made), False, None), Delivered)
        key = self.key(made, alert_id=digest.alert_id)
        assert isinstance(await made.channel.send(digest, key, False, None), Delivered)

    async def test_hostile_words_arrive_harmless(self, made: Rig) -> None:
        later = a_statement(article=an_article_ref(title=HOSTILE, source=HOSTILE, url="javascript:alert(1)"))
        alert = an_alert(headline=HOSTILE, storyline=HOSTILE, later=later, reason=HOSTILE)
        outcome = await made.channel.send(message_of(alert), self.key(made), False, None)
        assert isinstance(outcome, Delivered), outcome

    async def test_asked_to_come_again_it_says_so(self, made: Rig) -> None:
        made.refuse_for_now()
        outcome = await made.channel.send(message_of(an_alert()), self.key(made), False, None)
        assert isinstance(outcome, Retry)
        assert made.arrived() == []

    async def test_refused_for_good_it_says_so(self, made: Rig) -> None:
        made.refuse_for_good()
        outcome = await made.channel.send(message_of(an_alert()), self.key(made), False, None)
        assert isinstance(outcome, Rejected)

    async def test_a_lost_answer_leads_to_a_second_try_with_the_same_identity(self, made: Rig) -> None:
        made.lose_the_answer()
        message, key = message_of(an_alert()), self.key(made)
        assert isinstance(await made.channel.send(message, key, False, None), Retry)
        assert isinstance(await made.channel.send(message, key, True, None), Delivered)
        assert len(set(made.arrived())) == 1

    async def test_an_unreachable_other_side_is_a_retry(self, made: Rig) -> None:
        await made.take_away()
        outcome = await made.channel.send(message_of(an_alert()), self.key(made), False, None)
        assert isinstance(outcome, Retry)
        assert not outcome.is_in_doubt

    async def test_no_secret_shows(self, made: Rig, caplog: pytest.LogCaptureFixture) -> None:
        with caplog.at_level("DEBUG"):
            first = await made.channel.send(message_of(an_alert()), self.key(made), False, None)
            if made.secrets:
                await made.take_away()
            second = await made.channel.send(message_of(an_alert()), self.key(made), False, None)
        shown = f"{first} {second} {made.channel!r} {vars(made.channel)} {caplog.text}"
        assert not [secret for secret in made.secrets if secret in shown]
