"""What the whole suite needs: one broker, and TOCSIN_REQUIRE, which turns a missing capability from skip to failure."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.shared import SHARED

if TYPE_CHECKING:
    from tools.kafka.cluster import Cluster

CHROMIUM = Path("/usr/bin/chromium")
_PRESENT = {
    "shared": lambda: (SHARED / "gold").is_dir(),
    "kafka": lambda: all(map(shutil.which, ("java", "mvn"))),
    "browser": lambda: CHROMIUM.exists() and shutil.which("npm") is not None,
}


def pytest_configure() -> None:
    """Stop before the first test when something required is not on this machine."""
    for need in filter(None, os.environ.get("TOCSIN_REQUIRE", "").split(",")):
        if need not in _PRESENT:
            pytest.exit(f"TOCSIN_REQUIRE names {need!r}; known: {', '.join(_PRESENT)}", returncode=4)
        if not _PRESENT[need]():
            pytest.exit(f"TOCSIN_REQUIRE asks for {need!r}, which this machine does not have", returncode=4)


@pytest.fixture(scope="session")
def cluster() -> "Iterator[Cluster]":
    """A real Kafka broker, started when the first test asks for it."""
    from tests.kafka.broker import shared_cluster  # not above: the wheel is tested away from tools/

    yield from shared_cluster()
