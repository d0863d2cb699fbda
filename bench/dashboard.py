"""The dashboard at size: building its read model, opening the Now page, and many open event streams.

    python -m bench.dashboard [--announcements 100000] [--streams 500]

A log is made with so many announcements of 5,000 storylines, their articles, alerts and sends. The read model is built
from it as on a first start (reference: reading and decoding the same log alone). Then `tocsin dashboard` serves it as a
process of its own: the Now page is asked for, one request after another (reference: a file that never changes, from the
same server), and streams listen while alerts are appended one by one (reference: the first stream alone).
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import quantiles

from services.dashboard.follower import rebuilt
from services.dashboard.model.fold import TOPICS
from services.dashboard.model.store import Store
from tests.builders import (
    a_made_delivery,
    a_published_article,
    an_alert,
    an_announcement,
    an_article_ref,
    an_evidence,
    an_updated_storyline,
)
from tests.builders.articles import a_detected_announcement
from tocsin import codec
from tocsin.clock import SystemClock
from tocsin.events import Fact
from tocsin.log.sqlite import SqliteLog

_STORYLINES, _THEATRES = 5_000, ("SY", "SD", "UA", "YE", "ET", "MM", "LY", "CD")
_TEXT = "The army said on Thursday that fighting would stop so that aid may enter the city. " * 8
_PORT, _ASKED, _APPENDED = 19_320, 300, 60
_TARGETS = {"facts/s": 20_000, "page": 0.050, "delay": 1.0}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench.dashboard", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--announcements", type=int, default=100_000)
    parser.add_argument("--streams", type=int, default=500)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        asyncio.run(_measure(Path(folder), arguments.announcements, arguments.streams))


async def _measure(folder: Path, announcements: int, streams: int) -> None:
    log = await SqliteLog.open(folder / "tocsin.db", clock=SystemClock())
    for first in range(0, announcements, 1_000):
        numbers = range(first, min(first + 1_000, announcements))
        await log.append([codec.draft(fact) for number in numbers for fact in _facts(number, announcements)])
    await _measure_rebuild(log, folder)
    with _served(folder):
        await _ready()
        await _measure_page()
        await _measure_streams(log, streams)
    await log.aclose()


def _facts(number: int, of: int) -> Iterator[Fact]:
    """Yield what one announcement leaves in the log, some time in the last forty days."""
    at = datetime.now(UTC) - timedelta(days=40) * ((of - number) / of)
    line, theatre = f"s{number % _STORYLINES}", _THEATRES[number % len(_THEATRES)]
    ref = an_article_ref(id=f"a{number}", published=at, observed=at)
    quote = f"The army declared a pause for city number {number}, officials said."
    new = an_announcement(
        id=f"n{number}", article_id=f"a{number}", theatre=theatre, quote=quote, evidence=an_evidence()
    )
    yield a_published_article(id=f"a{number}", published=at, observed=at, text=_TEXT)
    yield a_detected_announcement(new, ref, at=at)
    yield an_updated_storyline(
        at=at,
        storyline_id=line,
        storyline=f"ceasefire, city {number % _STORYLINES}",
        theatre=theatre,
        announcement_id=new.id,
        article_id=ref.id,
        end=None,
    )
    if number % 10 == 0:
        yield an_alert(alert_id=f"al{number}", storyline_id=line, theatre=theatre, at=at)
        yield a_made_delivery(alert_id=f"al{number}", storyline_id=line, at=at)


async def _measure_rebuild(log: SqliteLog, folder: Path) -> None:
    began, count = time.perf_counter(), 0
    for topic in TOPICS:
        for partition in range(await log.partitions(topic)):
            async for record in log.read(topic, partition, 0):
                codec.decode(record)
                count += 1
    alone = count / (time.perf_counter() - began)
    store = Store(folder / "rebuilt.db", "bench")
    rate = await rebuilt(log, store, SystemClock())
    await store.aclose()
    _say("rebuild", f"{count:,} facts at {rate:,.0f}/s", rate >= _TARGETS["facts/s"], f"{_TARGETS['facts/s']:,}/s")
    sys.stdout.write(f"  {rate / alone:.2f} of reading and decoding alone ({alone:,.0f}/s)\n")


@contextmanager
def _served(folder: Path) -> Iterator[None]:
    settings = folder / "tocsin.toml"
    settings.write_text(
        f'[log]\npath = "{folder}/tocsin.db"\n[health]\nport = 0\n[logging]\nlevel = "error"\n'
        f'[dashboard]\nport = {_PORT}\npath = "{folder}/desk.db"\n'
    )
    command = [sys.executable, "-m", "services.cli", "--config", str(settings), "dashboard"]
    process = subprocess.Popen(command)  # noqa: S603  our own
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


async def _ready() -> None:
    async with asyncio.timeout(300):
        while True:
            try:
                if json.loads((await _get("/healthz"))[1])["is_caught_up"]:
                    return
            except (OSError, ValueError):
                pass
            await asyncio.sleep(0.5)


async def _measure_page() -> None:
    pages = [(await _get("/"))[0] for _ in range(_ASKED)]
    files = [(await _get("/static/icon.svg"))[0] for _ in range(_ASKED)]
    p99 = _p99(pages)
    told = f"first byte p50 {_p50(pages) * 1000:.1f} ms, p99 {p99 * 1000:.1f} ms"
    _say("Now page", told, p99 <= _TARGETS["page"], f"{_TARGETS['page'] * 1000:.0f} ms")
    sys.stdout.write(f"  {p99 / _p99(files):.1f} × a file from the same server (p99 {_p99(files) * 1000:.1f} ms)\n")


async def _measure_streams(log: SqliteLog, count: int) -> None:
    alone = await _delays(log, 1)
    many = await _delays(log, count)
    p99 = _p99(many)
    told = f"{count} streams, {_APPENDED} changes each: delay p50 {_p50(many) * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms"
    _say("event streams", told, p99 <= _TARGETS["delay"], f"{_TARGETS['delay']:g} s")
    sys.stdout.write(f"  {p99 / _p99(alone):.1f} × one stream alone (p99 {_p99(alone) * 1000:.0f} ms)\n")


async def _delays(log: SqliteLog, count: int) -> list[float]:
    """Return the seconds from each append to each stream's hearing of it."""
    sent: dict[str, float] = {}
    prefix = f"live{count}-"
    async with asyncio.timeout(300), asyncio.TaskGroup() as group:
        opened = [asyncio.Event() for _ in range(count)]
        tasks = [group.create_task(_listen(event, sent, prefix)) for event in opened]
        for event in opened:
            await event.wait()
        for number in range(_APPENDED):
            id_ = f"{prefix}{number}"
            sent[id_] = time.perf_counter()
            await log.append([codec.draft(an_alert(alert_id=id_, at=datetime.now(UTC)))])
            await asyncio.sleep(0.25)
    return [delay for task in tasks for delay in task.result()]


async def _listen(opened: asyncio.Event, sent: dict[str, float], prefix: str) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", _PORT)
    writer.write(b"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n")
    heard: list[float] = []
    while len(heard) < _APPENDED:
        line = await reader.readline()
        if line.startswith(b"event: hello"):
            opened.set()
        if line.startswith(b"data: {") and prefix.encode() in line:
            heard.append(time.perf_counter() - sent[json.loads(line[6:])["alert"]])
    writer.close()
    return heard


async def _get(path: str) -> tuple[float, bytes]:
    """Return the seconds to the first byte of an answer, and its body."""
    reader, writer = await asyncio.open_connection("127.0.0.1", _PORT)
    began = time.perf_counter()
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n".encode())
    first = await reader.read(1)
    seconds = time.perf_counter() - began
    answer = first + await reader.read()
    writer.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise ValueError(f"{path}: {head.splitlines()[0]!r}")
    return seconds, body


def _p50(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[49]


def _p99(values: Sequence[float]) -> float:
    return quantiles(values, n=100)[98]


def _say(what: str, told: str, is_met: bool, target: str) -> None:
    sys.stdout.write(f"{what}: {told} (target {target}: {'met' if is_met else 'MISSED'})\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
