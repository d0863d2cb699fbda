"""``tocsin feeds check`` polls a real server once and says what it found."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli import app

RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Example Wire</title><language>en</language>
<item><title>Truce declared</title><link>/1</link><guid>1</guid>
<pubDate>Thu, 03 Nov 2016 12:00:00 GMT</pubDate></item>
<item><title>Undated item</title><link>/2</link><guid>2</guid></item>
</channel></rss>"""
EMPTY = '<?xml version="1.0"?><rss version="2.0"><channel><title>Example Wire</title></channel></rss>'
PAGES = {
    "/rss": (200, RSS),
    "/empty": (200, EMPTY),
    "/page": (200, "<html><body>Hello</body></html>"),
    "/broken": (500, ""),
}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        status, body = PAGES.get(self.path, (404, ""))
        self.send_response(status)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    serving = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    serving.server_close()
    thread.join()


def checked(folder: Path, *feeds: str, allow_private: bool = True) -> tuple[int, list[dict[str, Any]]]:
    """Check feeds at these addresses; return the exit code and the rows."""
    entries = (
        f'[[feeds]]\nid = "f{n}"\nurl = "{url}"\nallow_private = {str(allow_private).lower()}\n'
        for n, url in enumerate(feeds)
    )
    (folder / "feeds.toml").write_text("".join(entries), encoding="utf-8")
    environment = {"TOCSIN_INGEST__CATALOGUE": str(folder / "feeds.toml")}
    result = CliRunner().invoke(app, ["feeds", "check", "--json"], env=environment)
    return result.exit_code, json.loads(result.stdout)


def test_a_sound_feed_is_told_with_its_items_and_dates(server: str, tmp_path: Path) -> None:
    code, [row] = checked(tmp_path, f"{server}/rss")
    assert code == 0
    assert (row["result"], row["items"], row["undated"], row["langs"]) == ("ok", 2, 1, ["en"])
    assert row["newest"] == "2016-11-03T12:00:00Z"


def test_what_is_wrong_with_each_feed_is_told_and_the_exit_code_is_1(server: str, tmp_path: Path) -> None:
    code, rows = checked(tmp_path, *(f"{server}/{path}" for path in ("rss", "broken", "page", "empty", "nowhere")))
    assert code == 1
    assert [row["result"] for row in rows] == ["ok", "http_500", "not_a_feed", "empty", "http_404"]


def test_a_private_address_needs_permission(server: str, tmp_path: Path) -> None:
    code, [row] = checked(tmp_path, f"{server}/rss", allow_private=False)
    assert (code, row["result"]) == (1, "private_address")
    assert "allow_private" in row["detail"]


def test_checking_leaves_no_trace(server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    checked(tmp_path, f"{server}/rss")
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.toml"]
