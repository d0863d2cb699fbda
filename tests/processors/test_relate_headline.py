"""The sentence that an alert opens with, for every relation that the table knows."""

from typing import Any

import pytest

from tests.builders import a_claimed_time, a_place
from tests.processors.relate_case import alerts, says
from tocsin.vocabulary import ACCUSATION, Evidence

SYRIA = (a_place("Syria", "SY"),)
ARMY, REBELS, RUSSIA = ("Syrian army",), ("Syrian rebels",), ("Russia",)
FRIDAY = a_claimed_time()
MONDAY = a_claimed_time(local="2016-09-12")
DAY = "3 November 2016"
SAID = Evidence(trigger="blocked", clause="blocking the corridor", rule="blocks", notes=(ACCUSATION,))
FIRED = Evidence(trigger="shelled", clause="rebels shelled the army", rule="fires", lexicon=("VIOLATE:shelled",))


def told(what: str, **slots: Any) -> dict[str, Any]:
    return {"what": what, **slots}


SENTENCES = [
    (
        told("ceasefire/in_force", place=SYRIA, start=MONDAY),
        told("ceasefire/ended", place=SYRIA, issuer=ARMY),
        "Syrian army ended the ceasefire in Syria, in force since Monday 12 September 2016",
    ),
    (
        told("ultimatum/declared", issuer=RUSSIA, deadline=FRIDAY),
        told("ultimatum/rejected", issuer=REBELS),
        "Syrian rebels rejected Russia's ultimatum for Aleppo (deadline Friday 4 November 2016, 19:00), issued on "
        + DAY,
    ),
    (
        told("ceasefire/agreed", place=SYRIA),
        told("ceasefire/violated", place=SYRIA, issuer=()),
        "Reports say the ceasefire in Syria is broken, agreed on " + DAY,
    ),
    (
        told("ceasefire/agreed"),
        told("ceasefire/violated", issuer=REBELS, target=ARMY),
        "Syrian rebels accused Syrian army of breaking the ceasefire in Aleppo, agreed on " + DAY,
    ),
    (
        told("ceasefire/agreed"),
        told("ceasefire/violated", issuer=REBELS, target=ARMY, evidence=FIRED),
        "Reports say Syrian rebels broke the ceasefire in Aleppo, agreed on " + DAY,
    ),
    (
        told("ceasefire/agreed"),
        told("ceasefire/violated", issuer=("A", "B"), target=("A",)),
        "Reports say A and B broke the ceasefire in Aleppo, agreed on " + DAY,
    ),
    (
        told("ceasefire/agreed"),
        told("ceasefire/violated", issuer=("A", "B"), target=("B", "A")),
        "A and B accused each other of breaking the ceasefire in Aleppo, agreed on " + DAY,
    ),
    (
        told("siege/amended", issuer=RUSSIA),
        told("siege/violated", issuer=REBELS, target=ARMY, evidence=SAID),
        "Syrian rebels accused Syrian army of not honouring what was promised on the siege of Aleppo, eased on " + DAY,
    ),
    (
        told("siege/amended", issuer=RUSSIA),
        told("siege/violated", issuer=()),
        "Reports say that what was promised on the siege of Aleppo was not honoured, eased on " + DAY,
    ),
    (
        told("siege/in_force", issuer=ARMY, target=REBELS),
        told("siege/amended", issuer=REBELS),
        "Syrian rebels said that the siege of Aleppo was eased, reported in force on " + DAY,
    ),
    (
        told("siege/in_force", issuer=ARMY, target=REBELS),
        told("siege/amended", issuer=ARMY),
        "Syrian army eased the siege of Aleppo, reported in force on " + DAY,
    ),
    (
        told("ceasefire/urged", issuer=("UN",)),
        told("ceasefire/rejected", issuer=REBELS),
        "Syrian rebels rejected UN's call for a ceasefire in Aleppo, made on " + DAY,
    ),
    (
        told("ceasefire/declared", is_background=True),
        told("ceasefire/extended", issuer=RUSSIA, end=FRIDAY),
        "Russia extended the ceasefire in Aleppo until Friday 4 November 2016, 19:00, declared before " + DAY,
    ),
    (
        told("ceasefire/ended"),
        told("ceasefire/agreed", issuer=RUSSIA),
        "Russia agreed on a new ceasefire in Aleppo; the last one was reported over on " + DAY,
    ),
    (
        told("ceasefire/rejected", issuer=RUSSIA),
        told("ceasefire/declared", issuer=RUSSIA),
        "Russia declared the ceasefire in Aleppo after all, refused on " + DAY,
    ),
    (
        told("ceasefire/ended"),
        told("ceasefire/in_force", issuer=RUSSIA),
        "Russia said that the ceasefire in Aleppo still holds; it was reported over on " + DAY,
    ),
    (
        told("ceasefire/proposed", issuer=REBELS),
        told("ceasefire/rejected", issuer=ARMY),
        "Syrian army rejected Syrian rebels' ceasefire in Aleppo, offered on " + DAY,
    ),
    (
        told("siege/declared"),
        told("siege/ended", issuer=REBELS),
        "Syrian rebels ended the siege of Aleppo, imposed on " + DAY,
    ),
    (
        told("siege/in_force"),
        told("siege/amended", issuer=()),
        "Reports say the terms of the siege of Aleppo were changed, reported in force on " + DAY,
    ),
    (
        told("siege/amended"),
        told("siege/violated", issuer=REBELS, target=ARMY),
        "Syrian rebels accused Syrian army of not honouring what was promised on the siege of Aleppo, eased on " + DAY,
    ),
    (
        told("ultimatum/declared", issuer=RUSSIA),
        told("ultimatum/agreed", issuer=REBELS),
        "Syrian rebels complied with Russia's ultimatum for Aleppo, issued on " + DAY,
    ),
    (
        told("ultimatum/declared", issuer=RUSSIA),
        told("ultimatum/ended", issuer=REBELS),
        "The ultimatum for Aleppo ran out or was withdrawn, issued on " + DAY,
    ),
]


@pytest.mark.parametrize(("before", "new", "sentence"), SENTENCES)
def test_the_headline_says_what_changed(before: dict[str, Any], new: dict[str, Any], sentence: str) -> None:
    (alert,) = alerts(says(**before), says(**new, hours=4))
    assert alert.headline == sentence
