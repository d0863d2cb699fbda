"""Appending to and reading from the embedded log, against raw sqlite3 with the same settings and the same payload.

    python -m bench.log [--records 20000] [--batch 200] [--synchronous FULL]

The reference is the least that keeps the same promise: the same pragmas and columns, ``executemany`` of one batch
a transaction, pages of one batch read back. The log does the same through its own calls: ``append`` and
``Subscription.fetch``, on its own threads, with partitions and ids. Both take turns, and the best of the rounds counts.
"""

import argparse
import asyncio
import random
import sqlite3
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tocsin.codec import draft
from tocsin.events import ArticlePublished
from tocsin.log.base import Draft
from tocsin.log.sqlite import SqliteLog
from tocsin.log.sqlite_schema import Synchronous
from tocsin.vocabulary import Article

_ROUNDS = 12  # enough that each side meets a moment in which the machine is free
_TARGET = 0.6
_WORDS = ("army", "said", "friday", "pause", "city", "extended", "another", "talks", "convoy", "north", "minister")
_COLUMNS = "position INTEGER PRIMARY KEY, key, id, type, source, time, correlation, recorded, value BLOB"


class Rates(NamedTuple):
    """Records a second."""

    append: float
    read: float


def articles(count: int) -> list[Draft]:
    """Return articles of newswire length (about 300 words, 2 KB)."""
    chance, now = random.Random(1), datetime(2016, 11, 3, tzinfo=UTC)
    return [draft(ArticlePublished(at=now, article=_article(number, chance, now))) for number in range(count)]


def _article(number: int, chance: random.Random, now: datetime) -> Article:
    return Article(
        id=f"{number:032x}",
        feed_id="wire",
        source="Example Wire",
        publisher="wire.example",
        url=f"https://wire.example/{number}",
        title=" ".join(chance.choices(_WORDS, k=9)),
        text=" ".join(chance.choices(_WORDS, k=300)),
        lang="en",
        published=now,
        observed=now,
    )


def raw_sqlite(path: Path, drafts: Sequence[Draft], batch: int, synchronous: Synchronous) -> Rates:
    """Write and read the same columns with nothing around sqlite3."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute(f"CREATE TABLE records ({_COLUMNS})")
        at = datetime(2016, 11, 3, tzinfo=UTC).isoformat(timespec="microseconds")
        rows = [(n, d.key, d.id, d.type, d.source, at, d.correlation, at, d.value) for n, d in enumerate(drafts)]
        started = time.perf_counter()
        for first in range(0, len(rows), batch):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany("INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?)", rows[first : first + batch])
            connection.execute("COMMIT")
        appended = time.perf_counter()
        found = 0
        while page := connection.execute(
            "SELECT * FROM records WHERE position >= ? ORDER BY position LIMIT ?", (found, batch)
        ).fetchall():
            found += len(page)
        done = time.perf_counter()
    assert found == len(drafts)
    return Rates(len(drafts) / (appended - started), found / (done - appended))


async def embedded_log(path: Path, drafts: Sequence[Draft], batch: int, synchronous: Synchronous) -> Rates:
    """Write and read with the log, as a worker does."""
    log = await SqliteLog.open(path, synchronous=synchronous)
    started = time.perf_counter()
    for first in range(0, len(drafts), batch):
        await log.append(drafts[first : first + batch])
    appended = time.perf_counter()
    found = 0
    async with log.subscribe("bench", [ArticlePublished.topic]) as member:
        reading = time.perf_counter()
        while got := await member.fetch(batch, 0):
            found += len(got.records)
        done = time.perf_counter()
    await log.aclose()
    assert found == len(drafts)
    return Rates(len(drafts) / (appended - started), found / (done - reading))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=200)
    parser.add_argument("--synchronous", choices=["FULL", "NORMAL"], default="FULL")
    options = parser.parse_args()
    drafts = articles(options.records)
    raw, ours = [], []
    with tempfile.TemporaryDirectory(prefix="tocsin-bench-") as folder:
        for number in range(_ROUNDS):
            raw.append(raw_sqlite(Path(folder) / f"raw{number}.db", drafts, options.batch, options.synchronous))
            ours.append(
                asyncio.run(embedded_log(Path(folder) / f"log{number}.db", drafts, options.batch, options.synchronous))
            )
    size = sum(len(d.value) for d in drafts) // len(drafts)
    print(f"{len(drafts):,} articles of {size:,} bytes, {options.batch} a batch, synchronous={options.synchronous}")
    for name in Rates._fields:
        mine, reference = (max(getattr(rates, name) for rates in side) for side in (ours, raw))
        verdict = "met" if mine / reference >= _TARGET else "MISSED"
        print(
            f"{name:<7} log {mine:>9,.0f}/s   raw sqlite3 {reference:>9,.0f}/s"
            f"   ratio {mine / reference:.2f} (target {_TARGET}: {verdict})"
        )


if __name__ == "__main__":
    main()
