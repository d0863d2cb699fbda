"""Who stands on which side: coalitions count as one, mediators as none."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

_DROPPED = frozenset({"the", "al", "el", "of", "government", "forces", "army", "military"})


@cache
def side_of(name: str) -> str:
    """Return the side that a name counts as, in a form that compares; its own where it stands alone."""
    key = _norm(name)
    return _sides().get(key, key)


def sides(names: Iterable[str]) -> frozenset[str]:
    """Return the sides of some names, mediators left out."""
    return frozenset(side_of(name) for name in names) - _bystanders()


@cache
def _norm(name: str) -> str:
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", text) if word not in _DROPPED]
    return " ".join(words) or text


@cache
def _sides() -> Mapping[str, str]:
    data = _data()["sides"]
    return {_norm(member): _norm(side) for side, members in data.items() for member in (side, *members)}


@cache
def _bystanders() -> frozenset[str]:
    return frozenset(side_of(name) for name in _data()["bystanders"]["names"])


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "sides.toml").read_text(encoding="utf-8"))
