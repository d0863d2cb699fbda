"""What folding facts comes to: rows for statements of SQL, gathered so that each statement runs once a batch."""

from collections.abc import Iterator

Value = str | int | float | bytes | None


class Rows:
    """Rows by statement. Statements run in the order in which they first came, each with its rows in theirs.

    So the order between two statements is lost: facts must not depend on it (``schema.sql``).
    """

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[Value, ...]]] = {}

    def add(self, statement: str, *values: Value) -> None:
        """Let a statement run with some values."""
        rows = self._rows.get(statement)
        if rows is None:
            rows = self._rows[statement] = []
        rows.append(values)

    def __iter__(self) -> Iterator[tuple[str, list[tuple[Value, ...]]]]:
        return iter(self._rows.items())
