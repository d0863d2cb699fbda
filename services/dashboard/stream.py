"""Live updates: every change is encoded once and reaches every open page by server-sent events (WHATWG HTML 9.2).

A page that lost its connection says which change it saw last and gets those since. Where they are kept no more, or the
read model was rebuilt meanwhile, it is told to load itself anew.
"""

import asyncio
import contextlib
import json
import sqlite3
from collections import deque
from collections.abc import AsyncIterator
from typing import NamedTuple

from services.dashboard.follower import Follower
from services.dashboard.model.store import Store

_KEPT = 1_000  # changes in memory
_BEAT = 15.0  # seconds; proxies close connections that are silent for long
_RESET = b"event: reset\ndata: {}\n\n"
_NEWEST = "SELECT coalesce(max(seq), 0) FROM changes"
_SINCE = "SELECT seq, kind, storyline_id, alert_id, text, at FROM changes WHERE seq > ? ORDER BY seq LIMIT ?"


class _Kept(NamedTuple):
    seq: int
    wire: bytes


class Broadcast:
    """Reads each change once and wakes every stream."""

    def __init__(self, store: Store, follower: Follower) -> None:
        self._store, self._follower = store, follower
        self._kept: deque[_Kept] = deque(maxlen=_KEPT)
        self._seq = 0
        self._news = asyncio.Event()
        self._begun = asyncio.Event()
        self.open_streams = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Keep up with the read model until ``stop`` is set; streams then end."""
        self._seq = await self._store.ask(lambda db: int(db.execute(_NEWEST).fetchone()[0]))
        self._begun.set()
        while not stop.is_set():
            changed = self._follower.changed
            if await self._take_up():
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1.0):  # how long a stop may take
                    await changed.wait()
        self._wake()

    async def events(self, last_id: str, stop: asyncio.Event) -> AsyncIterator[bytes]:
        """Yield the changes after the last that a page saw (empty: none), as they come."""
        self.open_streams += 1
        try:
            await self._begun.wait()
            seq = await self._resumed(last_id)
            if seq is None:
                yield _RESET
                seq = self._seq
            yield b"retry: 2000\nid: %s\nevent: hello\ndata: {}\n\n" % self._id(seq)
            while not stop.is_set():
                news = self._news
                for kept in await self._since(seq):
                    yield kept.wire
                    seq = kept.seq
                if not await _heard(news):
                    yield b": still here\n\n"
        finally:
            self.open_streams -= 1

    async def _take_up(self) -> bool:
        rows = await self._read(self._seq)
        for row in rows:
            self._kept.append(_Kept(row["seq"], self._wire(row)))
            self._seq = row["seq"]
        if rows:
            self._wake()
        return bool(rows)

    def _wake(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _resumed(self, last_id: str) -> int | None:
        """Return the number of the last change that a page saw; None when it must load itself anew."""
        if not last_id:
            return self._seq
        generation, _, number = last_id.partition("-")
        if generation != self._store.generation or not number.isdigit() or int(number) > self._seq:
            return None
        seq = int(number)
        oldest = await self._store.ask(lambda db: db.execute("SELECT min(seq) FROM changes").fetchone()[0])
        return seq if seq == self._seq or (oldest is not None and oldest <= seq + 1) else None

    async def _since(self, seq: int) -> list[_Kept]:
        """Return the changes after a number: from memory, where that goes back far enough."""
        if self._kept and self._kept[0].seq <= seq + 1:
            back = max(self._kept[-1].seq - seq, 0)
            return list(self._kept)[-back:] if back else []
        return [_Kept(row["seq"], self._wire(row)) for row in await self._read(seq)] if seq < self._seq else []

    async def _read(self, seq: int) -> list[sqlite3.Row]:
        return await self._store.ask(lambda db: db.execute(_SINCE, (seq, _KEPT)).fetchall())

    def _wire(self, row: sqlite3.Row) -> bytes:
        data = {"kind": row["kind"], "storyline": row["storyline_id"], "alert": row["alert_id"], "text": row["text"]}
        text = json.dumps(data | {"at": row["at"]}, ensure_ascii=False)
        return b"id: %s\nevent: change\ndata: %s\n\n" % (self._id(row["seq"]), text.encode())

    def _id(self, seq: int) -> bytes:
        return f"{self._store.generation}-{seq}".encode()


async def _heard(news: asyncio.Event) -> bool:
    """Wait for news; say whether any came before it was time for a beat."""
    try:
        async with asyncio.timeout(_BEAT):
            await news.wait()
    except TimeoutError:
        return False
    return True
