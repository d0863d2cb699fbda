"""Builders for feeds, documents and a poller on a log in memory."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from typing import TypeVar

from ingest.catalogue import Catalogue, Feed, complete
from ingest.fetch import Fetcher, FetchLimits
from ingest.poller import Poller
from ingest.sandbox import Sandbox
from tests.ingest.memory_log import MemoryLog
from tocsin.clock import ManualClock
from tocsin.events import Fact

NOON = datetime(2016, 11, 2, 12, 0, tzinfo=UTC)
F = TypeVar("F", bound=Fact)


def a_feed(url: str = "http://wire.example/rss", **fields: object) -> Feed:
    """Return a catalogue entry that may live on loopback."""
    values = {"id": "wire", "url": url, "publisher": "wire.example", "allow_private": True, **fields}
    return complete(Feed(**values))  # type: ignore[arg-type]


def an_item(
    guid: str = "1", title: str = "Truce holds", text: str = "Quiet night.", *, link: str = "", date: str = ""
) -> str:
    """Return one RSS item."""
    dated = date or format_datetime(NOON)
    place = link or f"http://wire.example/{guid}"
    return (
        f'<item><guid isPermaLink="false">{guid}</guid><title>{escape(title)}</title><link>{escape(place)}</link>'
        f"<description>{escape(text)}</description><pubDate>{dated}</pubDate></item>"
    )


def rss(*items: str, extra: str = "") -> bytes:
    """Return an RSS document."""
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Wire</title>'
        f"<language>en-gb</language>{extra}{''.join(items)}</channel></rss>"
    ).encode()


@dataclass
class Bench:
    """A poller with all that it stands on."""

    poller: Poller
    log: MemoryLog
    clock: ManualClock
    fetcher: Fetcher
    sandbox: Sandbox
    feeds: list[Feed] = field(default_factory=list)

    async def poll(self, feed: Feed, hours: float = 1.0) -> list[Fact]:
        """Move the clock, poll once, and return the facts of this poll."""
        before = len(self.log.records)
        self.clock.advance(hours * 3600)
        await self.poller.poll_once(feed)
        return self.log.facts(before)

    def restart(self) -> None:
        """Forget everything but the log, as a crash does."""
        self.poller = Poller(
            log=self.log,
            catalogue=lambda: Catalogue(feeds=tuple(self.feeds)),
            fetcher=self.fetcher,
            sandbox=self.sandbox,
            clock=self.clock,
        )


@asynccontextmanager
async def a_bench(
    limits: FetchLimits | None = None, sandbox: Sandbox | None = None, start: datetime = NOON
) -> AsyncIterator[Bench]:
    """Give a poller on an empty log, and end its processes afterwards."""
    clock = ManualClock(start)
    log = MemoryLog(clock)
    fetcher = Fetcher(user_agent="tocsin-test", limits=limits, clock=clock)
    sandbox = sandbox or Sandbox(processes=1)
    poller = Poller(log=log, catalogue=Catalogue, fetcher=fetcher, sandbox=sandbox, clock=clock)
    try:
        yield Bench(poller, log, clock, fetcher, sandbox)
    finally:
        await sandbox.aclose()


def of(kind: type[F], facts: Sequence[Fact]) -> list[F]:
    """Return the facts of one kind."""
    return [fact for fact in facts if isinstance(fact, kind)]
