"""The relation table: which announcement supersedes or contradicts what stands before it. Data, compiled once."""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

import msgspec

from tocsin.vocabulary import Act, Family, Kind, RelationName, Value

Repeat = Literal["standing", "day", "side", "window", "terms"]


class Row(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row. relations.toml says what each field means."""

    id: str
    families: tuple[Family, ...]
    later: tuple[Act, ...]
    standing: tuple[Act, ...]
    against: tuple[Act, ...] = ()
    across: bool = False
    own: bool = False
    anew: bool = False
    differs: bool = False
    relation: RelationName
    kind: Kind
    repeat: Repeat
    reason: str


class Table(Value, frozen=True, kw_only=True):
    """All rows, by what the new announcement is. The first that fits decides."""

    rows: tuple[Row, ...]
    by_later: Mapping[tuple[Family, Act], tuple[Row, ...]]

    def candidates(self, family: Family, act: Act) -> tuple[Row, ...]:
        """Return the rows for a new announcement, in order."""
        return self.by_later.get((family, act), ())


@cache
def load_table() -> Table:
    """Read the packaged table."""
    data = tomllib.loads((files(__package__) / "relations.toml").read_text(encoding="utf-8"))
    rows = msgspec.convert(data["rows"], tuple[Row, ...])
    return Table(rows=rows, by_later=MappingProxyType(_by_later(rows)))


def _by_later(rows: tuple[Row, ...]) -> dict[tuple[Family, Act], tuple[Row, ...]]:
    table: dict[tuple[Family, Act], tuple[Row, ...]] = {}
    for row in rows:
        for key in _keys(row):
            table[key] = (*table.get(key, ()), row)
    return table


def _keys(row: Row) -> Iterator[tuple[Family, Act]]:
    return ((family, act) for family in row.families for act in row.later)
