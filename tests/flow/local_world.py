"""A local feed and a local webhook in one HTTP server, for flows through the real program."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from xml.sax.saxutils import escape


@dataclass(slots=True)
class World:
    """What the feed shows now, and what the webhook was sent."""

    address: str = ""
    items: list[str] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)  # the events' ids, in order of arrival

    def publish(self, text: str) -> None:
        """Let the feed show one more dispatch, published now."""
        number = len(self.items) + 1
        self.items.append(
            f"<item><guid isPermaLink='false'>wire-{number}</guid><title>{escape(text)}</title>"
            f"<link>{self.address}/news/{number}</link><description>{escape(text)}</description>"
            f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>"
        )

    def feed(self) -> bytes:
        """Return the feed as RSS, newest first."""
        items = "".join(reversed(self.items))
        head = "<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Made-up Wire</title>"
        return f"{head}<link>{self.address}</link><description>x</description>{items}</channel></rss>".encode()


@contextmanager
def a_world() -> Iterator[World]:
    """Serve a world on a free loopback port while the block runs."""
    world = World()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world))
    world.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = world.feed()
            self.send_response(200)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            world.posts.append(json.loads(body))
            world.ids.append(self.headers.get("ce-id", ""))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
