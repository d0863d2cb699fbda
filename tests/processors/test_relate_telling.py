"""Tests that relate tells where a storyline stands, for every announcement that comes to it or goes."""

from datetime import timedelta

from tests.builders import a_claimed_time
from tests.processors.relate_case import by, says, standings
from tests.processors.test_relate_stage import taken_back

DAY = timedelta(days=1)


def test_every_announcement_tells_where_its_storyline_stands_since() -> None:
    first, second = standings(says("ceasefire/declared", end=by(24)), says("ceasefire/violated", hours=2))
    assert (first.state.status, second.state.status) == ("declared", "broken")
    assert first.storyline_id == second.storyline_id
    assert second.end == by(24), "a breach leaves the window as it is"


def test_a_time_told_again_less_exactly_stays_as_exact_as_it_was() -> None:
    exact = by(24)
    vague = a_claimed_time(local="2016-11-04", earliest=exact.earliest - DAY / 2, latest=exact.latest + DAY / 2)
    _, refused = standings(
        says("ultimatum/declared", deadline=exact), says("ultimatum/rejected", hours=1, deadline=vague)
    )
    assert refused.deadline == exact


def test_background_tells_where_the_storyline_stands_but_sets_no_time() -> None:
    _, second = standings(
        says("ceasefire/declared", end=by(24)), says("ceasefire/declared", hours=1, end=by(5), is_background=True)
    )
    assert (second.state.status, second.end) == ("declared", by(24))


def test_an_end_leaves_no_window() -> None:
    _, over = standings(says("ceasefire/declared", end=by(24)), says("ceasefire/ended", hours=2))
    assert (over.state.status, over.end) == ("ended", None)


def test_a_retraction_tells_what_is_left() -> None:
    truce, end = says("ceasefire/agreed"), says("ceasefire/ended", hours=4)
    *_, last = standings(truce, end, taken_back(end))
    assert (last.change, last.state.status, last.announcement_id) == ("taken_back", "agreed", end.announcement.id)


def test_a_storyline_whose_only_announcement_goes_stands_at_nothing() -> None:
    truce = says("ceasefire/agreed")
    *_, last = standings(truce, taken_back(truce))
    assert (last.state.status, last.places, last.parties) == ("none", (), ())


def test_an_announcement_heard_before_tells_nothing_again() -> None:
    truce = says("ceasefire/agreed")
    assert len(standings(truce, truce)) == 1
