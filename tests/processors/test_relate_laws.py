"""Laws of relating that hold whatever newswire tells, in whatever order, as exactly or vaguely as it likes."""

from collections.abc import Sequence
from typing import get_args

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import times
from tests.builders import a_claimed_time, a_place
from tests.processors.relate_case import says, told_in_turn
from tocsin import codec
from tocsin.events import AlertRaised, AnnouncementDetected
from tocsin.vocabulary import Act, ClaimedTime, Family

PARTIES = [(), ("Russia",), ("Syrian rebels",), ("Russia", "Syrian rebels")]
LOCALS = ["2016", "2016-11", "2016-11-04", "2016-11-04T19:00", "2016-11-04T19:00+02:00", "2016-11-04T19:00Z"]
claims: st.SearchStrategy[ClaimedTime | None] = st.none() | st.builds(
    lambda local: a_claimed_time(local=local), st.sampled_from(LOCALS)
)


@st.composite
def tellings(draw: st.DrawFn) -> AnnouncementDetected:
    """Return what an article says, now or late, as news or background."""
    return says(
        f"{draw(st.sampled_from(get_args(Family)))}/{draw(st.sampled_from(get_args(Act)))}",
        hours=draw(st.integers(0, 72)),
        source=draw(st.sampled_from(["", "other.example"])),
        issuer=draw(st.sampled_from(PARTIES)),
        target=draw(st.sampled_from(PARTIES)),
        place=draw(st.sampled_from([(), (a_place(),), (a_place("Syria"),)])),
        start=draw(claims),
        end=draw(claims),
        deadline=draw(claims),
        is_background=draw(st.booleans()),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(tellings(), max_size=8))
def test_whatever_is_told_can_be_related_and_put_into_words(told: Sequence[AnnouncementDetected]) -> None:
    for fact in told_in_turn(told)[1]:
        codec.draft(fact)
        if isinstance(fact, AlertRaised):
            assert fact.headline
            shown = (fact.later.announcement, fact.earlier.announcement)
            assert all(times.claimed(c) for one in shown for c in (one.start, one.end, one.deadline) if c)


@settings(max_examples=60, deadline=None)
@given(st.lists(tellings(), max_size=6))
def test_what_was_heard_before_says_nothing_and_changes_nothing(told: Sequence[AnnouncementDetected]) -> None:
    ledger, _ = told_in_turn(told)
    again, said = told_in_turn(told, ledger)
    assert (again, said) == (ledger, [])


@settings(max_examples=60, deadline=None)
@given(st.lists(tellings(), max_size=6), st.lists(tellings(), max_size=6))
def test_what_goes_on_in_one_theatre_changes_nothing_in_another(
    here: Sequence[AnnouncementDetected], there: Sequence[AnnouncementDetected]
) -> None:
    elsewhere = [_moved(fact) for fact in there]
    mixed = [fact for pair in zip(here, elsewhere, strict=False) for fact in pair]
    mixed += [*here[len(elsewhere) :], *elsewhere[len(here) :]]
    together, _ = told_in_turn(mixed)
    assert together.theatres.get("SY") == told_in_turn(here)[0].theatres.get("SY")
    assert together.theatres.get("LB") == told_in_turn(elsewhere)[0].theatres.get("LB")


def _moved(fact: AnnouncementDetected) -> AnnouncementDetected:
    """Return the same as told of Lebanon."""
    place = tuple(msgspec.structs.replace(one, country="LB") for one in fact.announcement.place)
    moved = msgspec.structs.replace(fact.announcement, id=f"{fact.announcement.id} LB", theatre="LB", place=place)
    return msgspec.structs.replace(fact, announcement=moved)
