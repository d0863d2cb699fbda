"""A process that polls one feed without pause until it is killed: python -m tests.ingest.polling_process LOG URL."""

import asyncio
import signal
import sys
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.fetch import Fetcher
from ingest.poller import Poller
from ingest.sandbox import Sandbox
from tests.ingest.builders import a_feed
from tocsin.clock import SystemClock
from tocsin.log.sqlite import SqliteLog


async def main(path: Path, url: str) -> None:
    """Poll until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    feeds = Catalogue(feeds=(a_feed(url, min_interval=0.001, max_interval=0.002),))
    log = await SqliteLog.open(path)
    poller = Poller(
        log=log,
        catalogue=lambda: feeds,
        fetcher=Fetcher(user_agent="tocsin-test"),
        sandbox=Sandbox(processes=1),
        clock=SystemClock(),
    )
    await poller.run(stop)
    await log.aclose()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
