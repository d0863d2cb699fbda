"""Asserts at start-up that the top-level packages are ours: ``services`` or ``alerts`` are names others may take."""

from collections.abc import Mapping, Sequence
from importlib.machinery import PathFinder
from importlib.metadata import packages_distributions
from pathlib import Path

OURS = ("tocsin", "ingest", "processors", "alerts", "services")
_DISTRIBUTION = "tocsin"
_HOME = Path(__file__).resolve().parents[1]
_CURE = "install Tocsin in a virtual environment of its own and start it outside folders of that name"


class NamesTakenError(RuntimeError):
    """Something else in this environment has a package of the same name."""


def assert_ours(installed: Mapping[str, Sequence[str]] | None = None, home: Path = _HOME) -> None:
    """Raise NamesTakenError unless each package is provided by our distribution alone and found beside this one."""
    providers = packages_distributions() if installed is None else installed
    for name in OURS:
        others = sorted(set(providers.get(name, ())) - {_DISTRIBUTION})
        if others:
            raise NamesTakenError(f"the package {name!r} also comes from {', '.join(others)}; {_CURE}")
        found = _found(name)
        if found != home / name:
            raise NamesTakenError(f"the package {name!r} is found at {found}, not at {home / name}; {_CURE}")


def _found(name: str) -> Path | None:
    spec = PathFinder.find_spec(name)
    return Path(spec.origin).resolve().parent if spec and spec.origin else None
