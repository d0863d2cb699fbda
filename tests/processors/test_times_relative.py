"""Relative times with what was assumed to read them, and times that an article tells in several sentences."""

from datetime import UTC, datetime

import pytest

from processors.detect.times import find, slots
from tests.builders import an_article
from tests.processors.detect_case import the_detector
from tests.processors.test_times import a_setting, read
from tocsin.vocabulary import Announcement

#: All read against noon UTC on Wednesday 2 November 2016, 14:00 in Damascus; what was assumed, as far as anything was.
ASSUMED = [
    ("They must leave by sunset.", "deadline 2016-11-02", "sunset nearest publication"),
    ("Residents were told to leave before nightfall.", "deadline 2016-11-02", "nightfall nearest publication"),
    ("They were given until dawn to leave.", "end 2016-11-03", "dawn nearest publication"),
    ("The raid began at daybreak.", "start 2016-11-02", "daybreak nearest publication"),
    ("A truce will hold from dawn on Thursday.", "start 2016-11-03", "on or after publication"),
    ("They must leave by dusk on 6 November.", "deadline 2016-11-06", "nearest publication"),
    ("The truce starts at midnight.", "start 2016-11-03T00:00", "midnight after publication"),
    ("The truce will begin at midnight local time.", "start 2016-11-03T00:00", "midnight after publication"),
    ("The truce runs until midnight.", "end 2016-11-02T23:59", "end of the named day"),
    ("The truce took effect at midnight.", "start 2016-11-02T00:00", "day of publication taken"),
    ("The truce begins half an hour before midnight.", "start 2016-11-02T23:30", "day of publication taken"),
    ("They must leave by an hour before midnight on Friday.", "deadline 2016-11-04T23:00", "on or after"),
    ("The truce ends at the end of the month.", "end 2016-11-30", "last day of that month"),
    ("They must withdraw by the end of the week.", "deadline 2016-11-06", "last day of that week"),
    ("They must withdraw by the end of next week.", "deadline 2016-11-13", "last day of that week"),
    ("It will last until Friday evening.", "end 2016-11-04", "on or after publication"),
    ("The truce will begin next Monday.", "start 2016-11-07", "first such day after publication"),
    ("It comes into force at 12 noon on Saturday.", "start 2016-11-05T12:00", "on or after publication"),
    ("It starts at 6:00pm (16:00 GMT; 12:00 EDT) on Tuesday.", "start 2016-11-08T18:00+02:00", "on or after"),
    ("The truce expires at 6 p.m. (1600 GMT) on Sunday.", "end 2016-11-06T18:00+02:00", "on or after"),
    ("The truce takes effect on Thursday at 10:00 am UTC.", "start 2016-11-03T10:00Z", "on or after"),
]


@pytest.mark.parametrize(("text", "expected", "assumed"), ASSUMED, ids=[text for text, _, _ in ASSUMED])
def test_a_relative_time_is_read_with_what_was_assumed(text: str, expected: str, assumed: str) -> None:
    (mention,) = find(text, a_setting())
    assert read(text) == [expected]
    assert mention.claimed is not None
    assert assumed in mention.claimed.assumption


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It will last for 48 hours.", "duration 48h"),
        ("The truce holds for a week.", "duration 168h"),
        ("A week-long truce was agreed.", "duration 168h"),
        ("The truce was extended for a further 24 hours.", "duration 24h"),
        ("The ultimatum expires in 48 hours.", "deadline 48h"),
        ("They must leave within 48 hours.", "deadline 48h"),
    ],
)
def test_a_duration_is_a_term_or_a_demands_time(text: str, expected: str) -> None:
    assert read(text) == [expected]


@pytest.mark.parametrize("text", ["Over the last 48 hours, shells fell.", "They spoke for the last 48 hours."])
def test_the_last_hours_are_no_term(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("A three-day truce beginning at dawn on Tuesday was declared.", "2016-11-08", "2016-11-11"),
        ("The pause will start on Friday and last for 48 hours.", "2016-11-04", "2016-11-06"),
        ("The truce will last for a week from Saturday.", "2016-11-05", "2016-11-12"),
        ("A 72-hour truce will begin at noon on Friday.", "2016-11-04T12:00", "2016-11-07T12:00"),
    ],
)
def test_a_start_and_its_term_give_the_end(text: str, start: str, end: str) -> None:
    found = slots(find(text, a_setting()), "ceasefire", "declared")
    assert found.start is not None
    assert found.end is not None
    assert (found.start.local, found.end.local) == (start, end)


def test_hours_from_a_day_give_a_deadline() -> None:
    found = slots(find("They have 24 hours from Friday to leave.", a_setting()), "ultimatum", "declared")
    assert found.deadline is not None
    assert found.deadline.local == "2016-11-05"


def announced(act: str, title: str, text: str) -> Announcement:
    article = an_article(title=title, text=text, published=datetime(2016, 11, 2, 12, tzinfo=UTC))
    (found,) = [a for a in the_detector().announcements(article) if a.act == act]
    return found


def test_a_bare_hour_is_of_the_day_whose_truce_is_extended() -> None:
    text = "The Syrian army said it had extended Thursday's truce in Aleppo by two hours, until 6 p.m."
    found = announced("extended", "Syrian army extends truce", text)
    assert found.end is not None
    assert found.end.local == "2016-11-03T18:00"


def test_the_start_that_one_sentence_tells_and_the_term_of_another_give_the_end() -> None:
    text = "Syria's army and rebels agreed to a truce in Aleppo. The truce will start on Saturday."
    found = announced("agreed", "Syria's army and rebels agree to seven-day truce", text)
    assert found.end is not None
    assert found.end.local == "2016-11-12"


def test_a_further_term_prolongs_the_end_that_another_sentence_tells() -> None:
    text = "The Syrian army extended the truce in Aleppo for a further 24 hours. The truce is due to expire on Friday."
    found = announced("extended", "News from Aleppo", text)
    assert found.end is not None
    assert found.end.local == "2016-11-05"


@pytest.mark.parametrize(
    "sentence",
    [
        "A truce took effect in Aleppo on Tuesday.",
        "The army said on Tuesday that a truce had come into force in Aleppo.",
        "Buses resumed evacuating rebels from Aleppo on Tuesday under the truce.",
    ],
)
def test_what_began_on_a_day_began_then(sentence: str) -> None:
    found = announced("in_force", "News from Aleppo", sentence)
    assert found.start is not None
    assert found.start.local == "2016-11-01"


def test_an_offer_to_prolong_a_truce_begins_when_that_ends() -> None:
    text = "The army offered to extend the truce in Aleppo by another 72 hours. The truce expires on Thursday."
    found = announced("proposed", "News from Aleppo", text)
    assert found.start is not None
    assert found.end is not None
    assert (found.start.local, found.end.local) == ("2016-11-03", "2016-11-06")


def test_a_midnight_to_come_on_the_day_of_publication_is_the_one_that_ends_it() -> None:
    found = announced("agreed", "News from Aleppo", "They agreed to a truce in Aleppo from midnight on Wednesday.")
    assert found.start is not None
    assert found.start.local == "2016-11-03T00:00"


def test_days_given_from_a_midnight_give_the_deadline() -> None:
    text = "The army gave the rebels in Aleppo ten days from midnight on Friday to leave or face an assault."
    found = announced("declared", "News from Aleppo", text)
    assert found.deadline is not None
    assert found.deadline.local == "2016-11-14T00:00"


def test_a_day_that_something_is_announced_for_lies_ahead() -> None:
    text = "Russia has announced a humanitarian ceasefire in Aleppo for Friday morning, agencies reported."
    (found,) = the_detector().announcements(an_article(title="News", text=f"The army fights rebels. {text}"))
    assert found.start is not None
    assert found.start.local == "2016-11-04"
