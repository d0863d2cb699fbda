"""Timers of ultimatums and of truces: what passes unanswered is told, once."""

from datetime import timedelta

import msgspec
import pytest

from processors.relate.deadlines import KEPT_TIMERS
from processors.relate.history import KEPT_STATEMENTS
from processors.relate.ledger import Ledger
from tests.builders import NOON
from tests.processors.relate_case import CORE, by, says, told_in_turn
from tocsin.events import DeadlineNear, DeadlinePassed, Fact
from tocsin.vocabulary import Place


def passed(*facts: Fact, hours: float = 100) -> list[DeadlinePassed]:
    """Return what time alone brings about after the facts, from a state that went through JSON."""
    ledger = msgspec.json.decode(msgspec.json.encode(told_in_turn(facts)[0]), type=Ledger)
    later, said = CORE.tick(ledger, NOON + timedelta(hours=hours))
    assert CORE.tick(later, NOON + timedelta(hours=hours)) == (later, [])
    return [fact for fact in said if isinstance(fact, DeadlinePassed)]


DEMAND = says("ultimatum/declared", issuer=("Russia",), deadline=by(30))
TRUCE = says("ceasefire/declared", issuer=("Russia",), end=by(30))


def test_a_deadline_that_passes_unanswered_is_told() -> None:
    (told,) = passed(DEMAND)
    assert (told.edge, told.due) == ("deadline", NOON + timedelta(hours=30))
    assert told.headline == "Deadline passed, no acceptance seen: Russia's ultimatum for Aleppo"


def test_an_announced_end_that_passes_is_told() -> None:
    (told,) = passed(TRUCE)
    assert (told.edge, told.headline) == (
        "end",
        "Announced end passed, no extension seen: Russia's ceasefire in Aleppo",
    )


def test_nothing_is_told_before_it_is_due() -> None:
    assert passed(DEMAND, TRUCE, hours=29) == []


@pytest.mark.parametrize("answer", ["agreed", "ended", "extended"])
def test_an_answer_settles_a_deadline(answer: str) -> None:
    assert passed(DEMAND, says(f"ultimatum/{answer}", hours=5, issuer=("Syrian rebels",))) == []


def test_a_refusal_does_not_settle_a_deadline() -> None:
    assert len(passed(DEMAND, says("ultimatum/rejected", hours=5, issuer=("Syrian rebels",)))) == 1


@pytest.mark.parametrize("answer", ["ended", "extended", "agreed", "violated"])
def test_nobody_relies_on_an_end_that_is_moved_or_a_truce_that_is_over_or_broken(answer: str) -> None:
    assert passed(TRUCE, says(f"ceasefire/{answer}", hours=5)) == []


def test_a_truce_retold_when_it_is_over_sets_no_end() -> None:
    over = says("ceasefire/ended", hours=3)
    assert passed(says("ceasefire/agreed"), over, says("ceasefire/in_force", hours=4, end=by(30))) == []


def test_a_truce_that_one_side_refuses_still_runs_out() -> None:
    assert len(passed(TRUCE, says("ceasefire/rejected", hours=5, issuer=("Syrian rebels",)))) == 1


def test_a_deadline_moved_to_a_later_day_replaces_the_first() -> None:
    (told,) = passed(DEMAND, says("ultimatum/declared", hours=5, deadline=by(60)))
    assert told.due == NOON + timedelta(hours=60)


def test_one_deadline_in_several_reports_is_told_once() -> None:
    assert len(passed(DEMAND, says("ultimatum/declared", hours=2, deadline=by(36)))) == 1


@pytest.mark.parametrize("what", ["ultimatum/declared", "ceasefire/declared"])
def test_background_sets_no_timer(what: str) -> None:
    assert passed(says(what, deadline=by(30), end=by(30), is_background=True)) == []


def test_what_is_past_when_it_is_told_sets_no_timer() -> None:
    assert passed(says("ultimatum/declared", hours=40, deadline=by(30))) == []


def test_a_far_end_that_everybody_reports_does_not_hold_every_report() -> None:
    reports = [says("ceasefire/in_force", hours=n / 60, end=by(9_000)) for n in range(200)]
    (line,) = told_in_turn(reports)[0].theatres["SY"]
    assert len(line.statements) <= KEPT_STATEMENTS + KEPT_TIMERS
    assert len(passed(*reports, hours=9_001)) == 1


# --- what comes near -------------------------------------------------------------------------------------------------


def near(*facts: Fact, hours: float) -> list[tuple[str, str]]:
    """Return edge and headline of what comes near by a time."""
    _, said = CORE.tick(told_in_turn(facts)[0], NOON + timedelta(hours=hours))
    return [(fact.edge, fact.headline) for fact in said if isinstance(fact, DeadlineNear)]


def test_a_deadline_and_both_edges_of_a_window_are_told_two_hours_ahead() -> None:
    window = says("ceasefire/declared", issuer=("Russia",), start=by(10), end=by(30))
    assert near(DEMAND, hours=27.9) == []
    assert near(DEMAND, hours=28) == [("deadline", "Deadline near, no acceptance seen: Russia's ultimatum for Aleppo")]
    assert near(window, hours=8) == [("start", "About to start: Russia's ceasefire in Aleppo")]
    assert [edge for edge, _ in near(window, hours=28)] == ["end"]


def test_what_passed_while_nobody_looked_is_no_more_told_as_near() -> None:
    window = says("ceasefire/declared", issuer=("Russia",), start=by(10), end=by(30))
    assert [edge for edge, _ in near(window, hours=9.9)] == ["start"]
    assert near(window, hours=10) == near(window, hours=30) == near(DEMAND, hours=30) == []
    assert [told.edge for told in passed(window, hours=30)] == ["end"]


def test_timers_that_ran_out_together_are_told_in_the_order_of_their_times() -> None:
    cities = {"Homs": 40, "Aleppo": 20, "Idlib": 30}
    demands = [
        says("ultimatum/declared", place=(Place(name=name, country="SY"),), deadline=by(hours))
        for name, hours in cities.items()
    ]
    assert [(told.due - NOON).total_seconds() / 3600 for told in passed(*demands)] == [20, 30, 40]


def test_what_was_told_less_than_two_hours_ahead_or_without_a_clock_time_is_not_told_again() -> None:
    assert near(says("ultimatum/declared", deadline=by(1)), hours=1) == []
    on_friday = msgspec.structs.replace(by(30), local="2016-11-04")
    assert near(says("ultimatum/declared", deadline=on_friday), hours=29) == []


def test_what_several_reports_tell_of_is_told_once_and_never_once_it_is_settled() -> None:
    again = says("ultimatum/declared", hours=1, issuer=("Russia",), deadline=by(30))
    assert len(near(DEMAND, again, hours=28)) == 1
    assert near(DEMAND, says("ultimatum/agreed", hours=5, issuer=("Syrian rebels",)), hours=28) == []
    truce = says("ceasefire/declared", start=by(10))
    assert near(truce, says("ceasefire/ended", hours=4), hours=8) == []
