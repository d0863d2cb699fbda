"""The contract of a channel. One suite (tests/contract) holds every channel to it."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from alerts.message import Message
from tocsin.ids import content_id


@dataclass(frozen=True, slots=True)
class SendKey:
    """What makes a send one and the same, however often it is tried."""

    alert_id: str
    channel: str
    destination: str
    repeat: int = 0

    @property
    def id(self) -> str:
        """32 hex digits, the same for every try: a Message-ID, an event id, a Slack metadata value."""
        return content_id("send", self.alert_id, self.channel, self.destination, self.repeat)


@dataclass(frozen=True, slots=True)
class Delivered:
    """The channel took it. ``thread`` is where updates of it go, where the channel knows threads."""

    receipt: str
    thread: str | None = None


@dataclass(frozen=True, slots=True)
class Retry:
    """It did not get through now. ``after`` is how many seconds the other side asked to wait.

    ``is_in_doubt``: it may have arrived all the same (the answer was lost, not the request).
    """

    reason: str
    after: float | None = None
    is_in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class Rejected:
    """It will never be taken as it is."""

    reason: str


Outcome: TypeAlias = Delivered | Retry | Rejected


class Channel(Protocol):
    """One destination's way out.

    Expected trouble is a value, never an exception: an unreachable or unwilling other side is ``Retry``, a refusal
    of this message for good is ``Rejected``. Reasons and receipts hold no secret and no control character.
    The same key always gives the same identity on the wire, so that a second copy can be recognised; a send that is
    ``in_doubt`` looks first, where the channel can look, and is made again where it cannot: rather twice than never.
    The caller makes one send at a time, keeps ``gap`` seconds between them, and sets the outer time limit;
    a cancelled send is in doubt.
    """

    gap: float

    async def send(self, message: Message, key: SendKey, in_doubt: bool, thread: str | None) -> Outcome:
        """Send one message, as an update in ``thread`` where that is given and the channel knows threads."""
        ...

    async def check(self) -> str:
        """Return what is wrong with the way out without sending anything; empty when nothing is, or none can tell."""
        ...
