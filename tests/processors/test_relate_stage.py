"""Storylines, repeats, late and retracted announcements, and the laws of the fold."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from processors.relate.ledger import Ledger
from tests.builders import a_place, a_retracted_announcement
from tests.processors.relate_case import CORE, alerts, by, held_back, says, told_in_turn
from tocsin.events import AlertRaised, AlertSuppressed, AlertWithdrawn, AnnouncementDetected, Fact
from tocsin.vocabulary import Act

SYRIA, HOMS = a_place("Syria", "SY"), a_place("Homs", "SY")
REBELS = ("Syrian rebels",)


def storylines(*facts: Fact) -> list[str]:
    ledger, _ = told_in_turn(facts)
    return [line.name for lines in ledger.theatres.values() for line in lines]


# --- storyline identity ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "count"),
    [
        (says("ceasefire/agreed", hours=1), 1),
        (says("ceasefire/agreed", hours=1, place=(SYRIA,)), 1),
        (says("ceasefire/agreed", hours=1, place=()), 1),
        (says("ceasefire/agreed", hours=1, place=(HOMS,)), 2),
        (says("siege/declared", hours=1), 2),
        (says("ceasefire/agreed", hours=24 * 119), 1),
        (says("ceasefire/agreed", hours=24 * 121), 2),
        (says("ceasefire/agreed", hours=1, issuer=("Israel",), target=("Turkish army",)), 2),
        (says("ceasefire/agreed", hours=1, issuer=("Turkish army",), target=REBELS), 1),
    ],
)
def test_a_storyline_is_one_measure_by_family_place_sides_and_time(second: AnnouncementDetected, count: int) -> None:
    first = says("ceasefire/declared", issuer=("Syrian army",), target=("FSA",))
    assert len(storylines(first, second)) == count


@pytest.mark.parametrize(
    ("before", "days", "count"),
    [
        ("siege/declared", 269, 1),
        ("siege/declared", 271, 2),
        ("siege/ended", 46, 2),
        ("ceasefire/ended", 46, 2),
        ("ceasefire/proposed", 46, 2),
        ("ultimatum/declared", 44, 1),
        ("ultimatum/declared", 46, 2),
    ],
)
def test_what_goes_on_is_the_same_after_a_long_silence(before: str, days: int, count: int) -> None:
    family = before.split("/")[0]
    between = says("ceasefire/agreed", hours=24 * days - 1, place=(HOMS,))  # what is idle is let go on the way
    assert len(storylines(says(before), between, says(f"{family}/ended", hours=24 * days))) == count + 1


def test_a_siege_told_in_autumn_ends_in_winter() -> None:
    (alert,) = alerts(says("siege/in_force"), says("siege/ended", hours=24 * 110))
    assert (alert.row, alert.earlier.announcement.act) == ("siege-ended", "in_force")


def test_a_storyline_is_named_after_the_place_most_often_told() -> None:
    assert storylines(
        says("ceasefire/declared", place=(HOMS,)),
        says("ceasefire/in_force", hours=1, place=(SYRIA,)),
        says("ceasefire/in_force", hours=2, place=(SYRIA,)),
    ) == ["ceasefire, Syria"]


def test_a_storyline_without_a_place_is_named_after_its_country() -> None:
    assert storylines(says("ceasefire/declared", place=())) == ["ceasefire, Syria"]


# --- repeats ---------------------------------------------------------------------------------------------------------


def test_a_breach_alerts_once_in_a_day() -> None:
    truce = says("ceasefire/agreed", issuer=("Russia", "US"))
    breaches = [says("ceasefire/violated", hours=h, issuer=("Syrian army",)) for h in (3, 9, 30)]
    assert [alert.later.announcement.id for alert in alerts(truce, *breaches)] == [
        breaches[0].announcement.id,
        breaches[2].announcement.id,
    ]
    assert held_back(truce, *breaches) == ["repeat_violation"]


def test_a_breach_by_another_side_alerts_within_the_day() -> None:
    truce = says("ceasefire/agreed")
    first, second = (says("ceasefire/violated", hours=h, issuer=who) for h, who in ((3, ("Syrian army",)), (5, REBELS)))
    assert len(alerts(truce, first, second)) == 2


def test_a_second_group_of_the_same_coalition_repeats_its_refusal() -> None:
    offer = says("ceasefire/proposed", issuer=("Russia",))
    first, second = (says("ceasefire/rejected", hours=h, issuer=who) for h, who in ((2, ("Fastaqim",)), (4, ("FSA",))))
    assert len(alerts(offer, first, second)) == 1
    assert held_back(offer, first, second) == ["repeat"]


def test_a_group_outside_the_coalition_refuses_for_itself() -> None:
    offer = says("ceasefire/proposed", issuer=("Russia",))
    first, second = (says("ceasefire/rejected", hours=h, issuer=who) for h, who in ((2, ("FSA",)), (4, ("HTS",))))
    assert len(alerts(offer, first, second)) == 2


def test_an_ultimatum_issued_again_alerts_only_with_another_deadline() -> None:
    first = says("ultimatum/declared", deadline=by(48))
    assert alerts(first, says("ultimatum/declared", hours=6, deadline=by(48))) == []
    assert [a.kind for a in alerts(first, says("ultimatum/declared", hours=6, deadline=by(90)))] == ["renews"]


def test_a_later_evacuation_out_of_the_same_siege_is_no_new_amendment() -> None:
    evacuations = [says("siege/amended", hours=h) for h in (2, 40)]
    assert len(alerts(says("siege/in_force"), *evacuations)) == 1


def test_an_extension_told_again_is_a_repeat() -> None:
    assert len(alerts(says("ceasefire/agreed"), *(says("ceasefire/extended", hours=h) for h in (4, 9)))) == 1


def test_an_end_that_was_alerted_is_not_told_again_because_the_truce_is_retold() -> None:
    truce, over = says("ceasefire/agreed"), says("ceasefire/ended", hours=30)
    retold = says("ceasefire/in_force", hours=35, start=by(1))
    again = says("ceasefire/ended", hours=40)
    assert [alert.kind for alert in alerts(truce, over, retold, again)] == ["ends", "conflicts"]
    assert held_back(truce, over, retold, again) == ["repeat"]


@pytest.mark.parametrize(
    ("told", "kinds"),
    [
        (says("ceasefire/agreed", hours=20, issuer=REBELS), ["ends"]),
        (says("ceasefire/agreed", hours=20, issuer=REBELS, start=by(22)), ["ends", "renews"]),
        (says("ceasefire/agreed", hours=20, issuer=REBELS, title="They agree", quote="They agree"), ["ends", "renews"]),
        (says("ceasefire/agreed", hours=20, issuer=("Israel",)), ["ends", "renews"]),
        (says("ceasefire/agreed", hours=50, issuer=REBELS), ["ends", "renews"]),
    ],
)
def test_the_old_truce_retold_a_day_after_its_end_is_no_new_one(told: AnnouncementDetected, kinds: list[str]) -> None:
    truce, over = says("ceasefire/agreed", issuer=REBELS), says("ceasefire/ended", hours=10)
    assert [alert.kind for alert in alerts(truce, over, told)] == kinds


@pytest.mark.parametrize(("days", "count"), [(30, 1), (32, 0)])
def test_an_offer_of_more_than_a_month_ago_is_not_what_a_refusal_answers(days: int, count: int) -> None:
    offer = says("ceasefire/declared", issuer=("Russia",))
    assert len(alerts(offer, says("ceasefire/rejected", hours=24 * days, issuer=REBELS))) == count


def test_a_truce_told_over_can_still_be_extended() -> None:
    truce, over, longer = (says(f"ceasefire/{act}", hours=h) for h, act in enumerate(("agreed", "ended", "extended")))
    assert [(a.kind, a.earlier.announcement.act) for a in alerts(truce, over, longer)][1:] == [("extends", "agreed")]


# --- one article -----------------------------------------------------------------------------------------------------


def test_an_article_that_tells_both_alerts_in_either_order() -> None:
    before = says("ceasefire/declared", article="a", is_background=True)
    news = says("ceasefire/ended", article="a")
    for pair in ((before, news), (news, before)):
        (alert,) = alerts(*pair)
        assert (alert.later.announcement.act, alert.earlier.announcement.act) == ("ended", "declared")


@pytest.mark.parametrize(("who", "chosen"), [(("Russia",), "first"), (("US",), "retold")])
def test_a_refusal_that_retells_the_demand_is_held_against_its_first_report(who: tuple[str, ...], chosen: str) -> None:
    first = says("ultimatum/declared", issuer=who, deadline=by(48))
    retold = says("ultimatum/declared", article="b", hours=3, issuer=("Russia",), is_background=True)
    refusal = says("ultimatum/rejected", article="b", hours=3, issuer=REBELS)
    (alert,) = alerts(first, retold, refusal)
    assert alert.earlier.announcement.id == {"first": first, "retold": retold}[chosen].announcement.id


def test_in_one_article_the_refusal_answers_the_offer_whatever_comes_first() -> None:
    refusal = says("ceasefire/rejected", article="a", issuer=REBELS)
    offer = says("ceasefire/declared", article="a", issuer=("Russia",))
    assert [alert.kind for alert in alerts(offer, refusal)] == ["rejects"]
    assert [alert.kind for alert in alerts(refusal, offer)] == ["rejects"]


# --- sources ---------------------------------------------------------------------------------------------------------


def sources_of(*fingerprints: tuple[int, ...], publishers: tuple[str, ...]) -> AlertRaised:
    """The last of several reports that a breach took place, a day apart so that it alerts again."""
    reports = [
        says("ceasefire/violated", hours=2 + 25 * i, source=publisher, fingerprint=fingerprint, issuer=("Syrian army",))
        for i, (fingerprint, publisher) in enumerate(zip(fingerprints, publishers, strict=True))
    ]
    return alerts(says("ceasefire/agreed"), *reports)[-1]


def test_publishers_that_report_on_their_own_are_counted() -> None:
    assert sources_of((1, 2, 3, 4), (5, 6, 7, 8), publishers=("one.example", "two.example")).independent == 2


def test_a_near_duplicate_is_listed_as_a_copy_and_not_counted() -> None:
    alert = sources_of((1, 2, 3, 4), (1, 2, 3, 4), publishers=("one.example", "two.example"))
    assert ([line.is_copy for line in alert.sources], alert.independent) == ([False, True], 1)


@given(st.permutations([("one.example", (1, 2, 3, 4)), ("two.example", (1, 2, 3, 4)), ("three.example", (5, 6, 7, 8))]))
def test_a_copied_text_counts_once_whoever_came_first(reports: list[tuple[str, tuple[int, ...]]]) -> None:
    told = [
        says("ceasefire/violated", hours=hours, source=publisher, fingerprint=fingerprint, issuer=("Syrian army",))
        for hours, (publisher, fingerprint) in zip((2, 3, 28), reports, strict=True)  # a day later it alerts again
    ]
    alert = alerts(says("ceasefire/agreed"), *told)[-1]
    assert (alert.independent, sum(line.is_copy for line in alert.sources)) == (2, 1)


def test_the_editions_of_one_publisher_are_one_source() -> None:
    assert sources_of((1, 2, 3, 4), (5, 6, 7, 8), publishers=("one.example", "one.example")).independent == 1


# --- late and retracted ----------------------------------------------------------------------------------------------


def test_a_late_article_does_not_raise_what_newer_news_has_settled() -> None:
    truce, end = says("ceasefire/agreed"), says("ceasefire/ended", hours=96)
    late = says("ceasefire/violated", hours=30, arrives=100)
    assert [alert.kind for alert in alerts(truce, end, late)] == ["ends"]
    assert held_back(truce, end, late) == ["settled_since"]


def test_a_late_article_corrects_what_a_raised_alert_superseded() -> None:
    truce, end = says("ceasefire/declared"), says("ceasefire/ended", hours=96)
    raised, corrected = alerts(truce, end, says("ceasefire/in_force", hours=30, arrives=100))
    assert corrected.corrects == raised.alert_id
    assert (raised.earlier.announcement.act, corrected.earlier.announcement.act) == ("declared", "in_force")


@pytest.mark.parametrize("is_background", [True, False])
def test_what_is_older_than_all_that_is_kept_changes_nothing(is_background: bool) -> None:
    kept = [says("ceasefire/in_force", hours=h / 10) for h in range(80)]
    older = says("ceasefire/violated", hours=-60, arrives=9, is_background=is_background)
    assert alerts(*kept, older) == []
    assert storylines(*kept, older) == ["ceasefire, Aleppo"]


CLOCKED = (
    says("ceasefire/agreed"),
    says("ceasefire/violated", hours=3),
    says("ceasefire/ended", hours=6),
    says("ceasefire/agreed", hours=9, start=by(10)),
)


@given(st.permutations(CLOCKED))
def test_a_backlog_in_any_order_never_lets_the_older_supersede_the_newer(facts: list[AnnouncementDetected]) -> None:
    raised = alerts(*facts)
    assert all(alert.earlier.article.published < alert.later.article.published for alert in raised)  # type: ignore[operator]
    assert raised[-1].kind in {"renews", "ends", "violates"}


def test_news_that_arrived_before_what_it_ends_alerts_once_that_is_known() -> None:
    truce, end = says("ceasefire/agreed"), says("ceasefire/ended", hours=6)
    assert [alert.kind for alert in alerts(end, truce)] == ["ends"]


@pytest.mark.parametrize(("since", "kinds"), [("agreed", ["violates"]), ("ended", [])])
def test_a_breach_that_arrives_late_alerts_unless_the_truce_is_over(since: str, kinds: list[str]) -> None:
    truce, later = says("ceasefire/agreed"), says(f"ceasefire/{since}", hours=4)
    breach = says("ceasefire/violated", hours=3, issuer=REBELS)
    assert [a.kind for a in alerts(truce, later, breach) if a.later.announcement.act == "violated"] == kinds


def test_without_clock_times_arrival_orders_a_day() -> None:
    midnight = -12
    end, truce = (says(f"ceasefire/{act}", hours=midnight, issuer=REBELS) for act in ("ended", "agreed"))
    assert [alert.kind for alert in alerts(end, truce)] == ["renews"]


def taken_back(detected: AnnouncementDetected) -> Fact:
    return a_retracted_announcement(
        at=detected.at, announcement_id=detected.announcement.id, article_id=detected.article.id
    )


def test_a_retracted_announcement_withdraws_its_alert() -> None:
    truce, end = says("ceasefire/agreed"), says("ceasefire/ended", hours=4)
    ledger, said = told_in_turn([truce, end, taken_back(end)])
    raised, fallen = said
    assert isinstance(raised, AlertRaised)
    assert isinstance(fallen, AlertWithdrawn)
    assert (fallen.withdraws, fallen.why, fallen.gone) == (raised.alert_id, "revised", raised.later)
    assert (fallen.before.status, fallen.after.status) == ("ended", "agreed")
    assert fallen.headline == "No longer told: ceasefire in Aleppo, Army: ended (Example Wire)"
    assert ledger.theatres["SY"].lines[0].state.status == "agreed"


def test_an_alert_whose_earlier_announcement_is_retracted_is_told_against_another() -> None:
    offer, truce = says("ceasefire/declared"), says("ceasefire/in_force", hours=1)
    first, second = alerts(offer, truce, says("ceasefire/ended", hours=4), taken_back(truce))
    assert (second.corrects, second.earlier.announcement.act) == (first.alert_id, "declared")


def test_a_revision_that_only_words_it_otherwise_alerts_nobody_again() -> None:
    truce, end = says("ceasefire/agreed"), says("ceasefire/ended", hours=4, article="a")
    reworded = says("ceasefire/ended", hours=4, article="a", quote="The truce is over.")
    _, said = told_in_turn([truce, end, reworded, taken_back(end)])
    raised, kept = said
    assert isinstance(raised, AlertRaised)
    assert isinstance(kept, AlertSuppressed)
    assert (kept.reason, kept.alert_id, kept.announcement_id) == (
        "reworded",
        raised.alert_id,
        reworded.announcement.id,
    )


def test_an_alert_stands_when_the_article_that_it_supersedes_is_reworded() -> None:
    truce = says("ceasefire/agreed", article="a")
    reworded = says("ceasefire/agreed", article="a", quote="The truce is agreed.")
    told = [truce, says("ceasefire/ended", hours=4), reworded, taken_back(truce), taken_back(reworded)]
    _, said = told_in_turn(told)
    assert [fact.reason for fact in said if isinstance(fact, AlertSuppressed)] == ["reworded"]
    assert [fact.gone.announcement for fact in said if isinstance(fact, AlertWithdrawn)] == [reworded.announcement]


def test_a_revision_that_says_otherwise_corrects_its_alert_once() -> None:
    truce, end = says("ceasefire/agreed"), says("ceasefire/ended", hours=4, article="a", issuer=("Northern Army",))
    other = says("ceasefire/ended", hours=4, article="a", issuer=("Southern Army",), quote="It is over.")
    first, second = alerts(truce, end, other, taken_back(end))
    assert (second.corrects, second.later.announcement.id) == (first.alert_id, other.announcement.id)


def test_what_a_revised_article_says_anew_corrects_the_alert_that_fell() -> None:
    truce, end = says("ceasefire/agreed"), says("ceasefire/ended", hours=4, article="a")
    reworded = says("ceasefire/ended", hours=4, article="a", quote="The truce is over.")
    first, second = alerts(truce, end, taken_back(end), reworded)
    assert second.corrects == first.alert_id


def test_a_retraction_of_something_unknown_changes_nothing() -> None:
    assert told_in_turn([taken_back(says("siege/ended"))]) == (Ledger(), [])


# --- laws ------------------------------------------------------------------------------------------------------------

ACTS: tuple[Act, ...] = ("proposed", "declared", "agreed", "rejected", "violated", "ended", "extended", "amended")
NEWS = st.lists(
    st.builds(
        lambda family, act, hours, late, who, background: says(
            f"{family}/{act}", hours=hours, arrives=hours + late, issuer=who, is_background=background
        ),
        st.sampled_from(["ceasefire", "siege", "ultimatum"]),
        st.sampled_from(ACTS),
        st.integers(0, 200),
        st.sampled_from([0, 0, 60]),
        st.sampled_from([REBELS, ("Russia",), ()]),
        st.booleans(),
    ),
    max_size=12,
)


@given(NEWS)
@settings(max_examples=40, deadline=None)
def test_a_replay_is_identical(facts: list[AnnouncementDetected]) -> None:
    assert msgspec.json.encode(told_in_turn(facts)) == msgspec.json.encode(told_in_turn(facts))


@given(NEWS)
@settings(max_examples=40, deadline=None)
def test_redelivery_changes_nothing(facts: list[AnnouncementDetected]) -> None:
    state, _ = told_in_turn(facts)
    assert told_in_turn(facts, state) == (state, [])


@given(NEWS, st.integers(0, 12))
@settings(max_examples=40, deadline=None)
def test_a_fold_may_pause_in_json_anywhere(facts: list[AnnouncementDetected], cut: int) -> None:
    state, before = told_in_turn(facts[:cut])
    revived = msgspec.json.decode(msgspec.json.encode(state), type=Ledger)
    whole, said = told_in_turn(facts)
    assert told_in_turn(facts[cut:], revived) == (whole, said[len(before) :])


def test_an_announcement_is_known_after_its_statement_was_let_go() -> None:
    first = says("ceasefire/agreed")
    state, _ = told_in_turn([first, *(says("ceasefire/in_force", hours=h / 10) for h in range(1, 80))])
    assert CORE.decide(state, first, first.at) == (state, ())
