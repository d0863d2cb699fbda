"""The checks of ``tocsin doctor`` on the ways out: each goes as far as it can without sending anything."""

import asyncio
from collections.abc import Mapping
from urllib.parse import urlsplit

from alerts.channels.base import Channel
from alerts.channels.post import Post
from services import wiring
from services.findings import Finding
from services.settings import Destination, Settings, SlackWebhookDestination, WebhookDestination
from tocsin.clock import Clock

_WITHIN = 10.0  # seconds
_DONE = {
    "terminal": "standard output",
    "slack": "Slack knows the token",
    "slack-webhook": "Slack answers; whether it knows the address shows only with the first alert",
    "email": "the server takes the connection{tls}{login}",
    "webhook": "the server can be reached; whether it takes alerts shows only with the first",
}


async def check_channels(settings: Settings, clock: Clock) -> list[Finding]:
    """Would alerts get out? Slack is asked about the token, SMTP servers are logged in to, webhooks connected to."""
    post = Post(_WITHIN)
    try:
        channels = wiring.build_channels(settings, post, clock)
        named = settings.deliver.destinations.items()
        checks = [_check(name, one, _channel_of(name, channels)) for name, one in named]
        return list(await asyncio.gather(*checks))
    except OSError as error:  # a file of authorities that cannot be read
        return [Finding("channels", "fail", f"ca_file: {error}; correct it in the settings file")]
    finally:
        await post.aclose()


def _channel_of(name: str, channels: Mapping[str, Channel]) -> Channel:
    """Return a destination's channel; for a mail with several recipients the first one's: they share the server."""
    return next(channel for known, channel in channels.items() if known.partition("#")[0] == name)


async def _check(name: str, destination: Destination, channel: Channel) -> Finding:
    check, kind = f"channel {name}", destination.channel
    try:
        async with asyncio.timeout(_WITHIN):
            trouble = await channel.check() or await _reach(destination)
    except TimeoutError:
        trouble = f"no answer within {_WITHIN:g} s"
    if trouble:
        return Finding(check, "fail", f"{kind}: {trouble}; correct deliver.destinations.{name}")
    return Finding(check, "ok", f"{kind}: {_reached(destination)}")


async def _reach(destination: Destination) -> str:
    """Connect to a webhook's server, with TLS where its address asks for it, and say nothing."""
    if not isinstance(destination, WebhookDestination | SlackWebhookDestination):
        return ""
    parts = urlsplit(destination.url.get_secret_value())
    is_tls = parts.scheme == "https"
    try:
        _, writer = await asyncio.open_connection(parts.hostname, parts.port or (443 if is_tls else 80), ssl=is_tls)
    except (OSError, ValueError) as error:
        return f"{parts.hostname}: {error}"
    writer.close()
    return ""


def _reached(destination: Destination) -> str:
    if destination.channel != "email":
        return _DONE[destination.channel]
    tls = {"starttls": ", STARTTLS", "implicit": ", TLS", "none": ""}[destination.tls]
    login = " and the login" if destination.username else ""
    return _DONE["email"].format(tls=tls, login=login)
