"""Whose words a sentence is: first person in statements and broadcasts, what others must do, truces of both."""

import pytest

from tests.processors.detect_case import the_one
from tocsin.vocabulary import Announcement

SYRIA = "Syrian government forces and rebels have fought around Aleppo for months."
SALVADOR = "FIGHTING BETWEEN THE ARMY AND THE FMLN HAS GONE ON IN SAN SALVADOR FOR DAYS."


def told(text: str, act: str, year: int = 2016, title: str = "Statement", source: str = "wire") -> Announcement:
    """Return the one announcement of an act in an article."""
    return the_one(act, text, year, title, source)


def test_we_is_the_office_that_publishes_a_statement() -> None:
    text = f"{SYRIA} Minister Smith said: We call on all parties to respect the ceasefire, which Turkey guarantees."
    assert told(text, "ceasefire/urged", source="UK Foreign Office: government news").issuer == ("UK",)


def test_a_newspapers_we_is_whoever_spoke_last() -> None:
    text = f'{SYRIA} Syrian rebel commanders said a deal was far off. "We reject any ceasefire," one added.'
    assert told(text, "ceasefire/rejected", source="UK Daily Paper").issuer == ("Syrian rebels",)


def test_our_forces_are_those_of_the_station_that_broadcasts() -> None:
    heading = "CLANDESTINE, 4 JUN 89 (RADIO VENCEREMOS) -- [COMMUNIQUE] [TEXT]"
    text = f"{heading} {SALVADOR} OUR FORCES HAVE LAID SIEGE TO THE GARRISON IN CHALATENANGO."
    assert told(text, "siege/declared", year=1989).issuer == ("FMLN",)


def test_a_heading_names_whose_communique_it_is() -> None:
    heading = "MOUNTAIN CAMP, 4 JUN 89 (A STATION) -- [STATEMENT] [FARABUNDO MARTI NATIONAL LIBERATION FRONT] [TEXT]"
    text = f"{heading} {SALVADOR} WE REAFFIRM OUR WILLINGNESS TO HAVE A CEASE-FIRE."
    assert told(text, "ceasefire/proposed", year=1989).issuer == ("FMLN",)


@pytest.mark.parametrize(
    ("sentence", "issuer", "target"),
    [
        ("Russia should push for a ceasefire, a senior aide to the French president said.", "France", "Russia"),
        ("Iran must now work to support the ceasefire, the Turkish foreign minister said.", "Turkey", "Iran"),
    ],
)
def test_who_must_support_a_truce_is_urged_to(sentence: str, issuer: str, target: str) -> None:
    found = told(f"{SYRIA} {sentence}", "ceasefire/urged")
    assert (found.issuer, found.target) == ((issuer,), (target,))


def test_a_demand_on_another_that_nobody_voices_has_no_issuer() -> None:
    assert told(f"{SYRIA} Russia must support the truce.", "ceasefire/urged").issuer == ()


def test_a_truce_is_of_both_whom_the_headline_names() -> None:
    title = "Armenia and Azerbaijan accuse each other over truce"
    text = "The truce agreed in Moscow came into force at noon in Nagorno-Karabakh."
    assert set(told(text, "ceasefire/in_force", year=2020, title=title).issuer) == {"Armenia", "Azerbaijan"}


def test_a_truce_is_of_nobody_where_one_side_alone_is_named() -> None:
    title = "Azerbaijani villagers wait as truce begins"
    text = "The truce came into force at noon in Nagorno-Karabakh."
    assert told(text, "ceasefire/in_force", year=2020, title=title).issuer == ()


def test_us_the_country_is_no_pronoun() -> None:
    text = f"{SYRIA} Russia said it would help. A ceasefire brokered by the US was agreed in Aleppo on Sunday."
    assert "Russia" not in told(text, "ceasefire/agreed").issuer
