"""Chromium, axe-core and a replayed stream, made once for all tests of this folder."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.desk import LAST, a_page
from tests.browser.replayed import replayed
from tests.conftest import CHROMIUM
from tests.services.dashboard.served import Served, served
from tocsin.events import Fact

_AXE = Path(__file__).resolve().parents[2] / "tools" / "axe"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, with one reason, where there is no Chromium; TOCSIN_REQUIRE=browser has stopped the run by then."""
    skip = pytest.mark.skip(reason="Chromium and npm are not on this machine (Debian: chromium npm)")
    for item in items:
        if "tests/browser" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM.exists() or shutil.which("npm") is None:
                item.add_marker(skip)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Return the browser. Not for longer than a module: Playwright's event loop would be in other tests' way."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()


expect.set_options(timeout=15_000)  # milliseconds: the machine may be busy


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return axe-core's source, from npm, at the version that tools/axe pins."""
    folder = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_AXE / name, folder)
    npm = shutil.which("npm") or "npm"
    subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=folder, check=True, timeout=100)  # noqa: S603
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="session")
def stream(tmp_path_factory: pytest.TempPathFactory) -> tuple[Fact, ...]:
    """Return the facts of the demonstration's newswire up to ``LAST``, replayed by the real stages."""
    path = tmp_path_factory.mktemp("replayed") / "log.db"
    with ThreadPoolExecutor(1) as aside:  # Playwright's own event loop runs in this thread
        return aside.submit(asyncio.run, replayed(path)).result()


@pytest.fixture
def desk(tmp_path: Path, stream: tuple[Fact, ...]) -> Iterator[Served]:
    with served(tmp_path, *stream, now=LAST) as one:
        yield one


@pytest.fixture
def page(chromium: Browser, desk: Served) -> Iterator[Page]:
    """Return a page at the desk's address; whatever its scripts complain of fails the test."""
    with a_page(chromium, desk) as page:
        yield page
