"""States in snapshots: the small as they are, the large compressed, both the same when they come back."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tocsin.packing import pack, unpack

Notes = dict[str, list[str]]


@given(st.dictionaries(st.text(), st.lists(st.text())), st.integers(1, 30_000))
def test_what_was_packed_comes_back(notes: Notes, times: int) -> None:
    notes = {**notes, "long": ["again "] * times}
    assert unpack(pack(notes), Notes) == notes


def test_a_small_state_can_be_read_by_people() -> None:
    assert bytes(pack({"Aleppo": ["truce"]})) == b'{"Aleppo":["truce"]}'


def test_a_large_state_takes_little_room() -> None:
    assert len(bytes(pack({"Aleppo": ["truce"] * 100_000}))) < 1_000


def test_a_state_that_is_a_string_stays_one() -> None:
    assert unpack(pack("zst"), str) == "zst"


def test_another_types_state_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        unpack(pack({"Aleppo": 3}), Notes)
