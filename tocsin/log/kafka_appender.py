"""Appends of one log handle: callers that come while a transaction runs share the next one (group commit)."""

import asyncio
import contextlib
from collections.abc import Sequence

from tocsin.log.base import LogUnavailableError
from tocsin.log.kafka import Connection, Message, Reader, Writer

_WAITING = 256  # callers; more wait their turn to be queued
_RECORDS = 2_000  # records in one transaction, beyond the last caller's

Job = tuple[Sequence[Message], "asyncio.Future[None]"]


class Appender:
    """Writes batches, each all or none, in the order of asking."""

    def __init__(self, connection: Connection, id_: str, reader: Reader) -> None:
        self._connection = connection
        self._id = id_
        self._reader = reader
        self._writer: Writer | None = None
        self._jobs: asyncio.Queue[Job] = asyncio.Queue(_WAITING)
        self._is_closed = False
        self._task = asyncio.create_task(self._work(), name=f"tocsin-log: {id_}")

    async def append(self, messages: Sequence[Message]) -> None:
        """Return once the messages are durable and visible. A cancelled call may still write."""
        if self._is_closed:
            raise LogUnavailableError("the log is closed")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._jobs.put((messages, done))
        await done

    async def aclose(self) -> None:
        """Finish what was asked for, then end."""
        if not self._is_closed:
            self._is_closed = True
            await self._jobs.join()
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            await self._drop_writer()

    async def _work(self) -> None:
        while True:
            jobs = [await self._jobs.get()]
            while not self._jobs.empty() and sum(len(messages) for messages, _ in jobs) < _RECORDS:
                jobs.append(self._jobs.get_nowait())
            trouble = await self._write([message for messages, _ in jobs for message in messages])
            for _, done in jobs:
                _settle(done, trouble)
                self._jobs.task_done()

    async def _write(self, messages: Sequence[Message]) -> Exception | None:
        """Write one transaction; return what went wrong."""
        try:
            if self._writer is None:
                self._writer = await Writer.open(self._connection, self._id)
            await self._reader.until_stable(await self._writer.transact(messages))
        except Exception as error:  # noqa: BLE001 (every caller gets it; the task must live on)
            await self._drop_writer()
            return error
        return None

    async def _drop_writer(self) -> None:
        """Let go of the producer: the next one's opening undoes what this one left open."""
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.aclose()


def _settle(done: "asyncio.Future[None]", trouble: Exception | None) -> None:
    """Wake a caller, unless it was cancelled meanwhile."""
    if done.done():
        return
    if trouble is None:
        done.set_result(None)
    else:
        done.set_exception(LogUnavailableError(str(trouble)))
