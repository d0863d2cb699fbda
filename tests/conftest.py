"""What the whole suite needs: TOCSIN_REQUIRE turns the skip of a missing capability into a failure."""

import os
import shutil
from pathlib import Path

import pytest

from tests.shared import SHARED

_PRESENT = {
    "shared": lambda: (SHARED / "gold").is_dir(),
    "kafka": lambda: all(map(shutil.which, ("java", "mvn"))),
    "browser": lambda: Path("/usr/bin/chromium").exists(),
}


def pytest_configure() -> None:
    """Stop before the first test when something required is not on this machine."""
    for need in filter(None, os.environ.get("TOCSIN_REQUIRE", "").split(",")):
        if need not in _PRESENT:
            pytest.exit(f"TOCSIN_REQUIRE names {need!r}; known: {', '.join(_PRESENT)}", returncode=4)
        if not _PRESENT[need]():
            pytest.exit(f"TOCSIN_REQUIRE asks for {need!r}, which this machine does not have", returncode=4)
