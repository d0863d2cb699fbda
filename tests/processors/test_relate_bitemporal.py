"""What was in force at a time, and what was believed then: late, extended, ended and retracted news."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.relate.bitemporal import believed, then
from tests.builders import NOON, a_retracted_announcement
from tests.processors.relate_case import CORE, by, says, told_in_turn
from tocsin.events import Fact


def status(*facts: Fact, of: float, known: float = 1_000) -> str:
    """Return what one storyline was ``of`` hours after noon, by what was known ``known`` hours after noon."""
    told = sorted((f for f in facts if f.at <= NOON + timedelta(hours=known)), key=lambda f: f.at)
    stood = [then(line, NOON + timedelta(hours=of)) for line in believed(CORE, told)]
    return ", ".join(one.state.status for one in stood if one) or "nothing"


TRUCE = says("ceasefire/agreed", start=by(6), end=by(30))
LATE_END = says("ceasefire/ended", hours=10, arrives=50)


@pytest.mark.parametrize(("of", "stood"), [(-1, "nothing"), (1, "agreed"), (7, "in_force"), (31, "expired")])
def test_a_truce_is_agreed_then_in_force_then_expired(of: float, stood: str) -> None:
    assert status(TRUCE, of=of) == stood


def test_a_late_article_changes_what_was_true_and_not_what_was_believed() -> None:
    assert status(TRUCE, LATE_END, of=12) == "ended"
    assert status(TRUCE, LATE_END, of=12, known=12) == "in_force"
    assert status(TRUCE, LATE_END, of=9) == "in_force"


def test_an_extension_told_later_moves_the_end() -> None:
    extension = says("ceasefire/extended", hours=28, end=by(60))
    assert status(TRUCE, extension, of=40) == "in_force"
    assert status(TRUCE, extension, of=40, known=20) == "expired"
    assert status(TRUCE, extension, of=61) == "expired"


def test_what_is_told_with_a_date_of_the_past_counts_from_then() -> None:
    retold = says("ceasefire/in_force", hours=20, start=by(-20))
    assert (status(retold, of=-19), status(retold, of=-19, known=10)) == ("in_force", "nothing")


def test_background_counts_only_where_it_is_dated() -> None:
    dated = says("siege/declared", hours=20, start=by(-20), is_background=True)
    undated = says("siege/declared", hours=20, is_background=True)
    assert (status(dated, of=1), status(undated, of=30)) == ("in_force", "nothing")


def test_what_was_taken_back_was_believed_until_then() -> None:
    id_ = LATE_END.announcement.id
    gone = a_retracted_announcement(announcement_id=id_, at=NOON + timedelta(hours=55))
    assert status(TRUCE, LATE_END, gone, of=12, known=52) == "ended"
    assert status(TRUCE, LATE_END, gone, of=12) == "in_force"


@pytest.mark.parametrize(("of", "stood"), [(1, "declared"), (9, "expired")])
def test_an_ultimatum_expires_at_its_deadline(of: float, stood: str) -> None:
    assert status(says("ultimatum/declared", deadline=by(8)), of=of) == stood


def test_a_measure_of_which_nothing_is_told_for_long_is_no_longer_listed() -> None:
    call = says("ceasefire/urged")
    assert (status(call, of=24 * 44), status(call, of=24 * 46)) == ("called_for", "nothing")


def test_all_that_was_told_counts_though_relate_keeps_the_newest_alone() -> None:
    facts = [says("ceasefire/declared"), *(says("ceasefire/in_force", hours=5 + h / 10) for h in range(90))]
    assert status(*facts, of=1) == "declared"


@given(st.lists(st.sampled_from(["agreed", "violated", "ended", "rejected", "extended"]), min_size=1, max_size=8))
def test_at_the_end_of_undated_news_it_is_what_relate_says(acts: list[str]) -> None:
    facts = [says(f"ceasefire/{act}", hours=h) for h, act in enumerate(acts)]
    ledger, _ = told_in_turn(facts)
    [line] = next(iter(ledger.theatres.values()))
    assert status(*facts, of=len(acts)) == line.state.status
