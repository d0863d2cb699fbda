"""Issuer and target by what an act means, and whose word an announcement is."""

import pytest

from processors.detect.opponents import Named, Struggle, completed, opponent
from tests.processors.detect_case import read

CIVIL = Struggle(("Syrian government", "Syrian rebels"), "SY")
INVASION = Struggle(("Russia", "Ukraine"), "UA")


def test_who_refuses_refuses_the_other_side() -> None:
    assert opponent(("Syrian rebels",), "ceasefire", "rejected", CIVIL) == ("Syrian government",)


def test_who_refuses_an_offer_refuses_the_one_who_made_it() -> None:
    found = read("Russia announced a truce in Aleppo. Syrian rebels refused the truce. Syria's army fought on.")
    (rejected,) = [a for a in found if a.act == "rejected"]
    assert rejected.target == ("Russia",)


def test_who_fights_no_war_of_it_has_no_opponent() -> None:
    assert opponent(("UN",), "ultimatum", "declared", CIVIL) == ()


@pytest.mark.parametrize("act", ["agreed", "in_force", "extended", "ended"])
def test_a_truce_that_stands_or_ends_addresses_nobody(act: str) -> None:
    who = completed(Named(("Russia",), ("Syrian rebels",)), "ceasefire", act, CIVIL, is_suffered=False)  # type: ignore[arg-type]
    assert who == Named(("Russia",), ())


def test_who_tries_to_break_a_siege_is_the_besieged() -> None:
    who = completed(Named(("Syrian rebels",), ()), "siege", "in_force", CIVIL, is_suffered=True)
    assert who == Named(("Syrian government",), ("Syrian rebels",))


def test_a_state_does_not_besiege_its_own_town_in_a_war_with_another() -> None:
    who = completed(Named(("Ukraine",), ()), "siege", "in_force", INVASION, is_suffered=False)
    assert who == Named(("Russia",), ("Ukraine",))


@pytest.mark.parametrize(
    ("sentence", "source"),
    [
        ("Syria's army and rebels agreed on a ceasefire, Turkey said.", "Turkey"),
        ("Turkey said that Syria's army and rebels had agreed on a ceasefire.", "Turkey"),
        ("Syria's rebels rejected the ceasefire, according to Turkey.", "Turkey"),
        ("Syria's army said it had declared a ceasefire.", None),
    ],
)
def test_an_announcement_names_whose_word_it_is(sentence: str, source: str | None) -> None:
    found = read(sentence)
    assert found
    assert {a.attribution for a in found} == {source}


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("Armenia and Azerbaijan accused each other of breaking the truce.", ("Armenia", "Azerbaijan")),
        ("Armenia and Azerbaijan traded blame for violations of the ceasefire.", ("Armenia", "Azerbaijan")),
        ("Fighting continued between Armenia and Azerbaijan despite the truce.", ()),
    ],
)
def test_who_fight_on_are_no_targets_unless_they_accuse_each_other(sentence: str, target: tuple[str, ...]) -> None:
    (found,) = read(sentence)
    assert (found.issuer, found.target) == (("Armenia", "Azerbaijan"), target)
