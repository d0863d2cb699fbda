"""The start-up assertion that the packages are ours."""

from pathlib import Path

import pytest

from services.names import NamesTakenError, assert_ours


def test_the_packages_of_this_checkout_are_ours() -> None:
    assert_ours()


def test_a_package_that_another_distribution_provides_too_is_refused() -> None:
    with pytest.raises(NamesTakenError, match="'alerts' also comes from alertlib; install Tocsin in a virtual"):
        assert_ours({"alerts": ["tocsin", "alertlib"]})


def test_a_package_found_elsewhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NamesTakenError, match="is found at"):
        assert_ours({}, home=tmp_path)
