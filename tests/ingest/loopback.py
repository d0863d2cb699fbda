"""A scripted HTTP server on loopback: each path has a handler that writes what it likes, well-formed or not."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Asked:
    """A request as the server saw it. Header names are lower-case."""

    path: str
    headers: dict[str, str]


Handler = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Loopback:
    """The running server: set ``handlers[path]``, read ``asked``."""

    port: int = 0
    handlers: dict[str, Handler] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"


def answer(body: bytes, status: int = 200, **headers: str) -> Handler:
    """Return a handler that sends one well-formed answer; ``content_type="…"`` gives Content-Type."""

    async def handle(_: Asked, writer: asyncio.StreamWriter) -> None:
        await respond(writer, body, status, **headers)

    return handle


async def respond(writer: asyncio.StreamWriter, body: bytes, status: int = 200, **headers: str) -> None:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body)
    await writer.drain()


@asynccontextmanager
async def serving() -> AsyncIterator[Loopback]:
    """Run the server for a while."""
    loopback = Loopback()
    open_tasks: set[asyncio.Task[None]] = set()

    async def on_connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            open_tasks.add(task)
        try:
            await _serve_one(loopback, reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass
        finally:
            writer.close()
            if task is not None:
                open_tasks.discard(task)

    server = await asyncio.start_server(on_connection, "127.0.0.1", 0)
    loopback.port = server.sockets[0].getsockname()[1]
    try:
        yield loopback
    finally:
        server.close()
        for task in list(open_tasks):
            task.cancel()
        await asyncio.gather(*open_tasks, return_exceptions=True)


async def _serve_one(loopback: Loopback, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    asked = Asked(head[0].split(" ")[1], headers)
    loopback.asked.append(asked)
    await loopback.handlers.get(asked.path, answer(b"no such page", 404))(asked, writer)
