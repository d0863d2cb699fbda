"""Builds every part from the settings, by plain constructor calls. Nothing else knows which parts go together."""

from rich.console import Console

from alerts.channels.base import Channel
from alerts.channels.email import EmailChannel
from alerts.channels.post import Post
from alerts.channels.slack import SlackChannel
from alerts.channels.slack_webhook import SlackWebhookChannel
from alerts.channels.terminal import TerminalChannel
from alerts.channels.webhook import WebhookChannel
from alerts.destinations import EmailSetup, Setup, SlackSetup, SlackWebhookSetup, TerminalSetup, WebhookSetup
from alerts.planning import PlanCore, PlanState
from services.routing import routes_of
from services.settings import Settings, SettingsError
from tocsin.clock import Clock, SystemClock
from tocsin.log.base import EventLog
from tocsin.log.sqlite import LogMismatchError, SqliteLog
from tocsin.stage import StageCore


async def open_log(settings: Settings, clock: Clock | None = None) -> EventLog:
    """Open the log that the settings name; the caller closes it. Raises SettingsError, LogUnavailableError."""
    log = settings.log
    try:
        return await SqliteLog.open(log.path, partitions=log.partitions, lease=log.lease, clock=clock or SystemClock())
    except LogMismatchError as error:
        raise SettingsError(f"log.path {log.path}: {error}") from error


def build_detect(settings: Settings) -> StageCore[object]:
    """Return the detect stage's core, detecting in this process."""
    raise NotImplementedError


def build_relate(settings: Settings) -> StageCore[object]:
    """Return the relate stage's core."""
    raise NotImplementedError


def build_plan(settings: Settings) -> StageCore[PlanState]:
    """Return the core that turns alerts into deliveries owed."""
    return PlanCore(routes_of(settings.deliver))


def build_channels(settings: Settings, post: Post, clock: Clock) -> dict[str, Channel]:
    """Return each destination's channel, by the destination's name."""
    destinations = routes_of(settings.deliver).destinations
    return {name: _channel(one.setup, post, clock) for name, one in destinations.items()}


def _channel(setup: Setup, post: Post, clock: Clock) -> Channel:
    match setup:
        case TerminalSetup():
            return TerminalChannel(Console())
        case SlackWebhookSetup():
            return SlackWebhookChannel(setup, post, clock)
        case SlackSetup():
            return SlackChannel(setup, post, clock)
        case EmailSetup():
            return EmailChannel(setup)
        case WebhookSetup():
            return WebhookChannel(setup, post, clock)
