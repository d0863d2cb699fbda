"""The checks of ``tocsin doctor``: each looks at one thing that a run needs, sends nothing and changes nothing."""

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ingest import catalogue
from ingest.catalogue import CatalogueError
from processors.detect.detector import Detector
from processors.relate.table import load_table
from services import names
from services.channel_checks import check_channels
from services.detection import LANGUAGES
from services.findings import Finding
from services.log_checks import check_log
from services.server_time import server_time
from services.settings import Settings
from tocsin.clock import Clock

_LITTLE_DISK, _TOO_LITTLE_DISK = 2_000_000_000, 200_000_000  # bytes
_SLOW_SYNC = 0.2  # seconds
_ANSWER_TIME = 5.0  # seconds
_ASKED = 3  # feeds whose servers are asked for the time
_POOR_TIME, _WRONG_TIME = 30.0, 300.0  # seconds
_CLOCK_SLACK = timedelta(seconds=5)


async def findings(settings: Settings, clock: Clock) -> list[Finding]:
    """Run every check and return what they found, in the order in which a run would need them."""
    return [
        *check_names(),
        *check_lexicons(),
        *check_catalogue(settings),
        *check_routes(settings),
        *check_clock(clock),
        *await check_skew(settings, clock),
        *(() if settings.log.kafka else check_disk(settings.log.path)),
        *await check_log(settings, clock),
        *await check_channels(settings, clock),
    ]


def check_names() -> Iterator[Finding]:
    """Are the top-level packages ours?"""
    try:
        names.assert_ours()
        yield Finding("names", "ok", f"{', '.join(names.OURS)} are ours")
    except names.NamesTakenError as error:
        yield Finding("names", "fail", str(error))


def check_lexicons() -> Iterator[Finding]:
    """Do the packaged lexicons, gazetteer and relation table load?"""
    try:
        Detector.load(LANGUAGES)
        rows = len(load_table().rows)
    except (OSError, ValueError) as error:
        yield Finding("lexicons", "fail", f"{error}; install Tocsin anew")
        return
    yield Finding("lexicons", "ok", f"{', '.join(LANGUAGES)}; {rows} rows in the relation table")


def check_catalogue(settings: Settings) -> Iterator[Finding]:
    """Can the feeds be read?"""
    try:
        feeds = catalogue.load(settings.ingest.catalogue).feeds
    except CatalogueError as error:
        yield Finding("catalogue", "fail", str(error))
        return
    enabled = sum(feed.enabled for feed in feeds)
    detail = f"{settings.ingest.catalogue}: {len(feeds)} feeds, {enabled} enabled"
    yield Finding("catalogue", "ok" if enabled else "warn", detail if enabled else f"{detail}: nothing will be polled")


def check_routes(settings: Settings) -> Iterator[Finding]:
    """Is every destination led to? (That every route leads somewhere is the settings' own check.)"""
    destinations = settings.deliver.destinations
    used = {name for route in settings.deliver.routes for name in route.to}
    idle = sorted(set(destinations) - used) if settings.deliver.routes else []
    if not destinations:
        yield Finding("routes", "warn", "no destination: alerts are raised and go nowhere")
    elif idle:
        yield Finding("routes", "warn", f"no route leads to {', '.join(idle)}: no alerts go there")
    else:
        yield Finding("routes", "ok", f"alerts go to {', '.join(destinations)}")


def check_clock(clock: Clock) -> Iterator[Finding]:
    """Is the time plausible, does it run, and are the world's time zones known?"""
    now, started, monotonic = clock.now(), time.time(), time.monotonic()
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    if now + timedelta(days=1) < installed:
        yield Finding("clock", "fail", f"{now:%Y-%m-%d %H:%M} UTC is before this program was installed; set the clock")
    elif abs((time.time() - started) - (time.monotonic() - monotonic)) > _CLOCK_SLACK.total_seconds():
        yield Finding("clock", "warn", "the time jumps against the monotonic clock; let a time service slew it")
    else:
        yield Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M:%S} UTC")
    try:
        ZoneInfo("Asia/Damascus")
    except ZoneInfoNotFoundError:
        yield Finding("clock", "fail", "no time zone data: install the package tzdata")


async def check_skew(settings: Settings, clock: Clock) -> list[Finding]:
    """Does the clock agree with those of the first feeds' servers? The nearest counts: some caches tell old times."""
    try:
        feeds = [feed for feed in catalogue.load(settings.ingest.catalogue).feeds if feed.enabled][:_ASKED]
    except CatalogueError:
        return []  # told by its own check
    told = await asyncio.gather(*(server_time(feed.url, _ANSWER_TIME) for feed in feeds))
    skews = [abs((moment - clock.now()).total_seconds()) for moment in told if moment is not None]
    if not skews:
        return [Finding("time", "warn", "no feed's server told its time: the clock was compared with nothing")]
    detail = f"{min(skews):.0f} s apart from the nearest of {len(skews)} feeds' servers"
    if min(skews) > _WRONG_TIME:
        return [Finding("time", "fail", f"{detail}; set the clock, let a time service (NTP) keep it")]
    if min(skews) > _POOR_TIME:
        return [Finding("time", "warn", f"{detail}; let a time service (NTP) keep the clock")]
    return [Finding("time", "ok", detail)]


def check_disk(log: Path) -> Iterator[Finding]:
    """Can the log's folder be written durably, and is there room?"""
    folder = log.resolve().parent
    try:
        seconds = _sync_once(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Finding("disk", "fail", f"{folder}: {error.strerror or error}; make it writable or set TOCSIN_LOG__PATH")
        return
    detail = f"{folder}: {free / 1e9:.1f} GB free, a durable write takes {seconds * 1000:.1f} ms"
    if free < _LITTLE_DISK:
        yield Finding("disk", "fail" if free < _TOO_LITTLE_DISK else "warn", f"{detail}; make room")
    elif seconds > _SLOW_SYNC:
        yield Finding("disk", "warn", f"{detail}; put the log on a faster disk")
    else:
        yield Finding("disk", "ok", detail)


def _sync_once(folder: Path) -> float:
    """Return how many seconds a small write takes until it is on the disk."""
    with tempfile.TemporaryFile(dir=folder) as file:
        started = time.perf_counter()
        file.write(b"tocsin")
        file.flush()
        os.fsync(file.fileno())
        return time.perf_counter() - started
