"""The rows of the relation table in words, for those who show alerts without knowing the stage that raises them."""

from collections.abc import Mapping, Sequence

from processors.relate.table import Row, load_table


def rules_in_words() -> Mapping[str, str]:
    """Return each row told in a sentence, by its id."""
    return {row.id: _told(row) for row in load_table().rows}


def _told(row: Row) -> str:
    by_same = " by the same side" if row.own else ""
    return (
        f"A new announcement that is {_either(row.later)} ({_either(row.families)}), where what stood before was "
        f"{_either(row.standing)}{by_same}: {row.relation} ({row.kind})."
    )


def _either(names: Sequence[str]) -> str:
    return " or ".join(name.replace("_", " ") for name in names)
