"""Builds every part from the settings, by plain constructor calls. Nothing else knows which parts go together."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from functools import partial
from typing import Literal

from rich.console import Console

from alerts.channels.base import Channel
from alerts.channels.email import EmailChannel
from alerts.channels.post import Post
from alerts.channels.slack import SlackChannel
from alerts.channels.slack_webhook import SlackWebhookChannel
from alerts.channels.terminal import TerminalChannel
from alerts.channels.webhook import WebhookChannel
from alerts.commands import command_core
from alerts.destinations import EmailSetup, Setup, SlackSetup, SlackWebhookSetup, TerminalSetup, WebhookSetup
from alerts.outbox import Persistence
from alerts.planning import PlanCore
from alerts.sender import Limits, Sender
from ingest.catalogue import CatalogueError, CatalogueFile
from ingest.fetch import Fetcher, FetchLimits
from ingest.poller import Poller
from ingest.sandbox import Sandbox
from processors.detect.detector import Detector
from processors.detect.stage import DetectCore, DetectState
from processors.relate.reviews import review_core
from processors.relate.stage import RelateCore
from services import upkeep
from services.dashboard.serving import Dashboard
from services.detection import LANGUAGES, IsolatedDetector
from services.metrics import StageMetrics
from services.routing import routes_of
from services.rules import rules_in_words
from services.settings import Settings, SettingsError
from services.snapshots import Decide
from services.vitals import Vitals
from services.worker import Worker
from tocsin.clock import Clock
from tocsin.events import Fact
from tocsin.log.base import EventLog

Stage = Literal["ingest", "detect", "relate", "deliver", "dashboard"]
Part = Callable[[asyncio.Event], Coroutine[None, None, None]]  # runs until the event is set, then drains


async def build_stage(
    settings: Settings,
    stage: Stage,
    log: EventLog,
    clock: Clock,
    vitals: Vitals,
    metrics: StageMetrics,
    stack: AsyncExitStack,
) -> Sequence[Part]:
    """Return what a stage runs side by side. What must be closed afterwards goes on ``stack``."""
    match stage:
        case "ingest":
            poller = build_poller(settings, log, clock, metrics)
            return [
                poller.run,
                partial(upkeep.maintain, log, clock, settings.log.maintain_every),
                partial(upkeep.beat, log, clock, vitals, metrics),
            ]
        case "detect":
            core, decide = _detect(settings, stack)
            return [Worker(core, log, clock, settings.worker, decide=decide, metrics=metrics, vitals=vitals).run]
        case "relate":
            relate, review = build_relate(settings), review_core()
            return [
                Worker(relate, log, clock, settings.worker, metrics=metrics, vitals=vitals).run,
                Worker(review, log, clock, settings.worker, metrics=metrics.named(review.name)).run,
            ]
        case "deliver":
            plan, command = build_plan(settings), command_core()
            sender = await build_sender(settings, log, clock, metrics, stack)
            return [
                Worker(plan, log, clock, settings.worker, metrics=metrics, vitals=vitals).run,
                Worker(command, log, clock, settings.worker, metrics=metrics.named(command.name)).run,
                sender.run,
            ]
        case "dashboard":
            dashboard = await Dashboard.open(settings, log, clock, vitals, rules_in_words())
            stack.push_async_callback(dashboard.aclose)
            return [dashboard.run]


def build_poller(settings: Settings, log: EventLog, clock: Clock, metrics: StageMetrics) -> Poller:
    """Return the poller of the catalogue's feeds. Raises SettingsError when the catalogue cannot be read."""
    ingest = settings.ingest
    try:
        catalogue = CatalogueFile(ingest.catalogue)
    except CatalogueError as error:
        raise SettingsError(f"ingest.catalogue: {error}") from error
    limits = FetchLimits(
        wire_bytes=ingest.max_wire_bytes, decoded_bytes=ingest.max_decoded_bytes, total_seconds=ingest.timeout
    )
    return Poller(
        log=log,
        catalogue=catalogue.current,
        fetcher=Fetcher(user_agent=ingest.user_agent, limits=limits, clock=clock),
        sandbox=Sandbox(seconds=ingest.parse_timeout),
        clock=clock,
        concurrency=ingest.concurrency,
        log_seconds=settings.worker.log_timeout,
        count=metrics.appended,
    )


def build_detect(settings: Settings) -> DetectCore:
    """Return the detect stage's core, detecting in this process."""
    return DetectCore(Detector.load(LANGUAGES))


def build_relate(settings: Settings) -> RelateCore:
    """Return the relate stage's core."""
    return RelateCore.load()


def build_plan(settings: Settings) -> PlanCore:
    """Return the core that turns alerts into deliveries owed."""
    return PlanCore(routes_of(settings.deliver))


async def build_sender(
    settings: Settings, log: EventLog, clock: Clock, metrics: StageMetrics, stack: AsyncExitStack
) -> Sender:
    """Return the sender of what the outbox owes."""
    deliver = settings.deliver
    post = Post(deliver.send_timeout)
    stack.push_async_callback(post.aclose)
    persistence = Persistence(give_up_after=timedelta(seconds=deliver.give_up_after))
    limits = Limits(persistence=persistence, send=deliver.send_timeout)
    return Sender(log, build_channels(settings, post, clock), clock, limits, watch=metrics.sent)


def build_channels(settings: Settings, post: Post, clock: Clock) -> dict[str, Channel]:
    """Return each destination's channel, by the destination's name."""
    destinations = routes_of(settings.deliver).destinations
    return {name: _channel(one.setup, post, clock) for name, one in destinations.items()}


def _detect(settings: Settings, stack: AsyncExitStack) -> tuple[DetectCore, Decide[DetectState] | None]:
    """Return the core, and how to decide with it: in a thread that waits for the killable process, or directly."""
    if not settings.detect.is_isolated:
        return build_detect(settings), None
    detector = IsolatedDetector.start(settings.detect.time_limit)
    stack.callback(detector.close)
    core = DetectCore(detector)

    async def decide(state: DetectState, fact: Fact, now: datetime) -> tuple[DetectState, Sequence[Fact]]:
        return await asyncio.to_thread(core.decide, state, fact, now)

    return core, decide


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
