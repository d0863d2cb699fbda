"""Who announces and to whom: from whose deed it is, who is its clause's subject, and what the act itself means."""

import pytest

from tests.processors.detect_case import the_one

GAZA = "Israel and Hamas have fought in Gaza for months."
YEMEN = "The Houthis and the Saudi-led coalition have fought in Yemen for years."
UKRAINE = "Russian and Ukrainian troops have fought around Mariupol for weeks."
SYRIA = "The Syrian army and rebels have fought over Aleppo for months."
LIBYA = "The LNA of Khalifa Haftar and the GNA have fought over Tripoli for months."

Sides = tuple[set[str], set[str]]


def cast(sentence: str, text: str, year: int, act: str) -> Sides:
    """Return issuers and targets of the one announcement of an act in a sentence."""
    found = the_one(act, f"{text} {sentence}", year)
    return set(found.issuer), set(found.target)


@pytest.mark.parametrize(
    ("sentence", "text", "year", "act", "issuer"),
    [
        (
            "Hamas dismissed an Israeli demand to lay down its arms by Friday.",
            GAZA,
            2024,
            "ultimatum/declared",
            "Israel",
        ),
        ("The Houthis ignored the coalition's surrender ultimatum.", YEMEN, 2018, "ultimatum/ended", "Houthis"),
        ("Ukraine defied Russia's deadline to surrender or die.", UKRAINE, 2022, "ultimatum/declared", "Russia"),
        ("In rejecting the ceasefire, the GNA turned its back on talks.", LIBYA, 2020, "ceasefire/rejected", "GNA"),
        ("Rejecting a ceasefire, Hamas said that it would fight on.", GAZA, 2024, "ceasefire/rejected", "Hamas"),
        ("Hamas rejected a call by Israel for a ceasefire.", GAZA, 2024, "ceasefire/rejected", "Hamas"),
        ("The UN accused Hamas of refusing a ceasefire.", GAZA, 2024, "ceasefire/rejected", "Hamas"),
        ("The LNA said on Monday that the GNA had rejected a ceasefire.", LIBYA, 2020, "ceasefire/rejected", "GNA"),
    ],
)
def test_a_deed_is_its_owners(sentence: str, text: str, year: int, act: str, issuer: str) -> None:
    assert cast(sentence, text, year, act)[0] == {issuer}


@pytest.mark.parametrize(
    ("sentence", "text", "year", "act"),
    [
        ("A ceasefire announced by its ally Russia expired before aid came.", SYRIA, 2016, "ceasefire/ended"),
        ("A truce declared by Russia was extended.", SYRIA, 2016, "ceasefire/extended"),
    ],
)
def test_a_truce_announced_by_someone_ends_and_goes_on_as_his(sentence: str, text: str, year: int, act: str) -> None:
    assert cast(sentence, text, year, act)[0] == {"Russia"}


def test_whose_truce_it_was_is_not_whom_the_fire_hit() -> None:
    sentence = "Artillery fire was exchanged near Mariupol despite Moscow's unilateral ceasefire."
    assert cast(sentence, UKRAINE, 2022, "ceasefire/violated") == (set(), set())


def test_an_offer_is_refused_to_who_made_it() -> None:
    sentence = "Ukraine rejected Moscow's offer of humanitarian corridors to Russia and Belarus."
    assert cast(sentence, UKRAINE, 2022, "ceasefire/rejected") == ({"Ukraine"}, {"Russia"})


def test_a_resolutions_call_is_of_who_adopts_it() -> None:
    sentence = "Russia vetoed a Security Council resolution that demanded a truce in Aleppo."
    assert cast(sentence, SYRIA, 2016, "ceasefire/urged")[0] == {"UN Security Council"}


@pytest.mark.parametrize(
    ("sentence", "text", "year", "act", "sides"),
    [
        ("A truce between Israel and Hamas took effect.", GAZA, 2024, "ceasefire/in_force", {"Israel", "Hamas"}),
        ("A week-long truce between the LNA and the GNA collapsed.", LIBYA, 2020, "ceasefire/ended", {"LNA", "GNA"}),
        (
            "Mediators said a ceasefire was agreed between the Houthis and the coalition.",
            YEMEN,
            2022,
            "ceasefire/agreed",
            {"Houthis", "Saudi-led coalition"},
        ),
    ],
)
def test_a_truce_between_two_is_of_both(sentence: str, text: str, year: int, act: str, sides: set[str]) -> None:
    assert cast(sentence, text, year, act)[0] == sides


@pytest.mark.parametrize(
    ("sentence", "text", "year", "act"),
    [
        ("Britain began to fly its nationals out as a fragile truce held.", LIBYA, 2020, "ceasefire/in_force"),
        ("A truce brokered by Egypt took effect.", GAZA, 2024, "ceasefire/in_force"),
        ("A truce brokered by the United States and Qatar took effect.", GAZA, 2024, "ceasefire/in_force"),
        ("France closed its embassy after the ceasefire collapsed.", LIBYA, 2020, "ceasefire/ended"),
    ],
)
def test_who_is_named_beside_a_truce_did_not_announce_it(sentence: str, text: str, year: int, act: str) -> None:
    assert cast(sentence, text, year, act)[0] == set()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Israel accused Hamas of violating the ceasefire.", ({"Israel"}, {"Hamas"})),
        ("Israel was accused of violating the ceasefire.", ({"Hamas"}, {"Israel"})),
        ("A statement accused Hamas of violating the ceasefire.", ({"Israel"}, {"Hamas"})),
        ("Israel and Hamas accused each other of violating the ceasefire.", ({"Israel", "Hamas"}, {"Israel", "Hamas"})),
        ("Israel and Hamas blamed Hamas for breaking the ceasefire.", ({"Israel"}, {"Hamas"})),
    ],
)
def test_who_accuses_is_the_issuer_of_a_breach_and_the_accused_its_target(sentence: str, expected: Sides) -> None:
    assert cast(sentence, GAZA, 2024, "ceasefire/violated") == expected


@pytest.mark.parametrize(
    ("sentence", "text", "year", "besieger"),
    [
        ("Mariupol has been under siege for weeks.", UKRAINE, 2022, "Russia"),
        ("The city fell back on the Ukrainians after weeks under siege.", UKRAINE, 2022, "Russia"),
        ("Gaza is under siege.", GAZA, 2023, "Israel"),
    ],
)
def test_where_one_side_alone_is_besieged_the_other_besieges(
    sentence: str, text: str, year: int, besieger: str
) -> None:
    assert cast(sentence, text, year, "siege/in_force")[0] == {besieger}


def test_an_evacuation_told_by_an_official_is_that_sides() -> None:
    sentence = "More than 100 civilians were evacuated from the besieged plant, according to Ukrainian officials."
    assert cast(sentence, UKRAINE, 2022, "siege/amended")[0] == {"Ukraine"}


@pytest.mark.parametrize("mediator", ["Turkey", "Turkey and the Syrian Democratic Forces"])
def test_rebels_of_a_country_are_never_one_faction_because_others_are_named(mediator: str) -> None:
    sentence = f"Rebels rejected a ceasefire, while {mediator} welcomed it."
    assert cast(sentence, SYRIA, 2016, "ceasefire/rejected")[0] == {"Syrian rebels"}


def test_who_takes_a_besieged_town_ended_its_siege() -> None:
    sentence = "The siege of Aleppo ended on Tuesday when the Syrian army said that it controlled every district."
    assert cast(sentence, SYRIA, 2016, "siege/ended")[0] == {"Syrian government"}


def test_who_besieges_is_named_by_by_whatever_the_war_is() -> None:
    found = cast("Buses reached two villages besieged by rebels, the UN said.", SYRIA, 2016, "siege/in_force")
    assert found[0] == {"Syrian rebels"}


def test_who_reports_a_refusal_is_not_the_one_refused() -> None:
    found = cast("The LNA rejected a ceasefire, the United Nations said.", LIBYA, 2020, "ceasefire/rejected")
    assert found == ({"LNA"}, {"GNA"})


def test_by_hours_is_nobody() -> None:
    sentence = "Russia extended by 48 hours a deadline for Ukraine to surrender, after Turkey's president asked."
    assert cast(sentence, UKRAINE, 2022, "ultimatum/extended")[0] == {"Russia"}


def test_a_second_clause_has_its_own_subject() -> None:
    sentence = "Hamas fighters occupied a hotel in Rafah and the Israeli army has surrounded the building."
    assert cast(sentence, GAZA, 2024, "siege/declared")[0] == {"Israel"}


def test_a_continued_siege_is_its_owners() -> None:
    sentence = "Turkey condemned the Assad regime's continued siege of eastern Aleppo."
    assert cast(sentence, SYRIA, 2016, "siege/in_force")[0] == {"Syrian government"}
