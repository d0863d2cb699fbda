"""A shelf finds every storyline whose places may fit, and lets go what nothing can continue."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from processors.relate.ledger import Ledger, shelf_of
from processors.relate.places import compatible
from tests.builders import a_place
from tests.processors.relate_case import says, told_in_turn
from tocsin.vocabulary import Family, Place

PLACES = [a_place("Aleppo"), a_place("Homs"), a_place("Syria"), a_place("Idlib"), a_place("Saraqib", within=("Idlib",))]
SOME = st.lists(st.sampled_from(PLACES), max_size=2, unique=True).map(tuple)


@given(st.lists(SOME, max_size=6), SOME)
def test_a_shelf_misses_no_storyline_that_fits(told: list[tuple[Place, ...]], asked: tuple[Place, ...]) -> None:
    ledger, _ = told_in_turn([says("siege/declared", hours=h, place=place) for h, place in enumerate(told)])
    for shelf in ledger.theatres.values():
        near = {line.id for line in shelf.near("siege", asked)}
        assert {line.id for line in shelf if compatible(line.places, asked)} <= near
        assert {line.id for line in shelf_of(shelf, None).near("siege", asked)} <= near


def test_a_shelf_holds_families_apart() -> None:
    ledger, _ = told_in_turn([says("siege/declared"), says("ceasefire/declared", hours=1)])
    families: tuple[Family, ...] = ("siege", "ceasefire", "ultimatum")
    assert [len(ledger.theatres["SY"].near(family, PLACES)) for family in families] == [1, 1, 0]


def idle_after(days: int) -> Ledger:
    over = says("ceasefire/ended")
    return told_in_turn([over, says("siege/declared", hours=timedelta(days=days) / timedelta(hours=1))])[0]


def test_a_storyline_is_let_go_when_nothing_late_can_continue_it() -> None:
    assert [len(idle_after(days).theatres["SY"]) for days in (59, 61)] == [2, 1]
