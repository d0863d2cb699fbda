"""Writes the README's pictures of the dashboard: the demonstration's newswire, replayed and shown in real Chromium.

python tools/screenshots.py docs
"""

import asyncio
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # it is run as a file, and uses the demonstration

from tests.browser.replayed import replayed
from tests.services.dashboard.served import served

_PAGES = (("now", "/", "light"), ("storyline", "", "dark"), ("map", "/map", "light"))  # no path: the last truce's
_NOW = datetime(2016, 11, 3, 9, 0, tzinfo=UTC)  # of the newswire: a deadline and a pause lie ahead
_SIZE = {"width": 1280, "height": 860}


def main(folder: Path) -> None:
    """Write one picture a page."""
    with tempfile.TemporaryDirectory() as work, ThreadPoolExecutor(1) as aside:
        facts = aside.submit(asyncio.run, replayed(Path(work) / "replay.db", _NOW)).result()
        with served(Path(work), *facts, now=_NOW) as desk, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
            for name, path, scheme in _PAGES:
                page = browser.new_page(viewport=_SIZE, color_scheme=scheme, base_url=desk.address)
                if not path:
                    alerts = page.request.get("/api/v1/alerts?limit=1&family=ceasefire").json()["alerts"]
                    path = f"/storylines/{alerts[0]['storyline_id']}"
                page.goto(path)
                page.wait_for_timeout(500)
                page.screenshot(path=folder / f"dashboard-{name}.png")
            browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
