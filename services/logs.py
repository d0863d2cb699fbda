"""Opens the log that the settings name: to work on it, or only to look."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import uuid4

from services.log_file import is_there, refuse_foreign
from services.log_settings import KafkaSettings
from services.settings import Settings, SettingsError
from tocsin.clock import Clock, SystemClock
from tocsin.log.base import EventLog
from tocsin.log.kafka import Connection
from tocsin.log.kafka_admin import Admin
from tocsin.log.kafka_log import KafkaLog
from tocsin.log.kafka_security import Security
from tocsin.log.kafka_topics import NoTopicsError, TopicDriftError
from tocsin.log.sqlite import LogMismatchError, SqliteLog
from tocsin.topics import TOPICS, Topic


class NoLogError(Exception):
    """There is no log yet where the settings say. The message says what to do."""


async def open_log(settings: Settings, clock: Clock | None = None, *, stage: str = "") -> EventLog:
    """Open the log, made where it is missing; the caller closes it.

    ``stage`` tells this process from others that have the same settings. Raises SettingsError, LogUnavailableError.
    """
    log, clock = settings.log, clock or SystemClock()
    if log.kafka:
        return await open_kafka(log.kafka, clock, stage=stage)
    try:
        return await SqliteLog.open(log.path, partitions=log.partitions, lease=log.lease, clock=clock)
    except LogMismatchError as error:
        raise SettingsError(f"log.path {log.path}: {error}") from error


async def open_to_look(settings: Settings, clock: Clock | None = None) -> EventLog:
    """Open the log as it is, making nothing. Raises NoLogError, SettingsError, LogUnavailableError."""
    log, clock = settings.log, clock or SystemClock()
    if log.kafka:
        return await open_kafka(log.kafka, clock, makes_topics=False)
    if not is_there(log.path):
        raise NoLogError(f"{log.path}: no log there yet; start one with tocsin run, or set TOCSIN_LOG__PATH")
    refuse_foreign(log.path)
    return await SqliteLog.open(log.path, topics=(), clock=clock)  # as it was made: a replay's has one partition each


async def open_kafka(kafka: KafkaSettings, clock: Clock, *, stage: str = "", makes_topics: bool = True) -> KafkaLog:
    """Open the log on Kafka.

    Raises NoLogError where topics are missing and ``makes_topics`` is False, SettingsError where they differ from
    what is declared, LogUnavailableError.
    """
    try:
        return await KafkaLog.open(
            kafka.servers,
            topics=topics_of(kafka),
            prefix=kafka.prefix,
            member=f"{kafka.member}-{stage or uuid4()}" if kafka.member else None,
            lease=kafka.lease,
            session=kafka.session,
            limit=kafka.limit,
            replication=kafka.replication,
            makes_topics=makes_topics,
            security=security_of(kafka),
            clock=clock,
        )
    except NoTopicsError as error:
        raise NoLogError(
            f"kafka://{kafka.servers}: no log there yet; tocsin run or tocsin topics apply makes it"
        ) from error
    except TopicDriftError as error:
        raise SettingsError(f"log.kafka {kafka.servers}: {error}; tocsin topics plan shows what to do") from error


@asynccontextmanager
async def administering(kafka: KafkaSettings) -> AsyncIterator[Admin]:
    """Speak to the brokers about topics and groups. Raises SettingsError, LogUnavailableError."""
    admin = await Admin.open(Connection(servers=kafka.servers, limit=kafka.limit, security=security_of(kafka)))
    try:
        yield admin
    finally:
        await admin.aclose()


def topics_of(kafka: KafkaSettings) -> tuple[Topic, ...]:
    """Return the topics with the partitions that the settings declare."""
    return tuple(replace(topic, partitions=kafka.partitions.get(topic.name, topic.partitions)) for topic in TOPICS)


def security_of(kafka: KafkaSettings) -> Security:
    """Return how to prove ourselves to the brokers. Raises SettingsError for files that hold no certificate or key."""
    return Security(
        tls=_tls(kafka) if kafka.tls else None,
        mechanism=kafka.mechanism,
        username=kafka.username or "",
        password=kafka.password.get_secret_value() if kafka.password else "",
    )


def _tls(kafka: KafkaSettings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=kafka.ca_file)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"log.kafka.ca_file {kafka.ca_file}: {error}; give a PEM file of certificates") from error
    if kafka.cert_file:
        try:
            context.load_cert_chain(kafka.cert_file, kafka.key_file)
        except (OSError, ssl.SSLError) as error:
            given = " and ".join(f"{file}" for file in (kafka.cert_file, kafka.key_file) if file)
            raise SettingsError(f"log.kafka.cert_file {given}: {error}; give PEM files that belong together") from error
    return context
