"""Where a dispatch begins after its dateline, and a headline after its wire marker."""

import pytest

from processors.detect.datelines import dispatch_start
from processors.detect.sentences import split
from tests.processors.detect_case import read


@pytest.mark.parametrize(
    "dateline",
    [
        "BEIRUT, Dec 14 (Levant Wire) - ",
        "Sept 4 (Bosphorus) - ",
        "(Reuters) - ",
        "CAIRO — ",
        "Europe News: KYIV: ",
        "ADEN, Yemen (AP) — ",
        "Khartoum, Sudan (CNN) — ",
        "GAZA CITY, Gaza Strip -- ",
        "",
    ],
)
def test_a_dispatch_begins_after_its_dateline(dateline: str) -> None:
    assert split(f"{dateline}The truce collapsed.")[0].text == "The truce collapsed."


@pytest.mark.parametrize("marker", ["UPDATE 2-", "CORRECTED-", "REFILE-UPDATE 1-", "WRAPUP 3 - ", ""])
def test_a_headline_begins_after_its_wire_marker(marker: str) -> None:
    headline = f"{marker}Truce ends"
    assert headline[dispatch_start(headline, is_title=True) :] == "Truce ends"


@pytest.mark.parametrize("text", ["The army (Fastaqim) said - no", "The UN - a body - said", "UPDATE 2-"])
def test_what_only_looks_like_a_dateline_is_kept(text: str) -> None:
    assert dispatch_start(text) == 0


def test_the_town_of_a_dateline_is_no_place_of_the_truce() -> None:
    (found,) = read("The truce in Aleppo collapsed.", text="BEIRUT, Dec 14 (Levant Wire) - Rebels fought on in Syria.")
    assert [place.name for place in found.place] == ["Aleppo"]


@pytest.mark.parametrize(
    ("title", "quote", "issuer"),
    [
        ("UPDATE 1-Syrian army declares truce in Aleppo", "Syrian army declares truce in Aleppo", "Syrian government"),
        ("RPT-UPDATE 2-Houthis reject Saudi truce offer", "Houthis reject Saudi truce offer", "Houthis"),
        ("REFILE-CORRECTED-Rebels reject truce in Aleppo", "Rebels reject truce in Aleppo", "Syrian rebels"),
        ("SYRIAN ARMY DECLARES TRUCE IN ALEPPO", "SYRIAN ARMY DECLARES TRUCE IN ALEPPO", "Syrian government"),
        ("RUSSIAN ARMY BREAKS TRUCE, UKRAINE SAYS", "RUSSIAN ARMY BREAKS TRUCE, UKRAINE SAYS", "Russia"),
    ],
)
def test_markers_and_capitals_of_wires_are_no_part_of_the_news(title: str, quote: str, issuer: str) -> None:
    news = [a for a in read("Shops were shut.", title=title) if not a.is_background]
    assert [(a.quote, a.issuer) for a in news] == [(quote, (issuer,))]
