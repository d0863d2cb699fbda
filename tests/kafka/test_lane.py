"""A partition's lane knows how far it is, and for how long its client has owed it records."""

from collections.abc import Callable
from typing import cast

from tocsin.log.kafka import Writer
from tocsin.log.kafka_lane import Lane

NOBODY = cast(Writer, None)  # a lane keeps its producer and never speaks to it

SETTLING: tuple[Callable[[Lane], object], ...] = (
    lambda lane: lane.hand_out(6),
    lambda lane: lane.pass_gap(6),
    lambda lane: lane.look(5, 101.0),
    lambda lane: lane.read_on(),
    lambda lane: lane.go_back(),
)


def a_lane(at: int = 5) -> Lane:
    return Lane(NOBODY, committed=at, handed=at, read=at)


def test_what_is_handed_out_is_in_hand_until_it_is_committed() -> None:
    lane = a_lane()
    lane.hand_out(9)
    assert not lane.is_idle()
    lane.committed = 9
    assert lane.is_idle()


def test_a_gap_moves_on_without_anything_in_hand() -> None:
    lane = a_lane()
    lane.pass_gap(7)
    assert lane.is_idle()
    assert not lane.look(7, 0.0)


def test_going_back_starts_at_the_committed_position() -> None:
    lane = a_lane()
    lane.hand_out(9)
    lane.go_back()
    assert (lane.handed, lane.read) == (5, 5)


def test_a_client_owes_records_from_the_first_look_that_found_some() -> None:
    lane = a_lane()
    assert lane.starves(100.0) == 0.0
    assert lane.look(6, 100.0)
    assert lane.look(8, 103.0)
    assert lane.starves(104.0) == 4.0


def test_whatever_comes_settles_what_the_client_owes() -> None:
    for settle in SETTLING:
        lane = a_lane()
        lane.look(8, 100.0)
        settle(lane)
        assert lane.starves(200.0) == 0.0


def test_nothing_given_leaves_it_owed() -> None:
    lane = a_lane()
    lane.look(8, 100.0)
    lane.pass_gap(5)
    assert lane.starves(110.0) == 10.0
