"""Ids come from content and from nothing else."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tocsin.ids import content_id

FIELDS = st.lists(st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text(), st.lists(st.text())))


def test_an_id_is_the_same_on_every_machine_and_day() -> None:
    assert content_id("article", "wire", 1, None) == "9068d36fca8f6c93b31fcc0c8b0b8f86"


@given(FIELDS)
def test_the_same_content_gives_the_same_id_of_32_hex_digits(fields: list[object]) -> None:
    id_ = content_id("kind", *fields)
    assert id_ == content_id("kind", *fields)
    assert len(bytes.fromhex(id_)) == 16


@given(FIELDS, FIELDS)
def test_other_content_gives_another_id(one: list[object], other: list[object]) -> None:
    if [repr(field) for field in one] != [repr(field) for field in other]:
        assert content_id("kind", *one) != content_id("kind", *other)


def test_where_one_field_ends_matters() -> None:
    assert content_id("k", "ab", "c") != content_id("k", "a", "bc") != content_id("k", ["a", "bc"])


def test_the_kind_matters() -> None:
    assert content_id("a", "x") != content_id("b", "x")


def test_the_order_of_a_mapping_does_not_matter() -> None:
    assert content_id("k", {"a": 1, "b": 2}) == content_id("k", {"b": 2, "a": 1})


def test_times_are_content() -> None:
    noon = datetime(2016, 11, 3, 12, tzinfo=UTC)
    assert content_id("k", noon) == content_id("k", "2016-11-03T12:00:00Z")
