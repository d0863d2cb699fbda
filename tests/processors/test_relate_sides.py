"""Who counts as one side depends on the country where a measure lies."""

import pytest

from processors.relate.sides import sides


@pytest.mark.parametrize(
    ("names", "theatre", "count"),
    [
        (("Russia", "Syrian government"), "SY", 1),
        (("Russia", "Syrian government"), "UA", 2),
        (("Russia", "DPR"), "UA", 1),
        (("rebels", "Free Syrian Army"), "SY", 1),
        (("rebels", "Free Syrian Army"), "YE", 2),
        (("Azerbaijan", "Russia"), "AZ", 1),
        (("Saudi Arabia", "UAE"), "SD", 0),
        (("Saudi Arabia", "UAE"), "YE", 1),
        (("UN", "United States"), "SD", 0),
        (("United States", "Taliban"), "AF", 2),
        (("the Houthi forces", "Houthis"), "YE", 1),
        (("Nobody Known",), "XX", 1),
    ],
)
def test_coalitions_are_one_side_and_mediators_none(names: tuple[str, ...], theatre: str, count: int) -> None:
    assert len(sides(names, theatre)) == count
