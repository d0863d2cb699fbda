"""What is owed is the fold of the facts, however often they are told."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from alerts.outbox import MEMORY, OutboxState, Persistence, due, fold, is_hopeless, pause_after, thread_of
from alerts.sending import unsendable
from tests.builders import (
    NOON,
    a_failed_delivery,
    a_given_up_delivery,
    a_made_delivery,
    a_queued_delivery,
    an_attempted_delivery,
)
from tocsin.events import DeliveryQueued, Fact

EMPTY = OutboxState()
MINUTE = timedelta(minutes=1)


def queued(name: str, **overrides: object) -> DeliveryQueued:
    return a_queued_delivery(alert_id=name, **overrides)


def story(name: str, failures: int, end: str) -> list[Fact]:
    """Return one delivery's facts in the order in which a sender writes them."""
    facts: list[Fact] = [queued(name)]
    for attempt in range(1, failures + 1):
        facts.append(an_attempted_delivery(alert_id=name, attempt=attempt))
        facts.append(a_failed_delivery(alert_id=name, attempt=attempt))
    facts.append(an_attempted_delivery(alert_id=name, attempt=failures + 1))
    if end == "made":
        facts.append(a_made_delivery(alert_id=name, attempt=failures + 1))
    if end == "given up":
        facts.append(a_given_up_delivery(alert_id=name, attempt=failures + 1))
    return facts


stories = st.lists(
    st.builds(
        story, st.sampled_from(["a", "b", "c"]), st.integers(0, 3), st.sampled_from(["made", "given up", "in doubt"])
    ),
    max_size=4,
    unique_by=lambda facts: facts[0].alert_id,  # type: ignore[attr-defined]
).map(lambda many: [fact for facts in many for fact in facts])


@given(stories, st.integers(0, 40))
def test_folding_in_two_goes_is_folding_in_one(facts: Sequence[Fact], cut: int) -> None:
    assert fold(fold(EMPTY, facts[:cut]), facts[cut:]) == fold(EMPTY, facts)


@given(stories, st.integers(0, 40), st.integers(0, 40))
def test_facts_told_again_change_nothing(facts: Sequence[Fact], start: int, length: int) -> None:
    state = fold(EMPTY, facts)
    assert fold(state, facts[start : start + length]) == state


@given(stories)
def test_the_state_survives_its_snapshot(facts: Sequence[Fact]) -> None:
    state = fold(EMPTY, facts)
    assert msgspec.json.decode(msgspec.json.encode(state), type=OutboxState) == state


def test_an_attempt_without_an_outcome_is_in_doubt() -> None:
    (item,) = due([fold(EMPTY, story("a", 0, "in doubt"))], NOON)
    assert item.is_in_doubt


def test_a_failure_that_may_have_arrived_stays_in_doubt() -> None:
    facts = [queued("a"), an_attempted_delivery(alert_id="a"), a_failed_delivery(alert_id="a", is_in_doubt=True)]
    (item,) = fold(EMPTY, facts).owed.values()
    assert item.is_in_doubt


def test_what_was_settled_is_not_owed_again() -> None:
    state = fold(EMPTY, [*story("a", 1, "made"), queued("a")])
    assert due([state], NOON + MINUTE) == []


def test_what_was_settled_so_long_ago_that_it_is_forgotten_is_never_sent_again() -> None:
    later = NOON + MEMORY + MINUTE
    state = fold(EMPTY, [*story("a", 0, "made"), queued("b", at=later)])
    assert len(state.settled) == 0
    state = fold(state, [queued("a")])
    assert [item.key.alert_id for item in due([state], later)] == ["b"]
    ((item, reason),) = unsendable([state], {"desk"}, later, timedelta(hours=24))
    assert item.key.alert_id == "a"
    assert f"queued on {NOON:%Y-%m-%d}" in reason


def test_what_was_queued_while_nothing_was_sent_for_weeks_is_still_sent() -> None:
    outage = [queued("b", at=NOON + MINUTE), queued("c", at=NOON + MEMORY)]
    state = fold(fold(EMPTY, story("a", 0, "made")), [a_made_delivery(alert_id="x", at=NOON + 2 * MEMORY)])
    assert len(due([fold(state, outage)], NOON + 2 * MEMORY)) == 2


def test_the_least_tried_goes_first() -> None:
    failed = [queued("a"), an_attempted_delivery(alert_id="a"), a_failed_delivery(alert_id="a", retry_at=NOON)]
    assert [item.key.alert_id for item in due([fold(EMPTY, [*failed, queued("b")])], NOON)] == ["b", "a"]


@given(st.permutations("abcde"))
def test_what_was_queued_at_one_time_goes_in_the_order_of_the_log(names: Sequence[str]) -> None:
    state = fold(EMPTY, [queued(name) for name in names])
    restored = msgspec.json.decode(msgspec.json.encode(state), type=OutboxState)
    assert [item.key.alert_id for item in due([restored], NOON)] == list(names)


def test_an_update_waits_for_the_head_of_its_burst_and_then_follows_in_its_thread() -> None:
    update = queued("b", parent="a")
    state = fold(EMPTY, [queued("a"), update])
    assert [item.key.alert_id for item in due([state], NOON)] == ["a"]
    state = fold(state, [an_attempted_delivery(alert_id="a"), a_made_delivery(alert_id="a", thread="t1")])
    assert [item.key.alert_id for item in due([state], NOON)] == ["b"]
    assert thread_of([state], update) == "t1"


def test_nothing_is_due_before_its_time() -> None:
    state = fold(EMPTY, [queued("a", due=NOON + MINUTE)])
    assert due([state], NOON) == []
    assert len(due([state], NOON + MINUTE)) == 1


def test_pauses_grow_to_their_cap_and_are_the_same_every_time() -> None:
    persistence = Persistence(first_pause=4, longest_pause=64)
    pauses = [pause_after(attempt, "key", persistence) for attempt in range(1, 12)]
    assert pauses == [pause_after(attempt, "key", persistence) for attempt in range(1, 12)]
    assert all(2 <= pause <= 64 for pause in pauses)
    assert all(later >= earlier / 2 for earlier, later in pairwise(pauses))


def test_patience_ends_after_its_hours() -> None:
    (item,) = fold(EMPTY, [queued("a"), an_attempted_delivery(alert_id="a")]).owed.values()
    assert not is_hopeless(item, NOON + timedelta(hours=23), Persistence())
    assert is_hopeless(item, NOON + timedelta(hours=24), Persistence())
