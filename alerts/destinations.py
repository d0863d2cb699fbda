"""Where alerts can go: a name, a channel, and what that channel must know. Secrets never show in ``repr``."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pydantic import SecretStr

from tocsin.ids import content_id


@dataclass(frozen=True, slots=True)
class TerminalSetup:
    """Standard output."""


@dataclass(frozen=True, slots=True)
class SlackWebhookSetup:
    """A Slack incoming webhook; its address is the secret."""

    url: SecretStr


@dataclass(frozen=True, slots=True)
class SlackSetup:
    """Slack by ``chat.postMessage``. ``room`` is the Slack channel's id."""

    token: SecretStr
    room: str
    api_url: str = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class EmailSetup:
    """SMTP to one recipient. ``ca_file`` names a file of authorities to trust beside the system's."""

    host: str
    sender: str
    to: str
    port: int = 587
    tls: Literal["starttls", "implicit", "none"] = "starttls"
    username: str | None = None
    password: SecretStr | None = None
    unsubscribe: str | None = None
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class WebhookSetup:
    """An HTTP endpoint that takes signed CloudEvents. ``secret`` is ``whsec_`` and base64, or any text."""

    url: SecretStr
    secret: SecretStr
    mode: Literal["binary", "structured"] = "binary"


Setup: TypeAlias = TerminalSetup | SlackWebhookSetup | SlackSetup | EmailSetup | WebhookSetup


@dataclass(frozen=True, slots=True)
class Destination:
    """One place that alerts go to. The name stands in facts and logs, so it must hold no secret."""

    name: str
    channel: str
    setup: Setup


def recipient_name(name: str, address: str) -> str:
    """Return the name of one recipient of an e-mail destination: stable, and silent about the address.

    Each recipient is a destination of its own, so that a refused one is retried alone and nobody gets a copy twice.
    """
    return f"{name}#{content_id('recipient', address.casefold())[:6]}"
