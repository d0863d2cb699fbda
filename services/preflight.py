"""What must be sound before a stage starts: told in a line or two, before there is a process tree that logs."""

import asyncio
import sqlite3
from collections.abc import Sequence

from ingest import catalogue
from ingest.catalogue import CatalogueError
from services import health, logs, names
from services.dashboard import serving
from services.log_file import refuse_foreign
from services.settings import Settings, SettingsError
from services.stages import TREE, Stage
from tocsin.log.base import LogUnavailableError


def assert_fit(settings: Settings, stages: Sequence[Stage], *, is_tree: bool) -> None:
    """Look at what the stages will need; a tree of them has a supervisor with a port of its own.

    Makes the log where there is none. Raises SettingsError, NamesTakenError for what no restart would mend, and
    LogUnavailableError.
    """
    names.assert_ours()
    if "ingest" in stages:
        _assert_catalogue(settings)
    _assert_ports_free(settings, ([0] if is_tree else []) + [1 + TREE.index(stage) for stage in stages])
    if "dashboard" in stages:
        serving.access_of(settings.dashboard)
        serving.listen(settings.dashboard).close()
    if settings.log.kafka is None:
        refuse_foreign(settings.log.path)
    _assert_log_opens(settings)


def _assert_catalogue(settings: Settings) -> None:
    path = settings.ingest.catalogue
    try:
        feeds = catalogue.load(path).feeds
    except CatalogueError as error:
        raise SettingsError(str(error)) from error
    if not any(feed.enabled for feed in feeds):
        raise SettingsError(f"{path}: no feed is enabled, so nothing would be watched; tocsin feeds add URL adds one")


def _assert_ports_free(settings: Settings, offsets: Sequence[int]) -> None:
    if settings.health.port:
        for offset in offsets:
            health.listen(settings.health.host, settings.health.port + offset).close()


def _assert_log_opens(settings: Settings) -> None:
    try:
        asyncio.run(_open_log(settings))
    except LogUnavailableError as error:
        if settings.log.kafka or isinstance(error.__cause__, sqlite3.OperationalError | OSError):
            raise  # away, locked, full, not writable: may be mended while it is tried again
        raise SettingsError(str(error)) from error


async def _open_log(settings: Settings) -> None:
    log = await logs.open_log(settings)
    await log.aclose()
