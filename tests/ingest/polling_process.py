"""A process that polls feeds without pause until it is killed: python -m tests.ingest.polling_process LOG FEEDS NAME.

LOG is a file, or kafka:SERVERS:PREFIX; FEEDS is JSON; NAME is what the publishers are told.
"""

import asyncio
import signal
import sys
from pathlib import Path

import msgspec

from ingest.catalogue import Catalogue, Feed
from ingest.fetch import Fetcher
from ingest.poller import Poller
from ingest.sandbox import Sandbox
from tocsin.clock import SystemClock
from tocsin.log.base import EventLog
from tocsin.log.kafka_log import KafkaLog
from tocsin.log.sqlite import SqliteLog

LEASE, SESSION = 3.0, 1.0  # seconds after which who is silent, and on Kafka who is dead, has lost its feeds


async def open_log(place: str) -> EventLog:
    """Open a log that several of these processes share."""
    if not place.startswith("kafka:"):
        return await SqliteLog.open(Path(place), lease=LEASE)
    servers, _, prefix = place.removeprefix("kafka:").rpartition(":")
    return await KafkaLog.open(servers, prefix=prefix, lease=LEASE, session=SESSION, limit=10)


async def main(place: str, feeds: str, name: str) -> None:
    """Poll until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    catalogue = Catalogue(feeds=msgspec.json.decode(feeds, type=tuple[Feed, ...]))
    log = await open_log(place)
    poller = Poller(
        log=log,
        catalogue=lambda: catalogue,
        fetcher=Fetcher(user_agent=name),
        sandbox=Sandbox(processes=1),
        clock=SystemClock(),
    )
    await poller.run(stop)
    await log.aclose()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
