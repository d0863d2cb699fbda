"""The checks of ``tocsin doctor`` that look at the log: the file or the brokers, and how far the stages have read."""

import asyncio
import contextlib
import sqlite3
from datetime import timedelta

from services import dead_letters, log_file, logs
from services.findings import Finding
from services.logs import NoLogError
from services.settings import KafkaSettings, Settings, SettingsError
from tocsin.clock import Clock
from tocsin.log.base import EventLog, LogUnavailableError
from tocsin.log.sqlite import SqliteLog
from tocsin.topics import TOPICS

#: Who reads what on the way from an article to an alert.
READERS = (("detect", "tocsin.articles"), ("relate", "tocsin.announcements"), ("deliver", "tocsin.alerts"))
_MUCH_LAG = 1000  # records
_LONG_STANDSTILL = timedelta(days=60)


async def check_log(settings: Settings, clock: Clock) -> list[Finding]:
    """Is the log sound, is it as the settings want it, and is it read?"""
    kafka = settings.log.kafka
    return await (_check_kafka(kafka, settings, clock) if kafka else _check_file(settings, clock))


async def _check_kafka(kafka: KafkaSettings, settings: Settings, clock: Clock) -> list[Finding]:
    try:
        log = await logs.open_to_look(settings, clock)
    except NoLogError:
        return [Finding("log", "ok", f"{settings.log}: answers, holds no topics yet; the first run makes them")]
    except (LogUnavailableError, SettingsError) as error:
        return [Finding("log", "fail", str(error))]
    try:
        found = Finding("log", "ok", f"{settings.log}: answers, topics as declared")
        return [found, await _check_memory(kafka), *await _standing(log)]
    finally:
        await log.aclose()


async def _check_memory(kafka: KafkaSettings) -> Finding:
    """Do the brokers remember how far a stage has read for as long as it may stand still?"""
    async with logs.administering(kafka) as admin:
        kept = await admin.positions_kept()
    if kept < _LONG_STANDSTILL:
        advice = "set the brokers' offsets.retention.minutes to 525600, or a longer standstill reads everything again"
        return Finding("brokers", "warn", f"remember for {kept.days} days how far a stage has read; {advice}")
    return Finding("brokers", "ok", f"remember for {kept.days} days how far a stage has read")


async def _check_file(settings: Settings, clock: Clock) -> list[Finding]:
    path = settings.log.path
    try:
        log_file.refuse_foreign(path)
        if not log_file.is_there(path):
            return [Finding("log", "ok", f"{path}: none yet; the first run makes it")]
        if found := await asyncio.to_thread(log_file.faults, path):
            return [Finding("log", "fail", f"{path}: {found}; restore it from a backup")]
        log = await SqliteLog.open(path, topics=(), clock=clock)  # as it was made: a look adds nothing
    except (sqlite3.Error, OSError) as error:
        return [Finding("log", "fail", f"{path}: {error}; restore it from a backup")]
    except (LogUnavailableError, SettingsError) as error:
        return [Finding("log", "fail", str(error))]
    try:
        if made_otherwise := await _made_otherwise(log, settings):
            return [Finding("log", "fail", f"{path}: {made_otherwise}")]
        return [Finding("log", "ok", f"{path}: sound and writable"), *await _standing(log)]
    finally:
        await log.aclose()


async def _made_otherwise(log: EventLog, settings: Settings) -> str:
    """Say where the file's partitions are not those that a run would ask for; empty where they are."""
    for topic in TOPICS:
        wanted = settings.log.partitions or topic.partitions
        with contextlib.suppress(KeyError):  # a topic that the next run adds
            if (made := await log.partitions(topic.name)) != wanted:
                mend = "give log.partitions the value that it was made with, or name another file"
                return f"{topic.name} has {made} partitions, not {wanted}; {mend}"
    return ""


async def _standing(log: EventLog) -> list[Finding]:
    found: list[Finding] = []
    for group, topic in READERS:
        starts, ends, committed = await log.starts(topic), await log.ends(topic), await log.committed(group, topic)
        lag = sum(end - committed.get(partition, starts[partition]) for partition, end in ends.items())
        advice = "; is its stage running?" if lag > _MUCH_LAG else ""
        found.append(Finding(f"lag of {group}", "warn" if advice else "ok", f"{lag} records{advice}"))
    waiting = sum(letter.settled is None for letter in await dead_letters.letters(log))
    if waiting:
        found.append(Finding("dead letters", "warn", f"{waiting}; see tocsin dead-letters list"))
    return found
