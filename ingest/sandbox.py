"""Reads documents in processes that are killed when they take too long: a parser cannot be stopped in any other way."""

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence

import msgspec

from ingest.document import Document, Page, ReadFeed, ReadPage, Unreadable
from ingest.reader_process import READY, Answered, Work

_MAX_ANSWER = 256 * 1024 * 1024
_START_SECONDS = 30.0  # a fresh process imports its libraries first


class Sandbox:
    """A few reader processes, started when first needed and again after each kill. ``aclose`` ends them."""

    def __init__(
        self,
        *,
        processes: int = 2,
        seconds: float = 20.0,
        memory_bytes: int = 1_500_000_000,
        command: Sequence[str] = (),
    ) -> None:
        self._seconds = seconds
        self._command = tuple(command) or (sys.executable, "-P", "-m", "ingest.reader_process", str(memory_bytes))
        self._idle: asyncio.LifoQueue[_Reader] = asyncio.LifoQueue()
        self._readers = [_Reader(self._command) for _ in range(processes)]
        for reader in self._readers:
            self._idle.put_nowait(reader)

    async def read_feed(self, work: ReadFeed) -> Document | Unreadable:
        """Return the feed's items, or why it cannot be read ("parse_timeout" after a kill)."""
        answered = await self._run(work)
        return answered.document or answered.unreadable or _nothing()

    async def read_page(self, work: ReadPage) -> Page | Unreadable:
        """Return the page's article, or why it cannot be read."""
        answered = await self._run(work)
        return answered.page or answered.unreadable or _nothing()

    async def aclose(self) -> None:
        """End the processes. Harmless to call twice."""
        for reader in self._readers:
            await reader.kill()

    async def _run(self, work: Work) -> Answered:
        reader = await self._idle.get()
        try:
            return await reader.answer(msgspec.msgpack.encode(work), self._seconds)
        finally:
            self._idle.put_nowait(reader)


class _Reader:
    """One reader process; a killed one is replaced when the next work comes."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: Process | None = None

    async def answer(self, frame: bytes, seconds: float) -> Answered:
        is_done = False
        try:
            async with asyncio.timeout(_START_SECONDS):
                process = await self._started()
            async with asyncio.timeout(seconds):
                answered = await _ask(process, frame)
            is_done = True
            return answered
        except TimeoutError:
            return _failed("parse_timeout", f"not read within {seconds:g} s; the reader was killed")
        except (asyncio.IncompleteReadError, BrokenPipeError, ConnectionResetError):
            return _failed("parse_crash", "the reader process died on it")
        finally:
            if not is_done:  # also when we were cancelled: the answer would be taken for the next work's
                await self.kill()

    async def kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]  # else asyncio warns of an unclosed transport

    async def _started(self) -> Process:
        if self._process is not None and self._process.returncode is not None:
            await self.kill()
        if self._process is None:
            process = await asyncio.create_subprocess_exec(*self._command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
            self._process = process
            if process.stdout is not None:
                await process.stdout.readexactly(len(READY))
        return self._process


async def _ask(process: Process, frame: bytes) -> Answered:
    if process.stdin is None or process.stdout is None:
        raise BrokenPipeError("the reader process has no pipes")
    process.stdin.write(len(frame).to_bytes(4, "big") + frame)
    await process.stdin.drain()
    size = int.from_bytes(await process.stdout.readexactly(4), "big")
    if size > _MAX_ANSWER:
        raise BrokenPipeError(f"the reader process announced {size} bytes")
    return msgspec.msgpack.decode(await process.stdout.readexactly(size), type=Answered)


def _failed(reason: str, detail: str) -> Answered:
    return Answered(unreadable=Unreadable(reason=reason, detail=detail))


def _nothing() -> Unreadable:
    return Unreadable(reason="parse_error", detail="the reader process answered something else")
