"""The files that containers are made from, as tests read them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

TOP = Path(__file__).resolve().parents[2]
COMPOSE = TOP / "docker-compose.yml"
EMBEDDED = TOP / "deploy" / "compose" / "embedded.yml"
PROMETHEUS = TOP / "deploy" / "prometheus"

needs_deployment = pytest.mark.skipif(not COMPOSE.is_file(), reason="the compose files are not part of the wheel")


class Service(NamedTuple):
    """One service of a compose file."""

    file: Path
    name: str
    settings: Mapping[str, Any]

    def __str__(self) -> str:
        return f"{self.file.stem}: {self.name}"


def read(path: Path) -> Any:
    """Return what a YAML file holds."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def services() -> Iterator[Service]:
    """Yield the services of both compose files; one that only extends another is that other."""
    for file in (COMPOSE, EMBEDDED):
        for name, settings in read(file)["services"].items():
            if "extends" not in settings:
                yield Service(file, name, settings)
