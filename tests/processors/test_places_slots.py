"""Where a measure holds: in the place it is said to be in, not where people talk about it, comment on it or flee to."""

from datetime import UTC, datetime

import pytest

from tests.builders import an_article
from tests.processors.detect_case import the_detector

SUDAN = "The army and the Rapid Support Forces have fought in Sudan for weeks."
YEMEN = "The Houthis and the Saudi-led coalition have fought in Yemen for years."
GAZA = "Israel and Hamas have fought in Gaza for months."
KARABAKH = "Armenian and Azerbaijani troops have fought over Nagorno-Karabakh for a week."
ETHIOPIA = "Ethiopian troops and the TPLF have fought in Tigray for months."

OCTOBER = datetime(2020, 10, 5, tzinfo=UTC)


def places(sentence: str, text: str, year: int, title: str = "News from the front") -> set[tuple[str, ...]]:
    """Return the places of each announcement in a sentence of an article."""
    article = an_article(title=title, text=f"{text} {sentence}", published=datetime(year, 6, 5, tzinfo=UTC))
    return {tuple(place.name for place in found.place) for found in the_detector().announcements(article)}


@pytest.mark.parametrize(
    ("sentence", "text", "year", "expected"),
    [
        ("The army agreed to a ceasefire in Nyala as fighting went on in Khartoum.", SUDAN, 2023, "Nyala"),
        ("The army declared a truce in the city of El Obeid.", SUDAN, 2023, "El Obeid"),
        ("The Hodeidah truce was extended.", YEMEN, 2019, "Hodeidah"),
        ("The Houthis refused to lift their siege of Taiz, the coalition said in Riyadh.", YEMEN, 2019, "Taiz"),
        ("Gunfire rang out in Marib despite the ceasefire.", YEMEN, 2022, "Marib"),
        ("Israel imposed a siege on Rafah after talks in Cairo.", GAZA, 2024, "Rafah"),
    ],
)
def test_a_measure_is_where_it_is_said_to_be(sentence: str, text: str, year: int, expected: str) -> None:
    assert places(sentence, text, year) == {(expected,)}


def test_a_place_tells_what_holds_it_below_its_country() -> None:
    article = an_article(title="News", text=f"{KARABAKH} A ceasefire was agreed in Hadrut.", published=OCTOBER)
    (found,) = the_detector().announcements(article)
    assert [(place.name, place.within) for place in found.place] == [("Hadrut", ("Nagorno-Karabakh",))]


def test_a_digest_orders_each_siege_by_the_country_of_its_place() -> None:
    text = "BAHRAIN - Iran launched an offensive against Iraqi troops near Basra. - - - - "
    text += "BEIRUT - Amal militia refused to lift their siege of the Shatila camp in Beirut, Lebanon."
    article = an_article(title="World news highlights", text=text, published=datetime(1987, 4, 7, tzinfo=UTC))
    (found,) = the_detector().announcements(article)
    assert (found.place[0].country, found.theatre) == ("LB", "LB")


@pytest.mark.parametrize(
    ("sentence", "text", "year", "expected"),
    [
        ("Both sides agreed to a ceasefire after talks in Jeddah.", SUDAN, 2023, "Sudan"),
        ("A US-brokered ceasefire collapsed.", SUDAN, 2023, "Sudan"),
        ("The UN called for a ceasefire during a visit to Cairo.", GAZA, 2024, "Gaza"),
        ("Both sides agreed to a truce, the foreign ministry in Baku said.", KARABAKH, 2020, "Nagorno-Karabakh"),
        ("A Russian-brokered truce took effect.", KARABAKH, 2020, "Nagorno-Karabakh"),
        ("The government declared a ceasefire, officials said in Nairobi.", ETHIOPIA, 2022, "Tigray"),
        ("Israel declares a ceasefire, its embassy in India said.", GAZA, 2024, "Gaza"),
        ("The Oman ceasefire talks collapsed and both sides rejected a truce.", YEMEN, 2022, "Yemen"),
    ],
)
def test_where_people_talk_is_no_place_of_the_truce(sentence: str, text: str, year: int, expected: str) -> None:
    assert places(sentence, text, year) == {(expected,)}


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Second Briton dies in Sudan despite ceasefire", "Sudan"),
        ("Turkish evacuation plane shot at as ceasefire falters", "Sudan"),
        ("Egypt flies its nationals out as truce holds", "Sudan"),
    ],
)
def test_whose_nationals_leave_a_war_tells_nothing_of_its_place(title: str, expected: str) -> None:
    assert places("People left.", SUDAN, 2023, title) == {(expected,)}


def test_the_capital_of_a_country_at_war_stands_for_it_in_a_truce_that_names_no_place() -> None:
    title = "Shells rock Khartoum as truce is extended"
    assert places("People fled.", SUDAN, 2023, title) == {("Sudan",)}


def test_a_siege_that_names_only_a_country_is_of_the_town_its_article_names() -> None:
    found = places("Residents of Taiz cheered.", YEMEN, 2019, "Yemen's rebels lift siege")
    assert found == {("Taiz",)}


def test_a_global_truce_is_nowhere() -> None:
    found = places("The UN called for a global ceasefire.", SUDAN, 2023)
    assert found == {()}


def test_who_comments_on_no_war_of_its_own_is_no_place() -> None:
    article = an_article(title="", text="The White House called for a ceasefire, the US president said.")
    assert {found.place for found in the_detector().announcements(article)} == {()}
