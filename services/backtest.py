"""Holds the alerts of two versions of the program over the same articles against each other."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

Alert = Mapping[str, str]  # a line that ``tocsin replay`` wrote
CURRENT = "current"
_KEY = ("article_id", "family", "relation")
_TOLD = ("kind", "earlier_article_id", "quote", "earlier_quote")
_KINDS = "'current', a checkout of the project, a virtual environment with tocsin in it, or a file that replay wrote"
_LAST_LINES = 3  # of a failed run's own words


class VersionError(ValueError):
    """A version cannot be run or read. The message names it and what to do."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An alert that both versions raise, told otherwise. ``fields`` are the names of what differs."""

    old: Alert
    new: Alert
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the alerts, in the order in which they were raised."""

    same: int
    gained: tuple[Alert, ...]
    lost: tuple[Alert, ...]
    changed: tuple[Changed, ...]


def compared(old: Sequence[Alert], new: Sequence[Alert]) -> Comparison:
    """Pair the alerts of the same article, family and relation: first those that are equal, then the others in turn."""
    left, waiting, lost, changed, same = list(new), list[Alert](), list[Alert](), list[Changed](), 0
    for alert in old:
        twin = next((one for one in left if _is_about_the_same(one, alert) and not _differences(alert, one)), None)
        if twin is None:
            waiting.append(alert)
        else:
            left.remove(twin)
            same += 1
    for alert in waiting:
        other = next((one for one in left if _is_about_the_same(one, alert)), None)
        if other is None:
            lost.append(alert)
        else:
            left.remove(other)
            changed.append(Changed(alert, other, _differences(alert, other)))
    return Comparison(same, tuple(left), tuple(lost), tuple(changed))


def alerts_of(version: str, articles: Path, scratch: Path) -> list[Alert]:
    """Return the alerts that a version raises over a file of articles; its replay's log lies in a folder meanwhile.

    Raises VersionError where there is no such version, or its replay fails.
    """
    if version != CURRENT and Path(version).is_file():
        return _read(Path(version))
    command, environment = _replay_of(version)
    output = scratch / "alerts.jsonl"
    arguments = [*command, "replay", str(articles.resolve()), "-o", str(output)]
    done = subprocess.run(arguments, env=environment, cwd=scratch, capture_output=True, text=True)  # noqa: S603 (a tocsin)
    if done.returncode != 0 or not output.is_file():
        said = " ".join((done.stderr.strip() or done.stdout.strip()).splitlines()[-_LAST_LINES:])
        raise VersionError(f"{version}: its replay failed (exit code {done.returncode}): {said}")
    return _read(output)


def _replay_of(version: str) -> tuple[list[str], Mapping[str, str]]:
    """Return how a version's ``tocsin`` is called, and in what environment."""
    folder = Path(version).resolve()
    here = dict(os.environ)
    own = next(
        (bin_ for bin_ in (folder / "bin" / "tocsin", folder / ".venv" / "bin" / "tocsin") if bin_.is_file()), None
    )
    if version == CURRENT:
        return [sys.executable, "-m", "services.cli"], here
    if (folder / "services" / "cli.py").is_file():
        python = folder / ".venv" / "bin" / "python"
        runs = str(python) if python.is_file() else sys.executable
        return [runs, "-m", "services.cli"], here | {"PYTHONPATH": str(folder)}
    if own is not None:
        return [str(own)], {name: value for name, value in here.items() if name != "PYTHONPATH"}
    raise VersionError(f"{version}: no version of tocsin there; name {_KINDS}")


def _read(file: Path) -> list[Alert]:
    decode = msgspec.json.Decoder(dict[str, str]).decode
    try:
        return [decode(line) for line in file.read_bytes().splitlines() if line.strip()]
    except (OSError, msgspec.DecodeError) as error:
        raise VersionError(f"{file}: not a file of alerts as tocsin replay writes it ({error})") from error


def _is_about_the_same(one: Alert, other: Alert) -> bool:
    return all(one.get(field) == other.get(field) for field in _KEY)


def _differences(old: Alert, new: Alert) -> tuple[str, ...]:
    return tuple(field for field in _TOLD if old.get(field) != new.get(field))
