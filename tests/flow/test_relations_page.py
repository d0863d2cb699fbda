"""The page of the relation table says what the table says: it is made from it, by a tool of the checkout."""

from pathlib import Path

from processors.relate.table import load_table
from tools.relations_page import render


def test_the_page_of_the_table_is_up_to_date() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "relations.md"
    assert page.read_text(encoding="utf-8") == render(load_table().rows), (
        "run tools/relations_page.py docs/relations.md"
    )
