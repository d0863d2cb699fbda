"""Every alert is owed to somebody or held back for a stated reason."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from alerts.commands import command_core
from alerts.destinations import Destination, TerminalSetup
from alerts.planning import PlanCore, PlanState
from alerts.routes import Match, QuietHours, Route, Routes
from tests.builders import (
    NOON,
    a_near_deadline,
    a_passed_deadline,
    a_silence,
    a_withdrawn_alert,
    an_acknowledgement,
    an_alert,
)
from tocsin.events import AlertAcknowledged, AlertSuppressed, DeliveryQueued, Fact, StorylineSilenced

HOUR = timedelta(hours=1)
LONDON_NIGHT = QuietHours(ZoneInfo("Europe/London"), time(22), time(7))


def planning(*rules: Route) -> PlanCore:
    names = {name for rule in rules for name in rule.to}
    return PlanCore(Routes(rules, {name: Destination(name, "terminal", TerminalSetup()) for name in names}))


def plan(core: PlanCore, *facts: Fact, state: PlanState | None = None) -> tuple[PlanState, list[Fact]]:
    state, planned = state or core.initial(), list[Fact]()
    for fact in facts:
        state, more = core.decide(state, fact, fact.at)
        planned += more
    return state, planned


def queued(facts: list[Fact]) -> list[DeliveryQueued]:
    return [fact for fact in facts if isinstance(fact, DeliveryQueued)]


def reasons(facts: list[Fact]) -> list[tuple[str, str]]:
    return [(fact.reason, fact.destination) for fact in facts if isinstance(fact, AlertSuppressed)]


def test_an_alert_is_owed_to_each_destination_once_however_many_routes_name_it() -> None:
    _, facts = plan(planning(Route("a", ("desk", "duty")), Route("b", ("duty",))), an_alert())
    assert [(one.destination, one.route, one.due) for one in queued(facts)] == [
        ("desk", "a", NOON),
        ("duty", "a", NOON),
    ]


def test_an_alert_that_no_route_takes_leaves_the_reason() -> None:
    _, facts = plan(planning(Route("a", ("desk",), Match(countries=frozenset({"ye"})))), an_alert())
    assert reasons(facts) == [("no_route", "")]


def test_a_doubtful_alert_leaves_the_reason_where_it_was_held_back() -> None:
    sure = Route("sure", ("desk",), Match(min_confidence=0.95))
    _, facts = plan(planning(sure, Route("all", ("duty",))), an_alert(confidence=0.9))
    assert [one.destination for one in queued(facts)] == ["duty"]
    assert reasons(facts) == [("low_confidence", "desk")]


@pytest.mark.parametrize(
    ("match", "is_taken"),
    [
        (Match(families=frozenset({"ceasefire"})), True),
        (Match(families=frozenset({"siege"})), False),
        (Match(countries=frozenset({"sy"})), True),
        (Match(places=frozenset({"aleppo"})), True),
        (Match(places=frozenset({"idlib"})), False),
        (Match(sides=frozenset({"rebels"})), True),
        (Match(relations=frozenset({"contradicts"}), kinds=frozenset({"rejects"})), True),
        (Match(relations=frozenset({"deadline"})), False),
    ],
)
def test_a_route_takes_what_all_its_filters_take(match: Match, is_taken: bool) -> None:
    assert match.takes(an_alert()) is is_taken


def test_a_passed_deadline_is_routed_by_its_own_relation() -> None:
    _, facts = plan(planning(Route("a", ("desk",), Match(relations=frozenset({"deadline"})))), a_passed_deadline())
    assert [one.alert_id for one in queued(facts)] == ["alert2"]


def test_a_near_deadline_can_be_told_apart_from_a_passed_one() -> None:
    route = Route("a", ("desk",), Match(kinds=frozenset({"deadline_near"})))
    _, facts = plan(planning(route), a_near_deadline(), a_passed_deadline())
    assert [one.alert_id for one in queued(facts)] == ["alert3"]


def test_a_withdrawal_goes_where_its_alert_went_as_an_update() -> None:
    core = planning(Route("a", ("desk",), Match(kinds=frozenset({"rejects"})), group_within=2 * HOUR))
    _, facts = plan(core, an_alert(), a_withdrawn_alert())
    assert [(one.alert_id, one.destination, one.parent) for one in queued(facts)] == [
        ("alert1", "desk", None),
        ("alert4", "desk", "alert1"),
    ]


def test_a_burst_is_one_head_with_its_updates_until_its_window_ends() -> None:
    core = planning(Route("a", ("desk",), group_within=2 * HOUR))
    alerts = [an_alert(alert_id=f"x{hours}", at=NOON + hours * HOUR) for hours in (0, 1, 3)]
    _, facts = plan(core, *alerts, an_alert(alert_id="other", storyline_id="s7", at=NOON))
    assert [(one.alert_id, one.parent) for one in queued(facts)] == [
        ("x0", None),
        ("x1", "x0"),
        ("x3", None),
        ("other", None),
    ]


def test_a_silenced_storyline_is_held_back_until_the_silence_ends() -> None:
    core = planning(Route("a", ("desk",)))
    silence = StorylineSilenced(at=NOON, storyline_id="s1", until=NOON + HOUR, user="ana")
    _, facts = plan(core, silence, an_alert(at=NOON), an_alert(alert_id="later", at=NOON + HOUR))
    assert reasons(facts) == [("silenced", "desk")]
    assert [one.alert_id for one in queued(facts)] == ["later"]


def test_quiet_hours_put_alerts_off_into_one_digest() -> None:
    night = datetime(2016, 11, 3, 23, 30, tzinfo=UTC)
    core = planning(Route("a", ("desk",), quiet=LONDON_NIGHT))
    _, facts = plan(core, an_alert(at=night), an_alert(alert_id="b", at=night + 3 * HOUR))
    assert {(one.due, one.is_digest) for one in queued(facts)} == {(datetime(2016, 11, 4, 7, 0, tzinfo=UTC), True)}


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        (datetime(2016, 10, 29, 22, 0, tzinfo=UTC), datetime(2016, 10, 30, 7, 0, tzinfo=UTC)),  # clocks go back
        (datetime(2016, 11, 4, 6, 59, tzinfo=UTC), datetime(2016, 11, 4, 7, 0, tzinfo=UTC)),
        (datetime(2016, 11, 4, 7, 0, tzinfo=UTC), None),
        (datetime(2016, 7, 1, 21, 0, tzinfo=UTC), datetime(2016, 7, 2, 6, 0, tzinfo=UTC)),  # 22:00 in summer
    ],
)
def test_quiet_hours_follow_the_clocks_of_their_zone(moment: datetime, end: datetime | None) -> None:
    assert LONDON_NIGHT.ends_after(moment) == end


def test_an_alert_is_repeated_until_somebody_acknowledges_it() -> None:
    core = planning(Route("a", ("desk",), repeat_every=HOUR))
    state, _ = plan(core, an_alert())
    assert core.tick(state, NOON + HOUR / 2)[1] == []
    state, first = core.tick(state, NOON + HOUR)
    state, second = core.tick(state, NOON + 2 * HOUR)
    assert [(one.repeat, one.parent) for one in queued([*first, *second])] == [(1, "alert1"), (2, "alert1")]
    state, _ = plan(core, AlertAcknowledged(at=NOON, alert_id="alert1", storyline_id="s1", user="ana"), state=state)
    assert core.tick(state, NOON + 9 * HOUR)[1] == []


def test_repeats_end_at_their_limit_and_say_so() -> None:
    core = planning(Route("a", ("desk",), repeat_every=HOUR, repeat_at_most=1))
    state, _ = plan(core, an_alert())
    state, first = core.tick(state, NOON + HOUR)
    state, second = core.tick(state, NOON + 2 * HOUR)
    assert (len(queued(list(first))), reasons(list(second))) == (1, [("repeat_limit", "desk")])
    assert core.tick(state, NOON + 9 * HOUR)[1] == []


def test_commands_are_restated_in_the_alerts_order() -> None:
    core = command_core()
    _, silenced = core.decide(core.initial(), a_silence(), NOON)
    _, acknowledged = core.decide(core.initial(), an_acknowledgement(), NOON)
    assert [type(fact) for fact in (*silenced, *acknowledged)] == [StorylineSilenced, AlertAcknowledged]


def test_the_state_survives_its_snapshot() -> None:
    core = planning(Route("a", ("desk",), repeat_every=HOUR))
    silence = StorylineSilenced(at=NOON, storyline_id="s9", until=NOON + HOUR, user="ana")
    state, _ = plan(core, silence, an_alert())
    assert msgspec.json.decode(msgspec.json.encode(state), type=PlanState) == state
