"""Tests of what people's verdicts come to: a wrong alert is taken back, two storylines become one."""

from processors.relate.reviews import review_core
from tests.builders import a_place, a_review, a_reviewed_storyline
from tests.processors.relate_case import CORE, by, says, standings, told_in_turn
from tocsin.events import (
    AlertRaised,
    AlertWithdrawn,
    AnnouncementDetected,
    DeadlinePassed,
    Fact,
    ReviewGiven,
    StorylineMerged,
    StorylineReviewed,
)

TRUCE, BREACH = says("ceasefire/agreed"), says("ceasefire/violated", hours=2)


def alert_of(*facts: Fact) -> AlertRaised:
    """Return the last alert that the facts raise."""
    return [fact for fact in told_in_turn(facts)[1] if isinstance(fact, AlertRaised)][-1]


def verdict(alert: AlertRaised | DeadlinePassed, what: str, **slots: object) -> StorylineReviewed:
    """Return a review of an alert."""
    about = {"storyline_id": alert.storyline_id, "theatre": alert.theatre, "alert_id": alert.alert_id}
    return a_reviewed_storyline(**about, verdict=what, **slots)


def storyline_of(fact: AnnouncementDetected) -> str:
    (told,) = standings(fact)
    return told.storyline_id


def test_a_confirmed_alert_stays_as_it_is() -> None:
    before, _ = told_in_turn([TRUCE, BREACH])
    after, said = told_in_turn([verdict(alert_of(TRUCE, BREACH), "confirm")], before)
    assert (after, said) == (before, [])


def test_a_rejected_alert_is_withdrawn_with_who_said_so_and_its_announcement_counts_no_more() -> None:
    alert = alert_of(TRUCE, BREACH)
    reject = verdict(alert, "reject", user="ben")
    _, said = told_in_turn([TRUCE, BREACH, reject])
    fallen = said[-1]
    assert isinstance(fallen, AlertWithdrawn)
    assert (fallen.withdraws, fallen.why, fallen.after.status) == (alert.alert_id, "rejected", "agreed")
    assert fallen.headline.startswith("Rejected by ben: ")
    last = standings(TRUCE, BREACH, reject)[-1]
    assert (last.change, last.state.status, last.announcement_id) == ("rejected", "agreed", BREACH.announcement.id)


def test_what_was_rejected_does_not_come_back_when_it_is_delivered_again() -> None:
    reject = verdict(alert_of(TRUCE, BREACH), "reject")
    before, _ = told_in_turn([TRUCE, BREACH, reject])
    after, said = told_in_turn([BREACH, reject], before)
    assert (after, said) == (before, [])


def test_an_alert_that_rested_on_what_was_rejected_is_corrected() -> None:
    refusal, truce = says("ceasefire/rejected"), says("ceasefire/agreed", hours=2)
    breach = says("ceasefire/violated", hours=4)
    on_truce = alert_of(refusal, truce, breach)
    assert on_truce.earlier.announcement.id == truce.announcement.id
    _, said = told_in_turn([refusal, truce, breach, verdict(alert_of(refusal, truce), "reject")])
    fallen = {fact.withdraws for fact in said if isinstance(fact, AlertWithdrawn)}
    corrected = {fact.corrects for fact in said if isinstance(fact, AlertRaised)}
    assert on_truce.alert_id in fallen | corrected


def test_a_passed_deadline_that_was_read_wrongly_is_taken_off() -> None:
    threat = says("ultimatum/declared", deadline=by(5))
    state, _ = told_in_turn([threat])
    state, due = CORE.tick(state, by(6).latest)
    (passed,) = (fact for fact in due if isinstance(fact, DeadlinePassed))
    state, said = told_in_turn([verdict(passed, "reject")], state)
    assert said == []
    assert not any(line for shelf in state.theatres.values() for line in shelf)


def test_a_review_of_what_is_not_there_changes_nothing() -> None:
    before, _ = told_in_turn([TRUCE, BREACH])
    alert = alert_of(TRUCE, BREACH)
    for odd in (
        a_reviewed_storyline(verdict="reject", storyline_id="none"),
        a_reviewed_storyline(verdict="reject", storyline_id=alert.storyline_id, alert_id="none"),
        a_reviewed_storyline(verdict="reject", storyline_id=alert.storyline_id, alert_id=None),
        verdict(alert, "merge", merge_into=alert.storyline_id),
        verdict(alert, "merge", merge_into="none"),
        verdict(alert, "merge"),
    ):
        after, said = told_in_turn([odd], before)
        assert (list(after.theatres["SY"]), said) == (list(before.theatres["SY"]), [])


def test_merged_storylines_go_on_as_one_in_the_order_of_events() -> None:
    north = says("ceasefire/declared", place=(a_place("Aleppo"),))
    south = says("ceasefire/ended", hours=3, place=(a_place("Madaya"),))
    first, second = storyline_of(north), storyline_of(south)
    merge = a_reviewed_storyline(verdict="merge", storyline_id=second, merge_into=first, alert_id=None)
    state, said = told_in_turn([north, south, merge])
    assert [type(fact) for fact in said] == [StorylineMerged]
    (line,) = state.theatres["SY"]
    assert (line.id, [s.announcement.act for s in line.statements]) == (first, ["declared", "ended"])
    assert standings(north, south, merge)[-1].state.status == "ended"
    _, again = told_in_turn([merge], state)
    assert again == []


def test_storylines_of_different_families_stay_apart() -> None:
    truce, siege = says("ceasefire/declared"), says("siege/in_force", hours=1)
    merge = a_reviewed_storyline(
        verdict="merge", storyline_id=storyline_of(truce), merge_into=storyline_of(siege), alert_id=None
    )
    assert told_in_turn([truce, siege, merge])[1] == []


def test_commands_are_restated_among_the_announcements_of_their_theatre() -> None:
    core = review_core()
    _, (restated,) = core.decide(core.initial(), a_review(verdict="reject", note="old"), a_review().at)
    assert isinstance(restated, StorylineReviewed)
    assert (restated.theatre, restated.verdict, restated.note) == ("SY", "reject", "old")
    nowhere: ReviewGiven = a_review(theatre="")
    assert core.decide(core.initial(), nowhere, nowhere.at)[1] == ()
