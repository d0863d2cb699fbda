"""Every row of the relation table fires on what it says, and on nothing told as background."""

import pytest

from processors.relate.table import load_table
from tests.builders import NOON, a_claimed_time, a_place
from tests.processors.relate_case import alerts, by, says
from tocsin.events import AnnouncementDetected
from tocsin.vocabulary import ClaimedTime, Place

REBELS = ("Rebels",)
EXAMPLES = {
    "truce-ended": ("ceasefire/declared", "ceasefire/ended"),
    "truce-broken": ("ceasefire/agreed", "ceasefire/violated"),
    "truce-renewed": ("ceasefire/ended", "ceasefire/agreed"),
    "truce-anew": ("ceasefire/declared", "ceasefire/agreed"),
    "refusal-turned": ("ceasefire/rejected", "ceasefire/agreed"),
    "truce-over-or-not": ("ceasefire/ended", "ceasefire/in_force"),
    "truce-extended": ("ceasefire/in_force", "ceasefire/extended"),
    "truce-amended": ("ceasefire/declared", "ceasefire/amended"),
    "truce-refused": ("ceasefire/proposed", "ceasefire/rejected"),
    "truce-denied": ("ceasefire/agreed", "ceasefire/denied"),
    "siege-ended": ("siege/in_force", "siege/ended"),
    "siege-over-or-not": ("siege/ended", "siege/in_force"),
    "siege-again": ("siege/ended", "siege/declared"),
    "siege-eased": ("siege/in_force", "siege/amended"),
    "siege-promise-broken": ("siege/amended", "siege/violated"),
    "siege-kept": ("siege/urged", "siege/rejected"),
    "siege-denied": ("siege/in_force", "siege/denied"),
    "ultimatum-again": ("ultimatum/ended", "ultimatum/declared"),
    "ultimatum-extended": ("ultimatum/declared", "ultimatum/extended"),
    "ultimatum-amended": ("ultimatum/declared", "ultimatum/amended"),
    "ultimatum-refused": ("ultimatum/declared", "ultimatum/rejected"),
    "ultimatum-obeyed": ("ultimatum/declared", "ultimatum/agreed"),
    "ultimatum-denied": ("ultimatum/declared", "ultimatum/denied"),
}
#: These need sources that differ; they have their own tests below.
DIFFER = {"truce-terms-differ", "ultimatum-terms-differ"}
BETWEEN = {"truce-anew": (says("ceasefire/violated", hours=5, issuer=("Russia",)),)}


def before(what: str, *, is_background: bool = False) -> AnnouncementDetected:
    """What stood before: the other side's, but for a refusal that is taken back."""
    issuer = REBELS if what.endswith("rejected") else ("Russia",)
    return says(what, issuer=issuer, is_background=is_background)


def test_every_row_has_an_example_here() -> None:
    assert {row.id for row in load_table().rows} == EXAMPLES.keys() | DIFFER


@pytest.mark.parametrize(("row", "earlier", "later"), [(row, *acts) for row, acts in EXAMPLES.items()])
def test_the_row_fires(row: str, earlier: str, later: str) -> None:
    (*_, alert) = alerts(before(earlier), *BETWEEN.get(row, ()), says(later, hours=80, issuer=REBELS))
    expected = next(one for one in load_table().rows if one.id == row)
    assert (alert.row, alert.relation, alert.kind, alert.reason) == (
        row,
        expected.relation,
        expected.kind,
        expected.reason,
    )
    assert alert.earlier.announcement.act == earlier.split("/")[1]


@pytest.mark.parametrize(("earlier", "later"), EXAMPLES.values())
def test_background_never_alerts(earlier: str, later: str) -> None:
    assert alerts(before(earlier), says(later, hours=5, issuer=REBELS, is_background=True)) == []


@pytest.mark.parametrize(("earlier", "later"), [acts for row, acts in EXAMPLES.items() if row not in BETWEEN])
def test_background_can_be_the_earlier_one(earlier: str, later: str) -> None:
    raised = alerts(before(earlier, is_background=True), says(later, hours=5, issuer=REBELS))
    assert [alert.earlier.announcement.act for alert in raised] == [earlier.split("/")[1]]


@pytest.mark.parametrize("later", ["ceasefire/urged", "siege/urged", "siege/in_force", "ultimatum/in_force"])
def test_calls_and_continuing_states_never_alert(later: str) -> None:
    family = later.split("/")[0]
    assert alerts(says(f"{family}/declared"), says(later, hours=5, issuer=("UN",))) == []


def test_a_blocked_evacuation_breaks_the_truce_declared_for_it() -> None:
    (alert,) = alerts(says("ceasefire/agreed"), says("siege/violated", hours=20))
    assert (alert.family, alert.earlier.announcement.family) == ("siege", "ceasefire")


@pytest.mark.parametrize(
    ("told", "count"),
    [
        (says("ceasefire/violated", hours=5), 0),
        (says("ceasefire/ended", hours=5), 0),
        (says("ceasefire/violated", hours=-10), 1),
        (says("ceasefire/ended", hours=5, is_background=True), 1),
    ],
)
def test_a_promise_told_as_broken_is_not_broken_again_by_its_evacuation(told: AnnouncementDetected, count: int) -> None:
    facts = sorted([says("ceasefire/agreed"), told, says("siege/violated", hours=20)], key=lambda fact: fact.at)
    assert [alert.family for alert in alerts(*facts)].count("siege") == count


@pytest.mark.parametrize(
    ("now", "before", "count"),
    [
        (a_place("Tariq al-Bab", within=("Aleppo",)), a_place("Aleppo"), 1),
        (a_place("Idlib"), a_place("Saraqib", within=("Idlib",)), 1),
        (a_place("Maarat", within=("Idlib",)), a_place("Saraqib", within=("Idlib",)), 0),
        (a_place("Aleppo"), a_place("Homs"), 0),
    ],
)
def test_a_place_is_of_one_storyline_with_what_holds_it(now: Place, before: Place, count: int) -> None:
    truce, end = says("ceasefire/agreed", place=(before,)), says("ceasefire/ended", hours=9, place=(now,))
    assert len(alerts(truce, end)) == count


@pytest.mark.parametrize(
    ("who", "rows"), [(("Rebels",), ["refusal-turned"]), (("Russia",), []), (("Rebels", "Russia"), ["refusal-turned"])]
)
def test_only_the_side_that_refused_can_turn(who: tuple[str, ...], rows: list[str]) -> None:
    refused = says("ceasefire/rejected", issuer=("Rebels",), target=("Russia",))
    assert [alert.row for alert in alerts(refused, says("ceasefire/agreed", hours=5, issuer=who))] == rows


def test_a_declared_truce_stands_though_one_side_refuses_it() -> None:
    truce, refusal = says("ceasefire/declared", issuer=("Russia",)), says("ceasefire/rejected", hours=2, issuer=REBELS)
    *_, ended = alerts(truce, refusal, says("ceasefire/extended", hours=4, issuer=("Russia",)))
    assert (ended.kind, ended.earlier.announcement.act) == ("extends", "declared")


def test_a_truce_told_over_and_told_to_hold_is_still_renewed_by_a_new_one() -> None:
    wire = ("ceasefire/ended", "ceasefire/in_force", "ceasefire/agreed")
    facts = [says(what, hours=h, issuer=REBELS) for h, what in enumerate(wire)]
    assert [alert.kind for alert in alerts(*facts)] == ["conflicts", "renews"]


def test_what_both_agree_on_replaces_the_refusal_of_either() -> None:
    refused = says("ceasefire/rejected", issuer=REBELS, target=("Russia",))
    urged = says("ceasefire/urged", hours=2, issuer=("UN",))
    assert [alert.row for alert in alerts(refused, urged, says("ceasefire/agreed", hours=5, issuer=()))] == [
        "refusal-turned"
    ]


def test_the_end_of_a_truce_that_only_its_breach_told_of_is_held_against_the_breach() -> None:
    breach, over = says("ceasefire/violated", issuer=REBELS), says("ceasefire/ended", hours=5)
    assert [alert.earlier.announcement.act for alert in alerts(breach, over)] == ["violated"]
    *_, ended = alerts(says("ceasefire/agreed", hours=-9), breach, over)
    assert ended.earlier.announcement.act == "agreed"


@pytest.mark.parametrize(
    ("offer", "count"),
    [
        (says("ceasefire/proposed", issuer=("Russia",)), 1),
        (says("ceasefire/proposed", issuer=REBELS), 0),
        (says("ceasefire/urged", issuer=("UN",), target=REBELS), 1),
        (says("ceasefire/urged", issuer=("UN",), target=("Russia",)), 0),
        (says("ceasefire/urged", issuer=("UN",), hours=-80), 0),
    ],
)
def test_a_refusal_answers_what_others_offer_or_ask_of_that_side(offer: AnnouncementDetected, count: int) -> None:
    assert len(alerts(offer, says("ceasefire/rejected", hours=5, issuer=REBELS))) == count


@pytest.mark.parametrize(
    ("new", "rows"),
    [
        (says("ceasefire/in_force", hours=20, start=by(19)), ["truce-broken", "truce-anew"]),
        (says("ceasefire/in_force", hours=20, start=by(2)), ["truce-broken"]),
        (says("ceasefire/in_force", hours=60), ["truce-broken"]),
        (says("ceasefire/agreed", hours=20), ["truce-broken"]),
        (says("ceasefire/agreed", hours=80), ["truce-broken", "truce-anew"]),
    ],
)
def test_a_truce_is_new_where_it_starts_after_a_breach_or_is_announced_days_later(
    new: AnnouncementDetected, rows: list[str]
) -> None:
    truce, breach = says("ceasefire/agreed"), says("ceasefire/violated", hours=5, issuer=("Russia",))
    assert [alert.row for alert in alerts(truce, breach, new)] == rows


def test_a_truce_that_takes_effect_after_the_end_of_one_is_new() -> None:
    over = says("ceasefire/ended", issuer=("Russia",))
    assert [alert.row for alert in alerts(over, says("ceasefire/in_force", hours=20, start=by(18)))] == ["truce-anew"]


def test_a_truce_that_is_not_broken_is_not_new_when_told_again() -> None:
    assert alerts(says("ceasefire/agreed"), says("ceasefire/agreed", hours=80)) == []


# --- sources that differ ---------------------------------------------------------------------------------------------

SEVEN = says("ceasefire/declared", issuer=("Russia",), end=by(30), source="one.example")


def test_sources_that_give_other_times_for_the_same_truce_conflict_once() -> None:
    nine = says("ceasefire/declared", hours=2, issuer=("Russia",), end=by(32), source="two.example")
    again = says("ceasefire/declared", hours=3, issuer=("Russia",), end=by(32), source="three.example")
    (alert,) = alerts(SEVEN, nine, again)
    assert (alert.row, alert.relation, alert.kind) == ("truce-terms-differ", "contradicts", "conflicts")
    assert alert.headline.startswith("Sources differ on the ceasefire in Aleppo: two.example gives until Friday")


@pytest.mark.parametrize(
    ("hours", "end", "source"),
    [
        (2, by(30.5), "two.example"),  # about the same
        (2, by(34), "one.example"),  # the same publisher corrects itself
        (8, by(34), "two.example"),  # hours later, these are new terms
        (2, a_claimed_time(local="2016-11-04", earliest=NOON, latest=NOON), "two.example"),  # a day alone
    ],
)
def test_what_may_be_the_same_time_or_new_terms_is_no_conflict(hours: float, end: ClaimedTime, source: str) -> None:
    later = says("ceasefire/declared", hours=hours, issuer=("Russia",), end=end, source=source)
    assert [alert.kind for alert in alerts(SEVEN, later)] == []


def test_sources_that_give_other_deadlines_conflict() -> None:
    one = says("ultimatum/declared", issuer=("Russia",), deadline=by(30), source="one.example")
    other = says("ultimatum/declared", hours=1, issuer=("Russia",), deadline=by(54), source="two.example")
    assert [alert.row for alert in alerts(one, other)] == ["ultimatum-terms-differ"]


def test_a_siege_told_lifted_and_told_to_stand_conflicts() -> None:
    lifted = says("siege/ended", hours=4, issuer=("Syrian rebels",))
    stands = says("siege/in_force", hours=6, issuer=("Syrian army",))
    *_, alert = alerts(says("siege/declared"), lifted, stands)
    assert (alert.kind, alert.headline[:50]) == ("conflicts", "Syrian army is said to keep up the siege of Aleppo")


def test_a_siege_that_is_only_promised_to_be_eased_does_not_alert() -> None:
    siege, tomorrow = says("siege/in_force"), a_claimed_time()  # 7 p.m. the day after
    assert alerts(siege, says("siege/amended", hours=5, start=tomorrow)) == []
    assert len(alerts(siege, says("siege/amended", hours=5))) == 1
