"""Builds every part from the settings, by plain constructor calls. Nothing else knows which parts go together."""

from services.settings import Settings
from tocsin.clock import Clock, SystemClock
from tocsin.log.base import EventLog
from tocsin.stage import StageCore


async def open_log(settings: Settings, clock: Clock | None = None) -> EventLog:
    """Open the log that the settings name. The caller closes it."""
    raise NotImplementedError(settings, clock or SystemClock())


def build_detect(settings: Settings) -> "StageCore[object]":
    """Return the detect stage's core, detecting in this process."""
    raise NotImplementedError


def build_relate(settings: Settings) -> "StageCore[object]":
    """Return the relate stage's core."""
    raise NotImplementedError


def build_plan(settings: Settings) -> "StageCore[object]":
    """Return the core that turns alerts into deliveries owed."""
    raise NotImplementedError


def build_channels(settings: Settings) -> "dict[str, object]":
    """Return each destination's channel, by the destination's name."""
    raise NotImplementedError


def build_poller(settings: Settings, log: EventLog, clock: Clock) -> object:
    """Return the poller of the catalogue's feeds."""
    raise NotImplementedError


def build_sender(settings: Settings, log: EventLog, clock: Clock) -> object:
    """Return the sender of what the outbox owes."""
    raise NotImplementedError
