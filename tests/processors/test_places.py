"""Places: which one is meant, what holds it, and which capitalised words are none."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.detect.countries import countries, home, read_setting
from processors.detect.mentions import Setting
from processors.detect.places import contains, find, main_zone


def places(text: str, *codes: str) -> list[tuple[str, str | None]]:
    """Return the places of a text in an article about some countries, demonyms left out."""
    found = find(text, Setting(published=None, countries=codes))
    return [(mention.name, mention.country) for mention in found if not mention.is_adjective]


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("Shells fell on eastern Aleppo.", "SY", ("Aleppo", "SY")),
        ("Shells fell in Tareeq al-Bab.", "SY", ("Tariq al-Bab", "SY")),
        ("Trucks reached Madaya.", "SY", ("Madaya", "SY")),
        ("Trucks reached Dara'a.", "SY", ("Deraa", "SY")),
        ("Trucks reached East Ghouta.", "SY", ("Eastern Ghouta", "SY")),
        ("Trucks reached Tripoli.", "LY", ("Tripoli", "LY")),
        ("Trucks reached Tripoli.", "LB", ("Tripoli", "LB")),
        ("Trucks reached Hudaydah.", "YE", ("Hodeidah", "YE")),
        ("Trucks reached Ta'izz.", "YE", ("Taiz", "YE")),
        ("Trucks reached Sana’a.", "YE", ("Sanaa", "YE")),
        ("Trucks reached Al-Fasher.", "SD", ("El Fasher", "SD")),
        ("Trucks reached Stepanakert.", "AZ", ("Stepanakert", "AZ")),
        ("The Lachin corridor is shut.", "AZ", ("Lachin corridor", "AZ")),
        ("Trucks reached Falluja.", "IQ", ("Fallujah", "IQ")),
        ("People fled up Mount Sinjar.", "IQ", ("Mount Sinjar", "IQ")),
        ("Trucks reached Kobane.", "SY", ("Kobani", "SY")),
        ("The Azovstal steelworks burned.", "UA", ("Azovstal", "UA")),
        ("Trucks reached Kharkov.", "UA", ("Kharkiv", "UA")),
        ("Trucks reached Lugansk.", "UA", ("Luhansk", "UA")),
        ("Trucks reached Srebrenica.", "BA", ("Srebrenica", "BA")),
        ("Trucks reached Goražde.", "BA", ("Gorazde", "BA")),
        ("Trucks reached the Bihac pocket.", "BA", ("Bihac", "BA")),
        ("Trucks reached Mekele.", "ET", ("Mekelle", "ET")),
        ("Trucks reached Khan Yunis.", "PS", ("Khan Younis", "PS")),
        ("The Strait of Hormuz was closed.", "IR", ("Strait of Hormuz", "IR")),
        ("Shells fell in southern Lebanon.", "LB", ("Southern Lebanon", "LB")),
        ("Shells fell along the Line of Control.", "IN", ("Line of Control", "IN")),
        ("Trucks reached Goma.", "CD", ("Goma", "CD")),
        ("Trucks reached Marawi.", "PH", ("Marawi", "PH")),
        ("Trucks reached Mullaittivu.", "LK", ("Mullaitivu", "LK")),
        ("Trucks reached Kinshasa.", "CD", ("Kinshasa", "CD")),
        ("Shells fell in Sudan's capital.", "SD", ("Khartoum", "SD")),
        ("Shells fell in the Yemeni capital.", "YE", ("Sanaa", "YE")),
        ("Shells fell in the capital.", "UA", ("Kyiv", "UA")),
        ("Ships left the Red Sea.", "YE", ("Red Sea", None)),
        ("Fighting went on in Congo.", "CD", ("DR Congo", "CD")),
        ("Trucks reached Split.", "HR", None),
        ("Shells fell in South Sudan.", "SS", ("South Sudan", "SS")),
    ],
)
def test_a_place_is_found_under_its_short_name(text: str, code: str, expected: tuple[str, str | None] | None) -> None:
    found = places(text, code)
    assert (found == []) if expected is None else (expected in found)


@pytest.mark.parametrize(
    "text",
    [
        "Nice words were heard while Reading the paper.",
        "The Mobile network failed and Orange went dark.",
        "Liberal voters and the Independence movement protested.",
        "Hillary Clinton met Lindsey Graham.",
        "President Bush and Mr Powell met.",
        "The General Staff and the Central Command met.",
        "Sergei Lavrov spoke to Antonio Guterres.",
        "On Sunday, in March and in May, nothing was heard.",
        "He said it was us against them.",
    ],
)
def test_words_and_persons_are_no_places(text: str) -> None:
    assert places(text, "SY") == []


def test_a_small_town_elsewhere_is_not_read_but_a_great_city_is() -> None:
    assert places("The envoy left Springfield for Istanbul.", "SY") == [("Istanbul", "TR")]


def test_a_demonym_is_marked() -> None:
    (mention,) = find("Syrian forces moved.", Setting(published=None))
    assert (mention.name, mention.is_adjective, mention.is_country) == ("Syria", True, False)


def test_a_mention_carries_its_zone_and_what_holds_it() -> None:
    (mention,) = find("Shells fell on Tariq al-Bab.", Setting(published=None, countries=("SY",)))
    assert (mention.zone, mention.within) == ("Asia/Damascus", ("Aleppo", "Syria"))


@pytest.mark.parametrize(
    ("outer", "inner"),
    [
        ("Aleppo", "Tariq al-Bab"),
        ("Syria", "Tariq al-Bab"),
        ("Damascus", "Douma"),
        ("Mariupol", "Azovstal"),
        ("Ukraine", "Azovstal"),
        ("Gaza", "Rafah"),
        ("Darfur", "El Fasher"),
        ("Sudan", "Khartoum"),
        ("Nagorno-Karabakh", "Stepanakert"),
        ("Aleppo", "Aleppo"),
    ],
)
def test_the_hierarchy_of_places_is_known(outer: str, inner: str) -> None:
    assert contains(outer, inner)


def test_a_place_holds_nothing_that_holds_it() -> None:
    assert not contains("Tariq al-Bab", "Aleppo")
    assert not contains("Idlib", "Aleppo")


def test_a_countrys_zone_is_its_capitals() -> None:
    assert main_zone("RU") == "Europe/Moscow"
    assert main_zone("XK") == "Europe/Belgrade"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Russia on Wednesday told rebels in Aleppo to leave, the US State Department said in Washington.", "SY"),
        ("WASHINGTON, June 5 (Reuters) - The United States urged calm in Khartoum and Omdurman.", "SD"),
        ("Turkey and Qatar urged Hamas to accept the truce in Gaza.", "PS"),
        ("Moscow said Kyiv had broken the truce near Kharkiv.", "UA"),
        ("Bosnian Serb gunners shelled Sarajevo, NATO said in Brussels.", "BA"),
        ("The LTTE shelled Jaffna.", "LK"),
        ("M23 took Goma, Kigali denied it.", "CD"),
    ],
)
def test_an_article_is_about_the_country_of_its_war_not_of_those_who_comment(text: str, expected: str) -> None:
    assert countries("", text)[0] == expected


@pytest.mark.parametrize(
    ("title", "text", "year", "expected"),
    [
        ("Truce holds in Aleppo", "Trucks from Damascus arrived.", 2016, ("Aleppo", "SY")),
        ("Sudan truce extended", "Talks went on in Jeddah. Khartoum was quiet.", 2023, ("Sudan", "SD")),
        ("Army and RSF agree to truce", "Residents of Khartoum saw calm.", 2023, ("Khartoum", "SD")),
        ("Armenia and Azerbaijan agree on truce", "Yerevan said so, Baku agreed.", 2020, ("Nagorno-Karabakh", "AZ")),
        ("Israel and Hamas agree on truce", "Cairo said so.", 2023, ("Gaza", "PS")),
    ],
)
def test_an_article_has_a_home(title: str, text: str, year: int, expected: tuple[str, str]) -> None:
    found = home(title, text, read_setting(title, text, datetime(year, 6, 5, tzinfo=UTC))).place
    assert found is not None
    assert (found.name, found.country) == expected


def test_an_article_about_nowhere_has_no_home() -> None:
    assert home("Markets rise", "Shares rose.", Setting(published=None)).place is None


def test_a_text_about_nowhere_has_no_setting() -> None:
    setting = read_setting("Markets rise", "Shares rose for a third day.", datetime(2016, 6, 5, tzinfo=UTC))
    assert (setting.countries, setting.belligerents, setting.zone) == ((), (), None)


def test_the_war_is_that_of_the_articles_year() -> None:
    text = "Fighting went on near Donetsk in Ukraine, said Kyiv, and Russia denied it."
    assert read_setting("", text, datetime(2015, 2, 1, tzinfo=UTC)).belligerents == (
        "Ukraine",
        "pro-Russian separatists",
    )
    assert read_setting("", text, datetime(2022, 6, 1, tzinfo=UTC)).belligerents == ("Russia", "Ukraine")


def test_a_country_with_other_news_is_at_war_only_where_both_sides_are_spoken_of() -> None:
    calm = read_setting("", "India urged a truce; New Delhi is worried.", datetime(2022, 6, 1, tzinfo=UTC))
    war = read_setting("", "India accused Pakistan of breaking the truce.", datetime(2022, 6, 1, tzinfo=UTC))
    assert (calm.belligerents, war.belligerents) == ((), ("India", "Pakistan"))


@given(st.text(max_size=200))
def test_any_text_is_read_without_error(text: str) -> None:
    for mention in find(text, Setting(published=None, countries=("SY",))):
        assert 0 <= mention.start < mention.end <= len(text)
