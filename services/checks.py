"""The checks of ``tocsin doctor``: each looks at one thing that a run needs, sends nothing and changes nothing."""

import asyncio
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest import catalogue
from ingest.catalogue import CatalogueError
from services import log_file, names, wiring
from services.settings import (
    Destination,
    EmailDestination,
    Settings,
    SettingsError,
    SlackDestination,
    SlackWebhookDestination,
    TerminalDestination,
    WebhookDestination,
)
from tocsin.clock import Clock
from tocsin.log.base import EventLog, LogUnavailableError

Verdict = Literal["ok", "warning", "problem"]

_LITTLE_DISK, _TOO_LITTLE_DISK = 2_000_000_000, 200_000_000  # bytes
_SLOW_SYNC = 0.2  # seconds
_CONNECT_TIME = 5.0  # seconds
_CLOCK_SLACK = timedelta(seconds=5)
_GROUPS = (("detect", "tocsin.articles"), ("relate", "tocsin.announcements"), ("deliver", "tocsin.alerts"))
_MUCH_LAG = 1000  # records


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. ``detail`` says what to do where the verdict is not ok."""

    check: str
    verdict: Verdict
    detail: str


async def findings(settings: Settings, clock: Clock) -> list[Finding]:
    """Run every check and return what they found, in the order in which a run would need them."""
    return [
        *check_names(),
        *check_catalogue(settings),
        *check_routes(settings),
        *check_clock(clock),
        *check_disk(settings.log.path),
        *await check_log(settings, clock),
        *[await check_destination(name, one) for name, one in settings.deliver.destinations.items()],
    ]


def check_names() -> Iterator[Finding]:
    """Are the top-level packages ours?"""
    try:
        names.assert_ours()
        yield Finding("names", "ok", f"{', '.join(names.OURS)} are ours")
    except names.NamesTakenError as error:
        yield Finding("names", "problem", str(error))


def check_catalogue(settings: Settings) -> Iterator[Finding]:
    """Can the feeds be read?"""
    try:
        feeds = catalogue.load(settings.ingest.catalogue).feeds
    except CatalogueError as error:
        yield Finding("catalogue", "problem", str(error))
        return
    enabled = sum(feed.enabled for feed in feeds)
    detail = f"{settings.ingest.catalogue}: {len(feeds)} feeds, {enabled} enabled"
    yield Finding(
        "catalogue", "ok" if enabled else "warning", detail if enabled else f"{detail}: nothing will be polled"
    )


def check_routes(settings: Settings) -> Iterator[Finding]:
    """Is every destination led to? (That every route leads somewhere is the settings' own check.)"""
    destinations = settings.deliver.destinations
    used = {name for route in settings.deliver.routes for name in route.to}
    idle = sorted(set(destinations) - used) if settings.deliver.routes else []
    if not destinations:
        yield Finding("routes", "warning", "no destination: alerts are raised and go nowhere")
    elif idle:
        yield Finding("routes", "warning", f"no route leads to {', '.join(idle)}: no alerts go there")
    else:
        yield Finding("routes", "ok", f"alerts go to {', '.join(destinations)}")


def check_clock(clock: Clock) -> Iterator[Finding]:
    """Is the time plausible, does it run, and are the world's time zones known?"""
    now, started, monotonic = clock.now(), time.time(), time.monotonic()
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now + timedelta(days=1) < installed:
        yield Finding(
            "clock", "problem", f"{now:%Y-%m-%d %H:%M} UTC is before this program was installed; set the clock"
        )
    elif abs((time.time() - started) - (time.monotonic() - monotonic)) > _CLOCK_SLACK.total_seconds():
        yield Finding("clock", "warning", "the time jumps against the monotonic clock; let a time service slew it")
    else:
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M:%S} UTC")
    try:
        ZoneInfo("Asia/Damascus")
    except ZoneInfoNotFoundError:
        yield Finding("clock", "problem", "no time zone data: install the package tzdata")


def check_disk(log: Path) -> Iterator[Finding]:
    """Can the log's folder be written durably, and is there room?"""
    folder = log.resolve().parent
    try:
        seconds = _sync_once(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding(
            "disk", "problem", f"{folder}: {error.strerror or error}; make it writable or set TOCSIN_LOG__PATH"
        )
        return
    detail = f"{folder}: {free / 1e9:.1f} GB free, a durable write takes {seconds * 1000:.1f} ms"
    if free < _LITTLE_DISK:
        yield Finding("disk", "problem" if free < _TOO_LITTLE_DISK else "warning", f"{detail}; make room")
    elif seconds > _SLOW_SYNC:
        yield Finding("disk", "warning", f"{detail}; put the log on a faster disk")
    else:
        yield Finding("disk", "ok", detail)


async def check_log(settings: Settings, clock: Clock) -> list[Finding]:
    """Is the log sound, is it read, and does it lie in the past?"""
    path = settings.log.path
    try:
        log_file.refuse_foreign(path)
        if not path.exists():
            return [Finding("log", "ok", f"{path}: none yet; the first run makes it")]
        if found := await asyncio.to_thread(log_file.faults, path):
            return [Finding("log", "problem", f"{path}: {found}; restore it from a backup")]
        log = await wiring.open_log(settings, clock)
    except (sqlite3.Error, OSError) as error:
        return [Finding("log", "problem", f"{path}: {error}; restore it from a backup")]
    except (LogUnavailableError, SettingsError) as error:
        return [Finding("log", "problem", str(error))]
    try:
        return [Finding("log", "ok", f"{path}: sound"), *await _standing(log)]
    finally:
        await log.aclose()


async def check_destination(name: str, destination: Destination) -> Finding:
    """Does something listen where alerts would go? Connects and says nothing."""
    where = _address(destination)
    if where is None:
        return Finding(f"channel {name}", "ok", "standard output")
    host, port = where
    try:
        async with asyncio.timeout(_CONNECT_TIME):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
    except (OSError, TimeoutError) as error:
        reason = str(error) or f"no answer within {_CONNECT_TIME:g} s"
        return Finding(f"channel {name}", "problem", f"{destination.channel} at {host}:{port}: {reason}")
    return Finding(f"channel {name}", "ok", f"{destination.channel} at {host}:{port} can be reached (nothing was sent)")


def _address(destination: Destination) -> tuple[str, int] | None:
    match destination:
        case TerminalDestination():
            return None
        case EmailDestination():
            return destination.host, destination.port
        case SlackWebhookDestination() | WebhookDestination():
            return _host_and_port(destination.url.get_secret_value())
        case SlackDestination():
            return _host_and_port(destination.api_url)


def _host_and_port(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


def _sync_once(folder: Path) -> float:
    """Return how many seconds a small write takes until it is on the disk."""
    with tempfile.TemporaryFile(dir=folder) as file:
        started = time.perf_counter()
        file.write(b"tocsin")
        file.flush()
        os.fsync(file.fileno())
        return time.perf_counter() - started


async def _standing(log: EventLog) -> list[Finding]:
    found: list[Finding] = []
    for group, topic in _GROUPS:
        ends, committed = await log.ends(topic), await log.committed(group, topic)
        lag = sum(end - committed.get(partition, 0) for partition, end in ends.items())
        advice = "; is its stage running?" if lag > _MUCH_LAG else ""
        found.append(Finding(f"lag of {group}", "warning" if advice else "ok", f"{lag} records{advice}"))
    letters = sum((await log.ends("tocsin.dead-letters")).values())
    if letters:
        found.append(Finding("dead letters", "warning", f"{letters}; see tocsin log show dead-letters"))
    return found
