"""What the browser tests share: the moment of the stream that they look at, and pages that must not complain."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Browser, Page

from tests.builders import NOON
from tests.services.dashboard.served import Served

LAST = datetime(2016, 12, 14, 18, 0, tzinfo=UTC)  # while things are in force
SINCE_NOON = (LAST - NOON).total_seconds() / 3600  # hours


@contextmanager
def a_page(chromium: Browser, desk: Served, width: int = 1280, **options: Any) -> Iterator[Page]:
    """Open a page; whatever its scripts complain of fails the test."""
    complaints: list[str] = []
    context = chromium.new_context(viewport={"width": width, "height": 900}, base_url=desk.address, **options)
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert complaints == []


def paths(page: Page) -> list[str]:
    """Return the address of every page, with an alert and a storyline that are there."""
    alert = page.request.get("/api/v1/alerts?limit=1").json()["alerts"][0]
    return [
        "/",
        f"/storylines/{alert['storyline_id']}",
        "/map",
        f"/map?country={alert['theatre']}",
        "/known",
        "/inbox",
        "/operations",
        f"/explain/{alert['id']}",
        "/search?q=ceasefire",
        "/nowhere",
    ]
