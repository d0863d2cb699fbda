"""Facts of ``tocsin.commands``: what a person did."""

from typing import Literal

from tocsin.facts.base import Fact
from tocsin.vocabulary import Moment


class AcknowledgementGiven(Fact, frozen=True, kw_only=True):
    """A person acknowledged an alert."""

    wire = "command.acknowledge.v1"
    topic = "tocsin.commands"
    key = "storyline_id"
    identity = ("alert_id", "user")

    storyline_id: str
    alert_id: str
    user: str


class SilenceSet(Fact, frozen=True, kw_only=True):
    """A person silenced a storyline until a time."""

    wire = "command.silence.v1"
    topic = "tocsin.commands"
    key = "storyline_id"
    identity = ("storyline_id", "user", "at")

    storyline_id: str
    until: Moment
    user: str
    reason: str = ""


class ReviewGiven(Fact, frozen=True, kw_only=True):
    """A person confirmed or rejected an alert, or said that two storylines are one."""

    wire = "command.review.v2"
    topic = "tocsin.commands"
    key = "storyline_id"
    identity = ("storyline_id", "alert_id", "verdict", "user", "at")

    storyline_id: str
    theatre: str  # the storyline's
    verdict: Literal["confirm", "reject", "merge"]
    user: str
    alert_id: str | None = None
    merge_into: str | None = None
    note: str = ""


class SessionOpened(Fact, frozen=True, kw_only=True):
    """Somebody signed in to the dashboard."""

    wire = "session.opened.v1"
    topic = "tocsin.commands"
    key = "user"
    identity = ("user", "address", "at")

    user: str
    role: Literal["viewer", "operator"]
    address: str  # the client's IP address


class SessionRefused(Fact, frozen=True, kw_only=True):
    """A sign-in to the dashboard was refused."""

    wire = "session.refused.v1"
    topic = "tocsin.commands"
    key = "user"
    identity = ("user", "address", "at")

    user: str  # the name that was given, at most 64 characters
    address: str
    reason: Literal["wrong_password", "too_many_attempts"]
