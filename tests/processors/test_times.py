"""Times: what each expression means, against a Wednesday's publication and the place's zone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.detect.mentions import Setting, TimeMention
from processors.detect.times import find, refine, slots
from tocsin.vocabulary import ClaimedTime

WEDNESDAY = datetime(2016, 11, 2, 12, 0, tzinfo=UTC)


def a_setting(published: datetime | None = WEDNESDAY, zone: str | None = "Asia/Damascus") -> Setting:
    return Setting(published=published, countries=("SY",), zone=zone)


def read(text: str, setting: Setting | None = None) -> list[str]:
    """Return each mention as "role local" (or "role 72h" for a duration, "role ?" when unresolved)."""
    return [f"{m.role} {_shown(m)}" for m in find(text, setting or a_setting())]


def _shown(mention: TimeMention) -> str:
    if mention.claimed:
        return mention.claimed.local
    return f"{mention.seconds // 3600}h" if mention.seconds else "?"


def the_claim(text: str, setting: Setting | None = None) -> ClaimedTime:
    claimed = find(text, setting or a_setting())[0].claimed
    assert claimed is not None
    return claimed


EXPRESSIONS = [
    # deadlines
    ("The fighters must leave by Friday.", ["deadline 2016-11-04"]),
    ("The fighters must leave by Friday evening.", ["deadline 2016-11-04"]),
    ("They were told to leave the city before Monday.", ["deadline 2016-11-07"]),
    ("He told them to surrender by 6pm on Sunday.", ["deadline 2016-11-06T18:00"]),
    ("He told them to surrender by 6 p.m. Sunday.", ["deadline 2016-11-06T18:00"]),
    ("They must hand over their arms no later than Thursday.", ["deadline 2016-11-03"]),
    ("Troops have to be out by noon on Saturday.", ["deadline 2016-11-05T12:00"]),
    ("Troops have to be out by midnight on Saturday.", ["deadline 2016-11-05T23:59"]),
    ("Troops have to be out by 12:00 GMT on Saturday.", ["deadline 2016-11-05T12:00Z"]),
    ("They must withdraw by November 15.", ["deadline 2016-11-15"]),
    ("They must withdraw by 15 November.", ["deadline 2016-11-15"]),
    ("They must withdraw by the 15th of November.", ["deadline 2016-11-15"]),
    ("They must withdraw by the weekend.", ["deadline 2016-11-05"]),
    ("They must withdraw by tomorrow.", ["deadline 2016-11-03"]),
    ("They must withdraw by tonight.", ["deadline 2016-11-02"]),
    ("They have been given a deadline of Sunday to pull out.", ["deadline 2016-11-06"]),
    ("The militia ignored a Friday deadline to disarm.", ["deadline 2016-10-28"]),
    ("The army gave residents 48 hours to leave.", ["deadline 48h"]),
    ("Residents must leave within 24 hours.", ["deadline 24h"]),
    ("The general issued a 72-hour ultimatum.", ["deadline 72h"]),
    ("The junta was given a seven-day deadline.", ["deadline 168h"]),
    ("They have until 6 p.m. on Sunday to surrender.", ["end 2016-11-06T18:00"]),
    ("They have until Sunday to surrender.", ["end 2016-11-06"]),
    # windows
    ("The corridors will be open on Friday from 9am to 7pm.", ["start 2016-11-04T09:00", "end 2016-11-04T19:00"]),
    ("Guns will fall silent from 9am to 7pm on Friday.", ["start 2016-11-04T09:00", "end 2016-11-04T19:00"]),
    ("It will hold between 8am and 4pm on Thursday.", ["start 2016-11-03T08:00", "end 2016-11-03T16:00"]),
    ("It will hold from 08:00 to 19:00 on 22 November.", ["start 2016-11-22T08:00", "end 2016-11-22T19:00"]),
    (
        "It will hold on Friday, between 9 and 11 a.m.",
        ["point 2016-11-04", "start 2016-11-04T09:00", "end 2016-11-04T11:00"],
    ),
    ("It will hold from 9 to 11pm on Friday.", ["start 2016-11-04T21:00", "end 2016-11-04T23:00"]),
    ("It will hold from 10 a.m. until 2 p.m. tomorrow.", ["start 2016-11-03T10:00", "end 2016-11-03T14:00"]),
    ("It will run from Friday to Sunday.", ["start 2016-11-04", "end 2016-11-06"]),
    ("The pause will run from Monday until Thursday.", ["start 2016-11-07", "end 2016-11-10"]),
    ("The pause ran from 5 October to 8 October.", ["start 2016-10-05", "end 2016-10-08"]),
    (
        "The lull will last from 0600 GMT to 1600 GMT on Friday.",
        ["start 2016-11-04T06:00Z", "end 2016-11-04T16:00Z"],
    ),
    # starts
    ("Strikes will be suspended from 10 a.m. Tuesday.", ["start 2016-11-08T10:00"]),
    ("Strikes will stop from midnight.", ["start 2016-11-03T00:00"]),
    ("The truce will start at noon on Thursday.", ["start 2016-11-03T12:00"]),
    ("The truce is to begin at sunset on Monday.", ["start 2016-11-07"]),
    ("The truce will take effect on Saturday.", ["start 2016-11-05"]),
    ("The truce takes effect at 0600 GMT on Saturday.", ["start 2016-11-05T06:00Z"]),
    ("The truce took effect at 0500 GMT on Monday.", ["start 2016-10-31T05:00Z"]),
    ("The truce came into force on Monday.", ["start 2016-10-31"]),
    ("The truce came into effect at 8am local time (6am GMT) on Monday.", ["start 2016-10-31T08:00+02:00"]),
    ("The calm began at 7:00 pm (1600 GMT) on September 12, 2016.", ["start 2016-09-12T19:00+03:00"]),
    ("The army will hold fire starting Friday.", ["start 2016-11-04"]),
    ("The army will hold fire as of Friday.", ["start 2016-11-04"]),
    ("A truce beginning on Sunday was agreed.", ["start 2016-11-06"]),
    ("The town has been under siege since Monday.", ["start 2016-10-31"]),
    ("The town has been under siege since 15 April.", ["start 2016-04-15"]),
    ("The town has been under siege since July.", ["start 2016-07"]),
    ("The town has been under siege since 2013.", ["start 2013"]),
    ("The town has been under siege since last month.", ["start 2016-10"]),
    ("The siege was imposed in early September.", ["start 2016-09"]),
    ("The ceasefire scheduled for Friday is in doubt.", ["start 2016-11-04"]),
    ("The evacuation was postponed until Thursday.", ["start 2016-11-03"]),
    ("The truce resumed late on Sunday.", ["start 2016-10-30"]),
    ("A truce was agreed for Friday.", ["start 2016-11-04"]),
    ("It begins at 12.30 GMT on Friday.", ["start 2016-11-04T12:30Z"]),
    # ends
    ("It will last until Saturday.", ["end 2016-11-05"]),
    ("It will last until 10 November.", ["end 2016-11-10"]),
    ("It will last until the end of November.", ["end 2016-11"]),
    ("It will last through Sunday.", ["end 2016-11-06"]),
    ("The pause expires at midnight on Sunday.", ["end 2016-11-06T23:59"]),
    ("The pause is due to expire on Thursday afternoon.", ["end 2016-11-03"]),
    ("The pause is due to end Thursday.", ["end 2016-11-03"]),
    ("The pause expired on Saturday evening.", ["end 2016-10-29"]),
    ("The truce ended on Monday.", ["end 2016-10-31"]),
    ("The army declared the truce over on 19 September.", ["point 2016-09-19"]),
    ("The truce was extended to Sunday.", ["end 2016-11-06"]),
    ("The truce collapsed on Tuesday.", ["end 2016-11-01"]),
    # points
    ("Shells fell on the market on Tuesday.", ["point 2016-11-01"]),
    ("Shells fell on the market on Wednesday.", ["point 2016-11-02"]),
    ("Shells fell on the market on Thursday.", ["point 2016-10-27"]),
    ("Envoys will meet on Thursday.", ["point 2016-11-03"]),
    ("Envoys will meet next Wednesday.", ["point 2016-11-09"]),
    ("Shells fell last Wednesday.", ["point 2016-10-26"]),
    ("Envoys will meet this Friday.", ["point 2016-11-04"]),
    ("Shells fell yesterday.", ["point 2016-11-01"]),
    ("Shells fell today.", ["point 2016-11-02"]),
    ("Envoys will meet tomorrow.", ["point 2016-11-03"]),
    ("Envoys will meet the day after tomorrow.", ["point 2016-11-04"]),
    ("Shells fell last night.", ["point 2016-11-01"]),
    ("Shells fell this morning.", ["point 2016-11-02"]),
    ("Shells fell two days ago.", ["point 2016-10-31"]),
    ("Shells fell a week ago.", ["point 2016-10-26"]),
    ("Shells fell three months ago.", ["point 2016-08"]),
    ("Shells fell last week.", ["point 2016-10-24"]),
    ("Envoys will meet next week.", ["point 2016-11-07"]),
    ("Shells fell last month.", ["point 2016-10"]),
    ("Envoys will meet next month.", ["point 2016-12"]),
    ("Shells fell last year.", ["point 2015"]),
    ("Shells fell on 12 September.", ["point 2016-09-12"]),
    ("Shells fell on September 12.", ["point 2016-09-12"]),
    ("Shells fell on Sept. 12.", ["point 2016-09-12"]),
    ("Shells fell on 12 Sept.", ["point 2016-09-12"]),
    ("Shells fell on September 12th, 2014.", ["point 2014-09-12"]),
    ("Shells fell on the 12th of September 2014.", ["point 2014-09-12"]),
    ("Shells fell on Friday, 12 September 2014.", ["point 2014-09-12"]),
    ("Shells fell on 2014-09-12.", ["point 2014-09-12"]),
    ("Shells fell on December 24.", ["point 2015-12-24"]),
    ("Envoys will meet on 5 January.", ["point 2017-01-05"]),
    ("Shells fell in August.", ["point 2016-08"]),
    ("Shells fell in August 2014.", ["point 2014-08"]),
    ("Shells fell in August last year.", ["point 2015-08"]),
    ("Shells fell in May.", ["point 2016-05"]),
    ("Shells fell in 2014.", ["point 2014"]),
    ("Shells fell on Monday night.", ["point 2016-10-31"]),
    ("Shells fell at dawn on Monday.", ["point 2016-10-31"]),
    ("Shells fell at 3.30pm on Monday.", ["point 2016-10-31T15:30"]),
    ("Shells fell at 15:30 on Monday.", ["point 2016-10-31T15:30"]),
    ("Shells fell on Monday at 3pm.", ["point 2016-10-31T15:00"]),
    ("Fire will cease at 1000 Moscow time (0700 GMT) on Monday.", ["point 2016-11-07T10:00+03:00"]),
    ("Fire will cease at 10 a.m. Moscow time on Monday.", ["point 2016-11-07T10:00+03:00"]),
    ("The weapons would be handed over Friday morning.", ["point 2016-11-04"]),
    ("Monday's lull is the second to be announced.", ["point 2016-10-31"]),
    # when something was said
    ("The minister said on Tuesday that he was ready.", ["reported 2016-11-01"]),
    ("Moscow on Wednesday told the fighters to go.", ["reported 2016-11-02"]),
    ("The army announced on Monday a halt of strikes.", ["reported 2016-10-31"]),
    ("The offer was rejected on Monday.", ["reported 2016-10-31"]),
    ("It is the longest lull for the first time since 2014.", ["reported 2014"]),
    # durations
    ("The truce will hold for 72 hours.", ["duration 72h"]),
    ("A 72-hour truce was agreed.", ["duration 72h"]),
    ("A seven-day ceasefire was agreed.", ["duration 168h"]),
    ("A week-long ceasefire was agreed.", ["duration 168h"]),
    ("A weeklong ceasefire was agreed.", ["duration 168h"]),
    ("A two-week humanitarian pause was agreed.", ["duration 336h"]),
    ("The truce was extended by another 24 hours.", ["duration 24h"]),
    ("The truce was extended for a further five days.", ["duration 120h"]),
    ("The truce was extended by two more days.", ["duration 48h"]),
    ("Fire will stop for the next 24 hours.", ["duration 24h"]),
    ("Fire stops from Monday for five days.", ["start 2016-11-07", "duration 120h"]),
    ("The one-day extension pleased nobody.", ["duration 24h"]),
    # nothing
    ("He may march on the capital.", []),
    ("The sun rose over Mar Elias.", []),
    ("The five-year war has killed thousands.", []),
    ("It has been besieged for more than two years.", []),
    ("More than 300 breaches were counted in the past 24 hours.", []),
    ("Some 2000 people were trapped.", []),
    ("The fighting will go on until further notice.", []),
]


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS, ids=[text for text, _ in EXPRESSIONS])
def test_each_expression_is_read_as_a_person_would(text: str, expected: list[str]) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It expired on 19 September.", ["end ?"]),
        ("It expired on 19 September 2016.", ["end 2016-09-19"]),
        ("They must go by Friday.", ["deadline ?"]),
        ("It has held since August 2014.", ["start 2014-08"]),
        ("It began at 6pm.", ["start ?"]),
        ("It began at 6pm on 3 May 2014.", ["start 2014-05-03T18:00"]),
    ],
)
def test_without_a_publication_time_only_full_dates_are_resolved(text: str, expected: list[str]) -> None:
    assert read(text, a_setting(published=None)) == expected


def test_a_bare_clock_time_of_the_past_that_lies_ahead_was_the_day_before() -> None:
    assert read("The deal came into force at 6:00 pm (1500 GMT).") == ["start 2016-11-01T18:00+03:00"]


def test_late_on_the_day_of_publication_the_weekday_may_be_the_next_day_there() -> None:
    late = a_setting(published=datetime(2016, 11, 3, 22, 30, tzinfo=UTC))
    assert read("Shells fell on Friday.", late) == ["point 2016-11-04"]


def test_a_day_alone_spans_the_whole_day_of_its_zone() -> None:
    claimed = the_claim("They must leave by Friday.")
    assert claimed.earliest == datetime(2016, 11, 3, 22, 0, tzinfo=UTC)
    assert claimed.latest == datetime(2016, 11, 4, 21, 59, 59, tzinfo=UTC)


def test_an_evening_spans_its_hours_and_says_so_in_no_clock_time() -> None:
    claimed = the_claim("They must leave by Friday evening.")
    assert (claimed.local, claimed.earliest) == ("2016-11-04", datetime(2016, 11, 4, 15, 0, tzinfo=UTC))


def test_midnight_ends_the_named_day_when_it_is_an_end_and_the_reader_is_told() -> None:
    claimed = the_claim("The pause expires at midnight on Sunday.")
    assert claimed.latest == datetime(2016, 11, 6, 22, 0, tzinfo=UTC)
    assert "midnight" in claimed.assumption


def test_an_unknown_zone_is_said() -> None:
    assert "zone unknown" in the_claim("They must leave by Friday.", a_setting(zone=None)).assumption


def test_the_tense_that_chose_a_weekday_is_said() -> None:
    assert "on or after publication" in the_claim("They must leave by Friday.").assumption


def test_a_start_and_a_duration_give_the_end() -> None:
    found = slots(find("A three-day truce started at midnight.", a_setting()), "ceasefire", "in_force")
    assert found.start is not None
    assert found.end is not None
    assert (found.start.local, found.end.local) == ("2016-11-02T00:00", "2016-11-05T00:00")


def test_a_further_duration_counts_from_the_end_that_it_prolongs() -> None:
    text = "The pause, due to expire on Thursday, was extended by a further 24 hours."
    found = slots(find(text, a_setting()), "ceasefire", "extended")
    assert found.end is not None
    assert found.end.local == "2016-11-04"


def test_hours_without_a_day_leave_the_deadline_open() -> None:
    found = slots(find("The army gave them 24 hours to leave.", a_setting()), "ultimatum", "declared")
    assert found.deadline is None


def test_the_end_of_a_demand_is_its_deadline() -> None:
    found = slots(find("They have until 6 p.m. on Sunday to surrender.", a_setting()), "ultimatum", "declared")
    assert found.deadline is not None
    assert found.deadline.local == "2016-11-06T18:00"


def test_when_something_ended_may_be_when_it_was_said_to_be_over() -> None:
    found = slots(find("The army on Monday announced the truce was over.", a_setting()), "ceasefire", "ended")
    assert found.end is not None
    assert found.end.local == "2016-10-31"


def test_a_deadline_takes_the_clock_time_that_another_sentence_gives_for_its_day() -> None:
    deadline = the_claim("They must leave by Friday evening.")
    others = find("The corridors will be open on Friday from 9am to 7pm.", a_setting())
    assert refine(deadline, others, "deadline").local == "2016-11-04T19:00"


def test_a_clock_time_of_another_day_refines_nothing() -> None:
    deadline = the_claim("They must leave by Friday evening.")
    others = find("The corridors will be open on Saturday from 9am to 7pm.", a_setting())
    assert refine(deadline, others, "deadline") == deadline


@given(st.text(max_size=200))
def test_any_text_is_read_without_error_and_spans_lie_inside_it(text: str) -> None:
    for mention in find(text, a_setting()):
        assert 0 <= mention.start < mention.end <= len(text)


@given(st.sampled_from([text for text, _ in EXPRESSIONS]), st.integers(min_value=0, max_value=20_000))
def test_bounds_are_in_order_whenever_the_article_appeared(text: str, days: int) -> None:
    setting = a_setting(published=datetime(1980, 1, 1, 12, tzinfo=UTC) + timedelta(days=days))
    for mention in find(text, setting):
        if mention.claimed:
            assert mention.claimed.earliest <= mention.claimed.latest
