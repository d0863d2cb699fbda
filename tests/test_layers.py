"""The import contracts of pyproject.toml bite: each is broken once, in a copy, and must be reported by name."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_TOP = Path(__file__).resolve().parents[1]
_PACKAGES = ("tocsin", "ingest", "processors", "alerts", "services")
_LINTER = Path(sys.executable).with_name("lint-imports")

pytestmark = pytest.mark.skipif(
    not (_TOP / "services").is_dir(), reason="the sources are not beside the tests: the wheel is being tested"
)


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("tocsin/ids.py", "import services.settings", "services over stages over the kernel"),
        ("alerts/routes.py", "import ingest.catalogue", "services over stages over the kernel"),
        ("processors/detect/detector.py", "import processors.relate.stage", "detect and relate meet only through"),
        ("processors/relate/table.py", "import sqlite3", "decisions import no I/O"),
        ("tocsin/facts/alerts.py", "import asyncio", "decisions import no I/O"),
        ("services/dashboard/__init__.py", "import alerts.routes", "the dashboard imports no stage"),
        (
            "services/replay.py",
            "import aiokafka",
            "only tocsin.log.kafka (and three neighbours that adapt it) imports aiokafka",
        ),
        ("ingest/poller.py", "import httpx", "imports the HTTP client"),
        ("services/replay.py", "import feedparser", "only ingest.parse imports feedparser"),
    ],
)
def test_a_broken_contract_is_reported(tmp_path: Path, module: str, line: str, contract: str) -> None:
    for package in _PACKAGES:
        shutil.copytree(_TOP / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(_TOP / "pyproject.toml", tmp_path)
    broken = tmp_path / module
    broken.write_text(f"{broken.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")

    done = subprocess.run(  # noqa: S603 (our own command)
        [_LINTER, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )

    assert done.returncode == 1, done.stderr
    assert any(contract in row and "BROKEN" in row for row in done.stdout.splitlines()), done.stdout
