"""Actors: who is named, who is meant, and who is only a place's adjective."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.detect.actors import find, side_of
from processors.detect.countries import read_setting
from processors.detect.mentions import Setting
from processors.detect.roster import roster
from tests.builders import an_article
from tests.processors.detect_case import the_detector


def names(text: str, year: int = 2016, about: str = "") -> list[str]:
    """Return the actors of a text, read in the setting of an article that holds it (or ``about`` instead)."""
    setting = read_setting("", about or text, datetime(year, 6, 5, tzinfo=UTC))
    return [mention.name for mention in find(text, setting)]


CONFLICTS = [
    (1987, "Iran said it would accept a ceasefire if Iraq was blamed.", ["Iran", "Iraq"]),
    (1989, "General Aoun lifted his blockade of the ports of Beirut.", ["General Aoun's forces"]),
    (1990, "The Contras rejected President Daniel Ortega's offer in Managua.", ["Contras", "Nicaraguan government"]),
    (1989, "The FMLN offered the Salvadoran government a truce.", ["FMLN", "Salvadoran government"]),
    (1991, "UNITA and the Angolan government signed a truce.", ["UNITA", "Angolan government"]),
    (1992, "Bosnian Serb leader Radovan Karadzic promised to lift the siege of Gorazde.", ["Bosnian Serbs"]),
    (1994, "The Rwandan Patriotic Front fought government troops in Kigali.", ["RPF", "Rwandan government"]),
    (1995, "The Chechens ignored a Russian ultimatum in Gudermes.", ["Chechen rebels", "Russia"]),
    (1999, "NATO gave Yugoslav President Slobodan Milosevic 48 hours to leave Kosovo.", ["NATO", "Serbia"]),
    (2000, "The FARC refused Andres Pastrana's offer in San Vicente.", ["FARC", "Colombian government"]),
    (
        2001,
        "Ethnic Albanian rebels near Tetovo agreed to a truce with Macedonian forces.",
        ["NLA", "Macedonian government"],
    ),
    (2002, "The Maoists ended their truce with the government in Kathmandu.", ["Maoists", "Nepalese government"]),
    (2003, "LURD rebels besieged Monrovia and ECOWAS mediators urged a truce.", ["LURD", "ECOWAS"]),
    (2004, "Moqtada al-Sadr's militia refused to leave the shrine in Najaf.", ["Mahdi Army", "Mahdi Army"]),
    (2005, "The Free Aceh Movement signed a truce with the Indonesian government.", ["GAM", "Indonesia"]),
    (2006, "Ethiopian troops and the Islamists fought in Baidoa.", ["Ethiopian government", "Islamic Courts Union"]),
    (2008, "President Mikheil Saakashvili declared a truce, but Moscow said no.", ["Georgia", "Russia"]),
    (2009, "Sri Lankan troops closed in on the Tamil Tigers.", ["Sri Lankan government", "LTTE"]),
    (2011, "Gaddafi forces shelled Misrata, the rebels said.", ["Gaddafi forces", "Libyan rebels"]),
    (2012, "Tuareg rebels of the MNLA halted fighting after taking Gao.", ["CSP", "CSP"]),
    (2013, "South Sudan's government and the rebels agreed to stop.", ["South Sudan government", "SPLM-IO"]),
    (2014, "Separatists in Donetsk rejected Petro Poroshenko's truce.", ["pro-Russian separatists", "Ukraine"]),
    (2018, "The Houthis and the Yemeni government agreed on Hodeidah.", ["Houthis", "Yemeni government"]),
    (2019, "Turkey agreed to let Kurdish-led forces withdraw from northern Syria.", ["Turkey", "SDF"]),
    (2020, "Khalifa Haftar rejected the GNA's truce for Sirte.", ["LNA", "GNA"]),
    (2020, "Azerbaijan accused Armenian forces of shelling Ganja.", ["Azerbaijan", "Armenia"]),
    (2021, "The TPLF rejected the Ethiopian government's truce in Mekelle.", ["TPLF", "Ethiopian government"]),
    (2021, "The Taliban gave Ahmad Massoud until Monday.", ["Taliban", "National Resistance Front"]),
    (2023, "The RSF agreed to a truce, but the army in Khartoum did not.", ["RSF", "Sudanese army"]),
    (2023, "Burhan and Hemedti agreed to a truce in Khartoum.", ["Sudanese army", "RSF"]),
    (2023, "Israel and Hamas agreed to a pause, Qatar's foreign ministry said.", ["Israel", "Hamas", "Qatar"]),
    (2023, "Myanmar's junta and the Arakan Army agreed to a truce.", ["Myanmar military", "Arakan Army"]),
    (2024, "M23 rebels encircled Goma, the Congolese army said.", ["M23", "DR Congo government"]),
    (2024, "Hezbollah and Israel agreed to halt fire in Lebanon.", ["Hezbollah", "Israel"]),
    (2025, "JNIM declared a blockade of Bamako, the Malian army said.", ["JNIM", "Malian government"]),
    (2025, "Thailand and Cambodia agreed to an unconditional truce.", ["Thailand", "Cambodia"]),
    (2025, "India and Pakistan agreed to a truce, Donald Trump said.", ["India", "Pakistan", "US"]),
    (
        2026,
        "The Revolutionary Guards closed the Strait of Hormuz; Washington gave Tehran a day.",
        ["Revolutionary Guards", "US", "Iran"],
    ),
]


@pytest.mark.parametrize(("year", "text", "expected"), CONFLICTS, ids=[text for _, text, _ in CONFLICTS])
def test_the_parties_of_each_war_are_known(year: int, text: str, expected: list[str]) -> None:
    found = names(text, year)
    assert [name for name in found if name in expected] == expected


SPELLINGS = [
    (2018, "Houthis", "Sanaa", ("The Huthis", "The Houthi movement", "Ansar Allah", "Ansarullah", "Houthi fighters")),
    (2023, "Hamas", "Gaza", ("Hamas", "Al-Qassam Brigades", "Yahya Sinwar", "The Islamic Resistance Movement")),
    (2024, "Hezbollah", "Lebanon", ("Hizbollah", "Hizbullah", "The Party of God", "Naim Qassem")),
    (2020, "LNA", "Libya", ("Khalifa Haftar", "Khalifa Hifter", "The Libyan National Army", "Haftar's forces")),
    (2011, "Gaddafi forces", "Libya", ("Muammar Gaddafi", "Moammar Gadhafi", "Muammar Qaddafi")),
    (2020, "Karabakh Armenians", "Stepanakert", ("Artsakh", "The Artsakh Defence Army", "The Nagorno-Karabakh army")),
    (2021, "TPLF", "Mekelle", ("Tigrayan forces", "Tigrayan rebels", "Debretsion Gebremichael")),
    (2019, "ELN", "Colombia", ("The ELN", "ELN rebels", "The National Liberation Army")),
    (2002, "FARC", "Colombia", ("The FARC", "The Revolutionary Armed Forces of Colombia", "FARC rebels")),
    (2000, "Kashmiri separatists", "Kashmir", ("Hizbul Mujahideen", "Hizb-ul-Mujahideen", "Lashkar-e-Toiba")),
    (2008, "LTTE", "Sri Lanka", ("The Tamil Tigers", "The Liberation Tigers of Tamil Eelam", "The Tigers")),
    (2024, "M23", "Goma", ("M23 rebels", "The March 23 Movement", "Bertrand Bisimwa")),
    (2023, "RSF", "Sudan", ("Hemedti", "Hemeti", "Mohamed Hamdan Dagalo", "The Rapid Support Forces")),
    (2022, "Ukraine", "Kiev", ("Zelensky", "Zelenskyy", "Volodymyr Zelenskiy")),
    (2014, "Boko Haram", "Nigeria", ("Boko Haram", "Abubakar Shekau")),
    (2017, "Abu Sayyaf", "Marawi", ("The Maute group", "Isnilon Hapilon")),
]


@pytest.mark.parametrize(
    ("year", "expected", "where", "spelling"),
    [(year, name, where, spelling) for year, name, where, spellings in SPELLINGS for spelling in spellings],
)
def test_a_party_is_one_however_it_is_spelt(year: int, expected: str, where: str, spelling: str) -> None:
    found = names(f"{spelling} rejected a truce near {where}.", year)
    assert found[0] == expected


@pytest.mark.parametrize("word", ["rebels", "insurgents", "opposition fighters"])
@pytest.mark.parametrize("others", ["The Syrian Democratic Forces and Turkey fought", "The SDF and ISIS fought"])
def test_a_countrys_rebels_are_no_faction_that_the_article_also_names(word: str, others: str) -> None:
    about = f"{others} near Manbij in northern Syria. The army shelled {word} in Idlib."
    assert names(f"The {word} refused.", 2018, about) == ["Syrian rebels"]


@pytest.mark.parametrize("attribute", ["UN-brokered", "Hamas-run", "Al Qaeda-linked"])
def test_a_name_that_only_qualifies_is_no_party(attribute: str) -> None:
    assert names(f"A {attribute} truce was agreed in Gaza.", 2023) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fighting went on in Syria.", []),
        ("Civilians left the Syrian city of Aleppo.", []),
        ("Ukrainian refugees fled to Poland.", []),
        ("The Sudan ceasefire is holding.", []),
        ("Ukraine's Mariupol is burning.", ["Ukraine"]),
        ("A US-brokered truce is holding in Syria.", []),
        ("Russian-backed fighters shelled Aleppo.", ["Syrian rebels"]),
        ("Shops reopened in Moscow.", []),
        ("Moscow said it would wait.", ["Russia"]),
        ("Talks between Moscow and Kyiv failed.", ["Russia", "Ukraine"]),
        ("Moscow and Damascus said they would wait.", ["Russia", "Syrian government"]),
        ("The Kremlin's offer was refused.", ["Russia"]),
        ("Russia's defence ministry said so.", ["Russia"]),
        ("Russian President Vladimir Putin said so.", ["Russia"]),
        ("Russian bombardment of Aleppo went on.", ["Russia"]),
        ("The Russians held their fire.", ["Russia"]),
        ("An ultimatum from Russia was ignored.", ["Russia"]),
        ("They came from Russia by train.", []),
        ("The government of Ukraine refused.", ["Ukraine"]),
        ("The UN Security Council voted.", ["UN Security Council"]),
        ("U.N. envoy Staffan de Mistura urged calm.", ["UN"]),
        ("Pope Francis urged a truce.", ["Vatican"]),
        ("It is clear that this is us.", []),
        ("Troops withdrew from Kyiv.", []),
        ("An ultimatum from Moscow was ignored.", ["Russia"]),
        ("Truce holds in Syria - Times of India", []),
        ("Sudan: thousands flee", []),
        ("It was a military operation in Syria.", []),
        ("The singer Kate Bush gave a concert.", []),
    ],
)
def test_a_country_is_a_party_only_where_it_acts(text: str, expected: list[str]) -> None:
    assert names(text) == expected


SYRIA = "Fighting went on in Aleppo between the Syrian army and rebels, the Syrian government said in Damascus."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The rebels refused.", ["Syrian rebels"]),
        ("Opposition fighters refused.", ["Syrian rebels"]),
        ("The army refused.", ["Syrian government"]),
        ("The regime refused.", ["Syrian government"]),
        ("Government forces refused.", ["Syrian government"]),
        ("Both sides refused.", ["Syrian government", "Syrian rebels"]),
        ("The warring parties refused.", ["Syrian government", "Syrian rebels"]),
        ("Rebel-held districts were shelled.", []),
        ("Government-controlled districts were shelled.", []),
    ],
)
def test_descriptors_are_resolved_by_the_articles_own_war(text: str, expected: list[str]) -> None:
    assert names(text, about=SYRIA) == expected


def test_a_countrys_own_descriptor_names_the_side_of_its_war() -> None:
    assert names("The Sudanese paramilitary group agreed to a truce in Khartoum.", 2023) == ["RSF"]


def test_descriptors_resolved_by_the_setting_are_marked() -> None:
    setting = read_setting("", SYRIA, datetime(2016, 6, 5, tzinfo=UTC))
    (mention,) = find("The rebels refused.", setting)
    assert (mention.is_generic, mention.kind, mention.country) == (True, "coalition", "SY")


def test_a_descriptor_without_a_war_names_nobody() -> None:
    assert find("The rebels refused.", Setting(published=None)) == ()


def test_a_faction_counts_as_its_coalition() -> None:
    assert side_of("Fastaqim") == side_of("Free Syrian Army") == "Syrian rebels"
    assert side_of("HTS") == "HTS"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Liberation Front of Upper Sylvania said its fighters held.", ["Liberation Front of Upper Sylvania"]),
        ("Fighters of the Sylvanian Resistance Army agreed.", ["Sylvanian Resistance Army"]),
        ("SLRX rebels said they would stop.", ["SLRX"]),
        ("The European Movement and the Football Union agreed.", []),
        ("China's People's Liberation Army held drills.", ["China"]),
    ],
)
def test_a_group_that_no_list_holds_is_known_by_the_form_of_its_name(text: str, expected: list[str]) -> None:
    assert names(text, 2020) == expected


def test_the_rebels_are_the_group_that_the_article_names() -> None:
    about = "The Oromo Liberation Army fought government troops in Ethiopia. The rebels said they would stop."
    assert names("The rebels said they would stop.", 2023, about) == ["OLA"]


def test_a_country_may_only_say_where_a_group_is_at_home() -> None:
    assert names("Sri Lanka's Tamil Tiger rebels extended their truce.", 2002) == ["LTTE"]


def test_a_coalition_stays_the_rebels_whichever_of_its_groups_is_named() -> None:
    about = "Jaish al-Islam fought the Syrian army in Damascus. The rebels said they would stop."
    assert names("The rebels said they would stop.", 2016, about) == ["Syrian rebels"]


def test_an_unknown_name_is_its_own_side() -> None:
    assert side_of("Nobody's Front") == "Nobody's Front"


def test_afghanistans_government_is_the_taliban_since_august_2021() -> None:
    assert names("Afghan officials said so in Kabul.", 2020) == ["Afghan government"]
    assert names("Afghan officials said so in Kabul.", 2022) == ["Taliban"]


def test_a_shared_name_belongs_to_the_group_of_the_articles_country() -> None:
    assert names("The SLA kept its posts in southern Lebanon near Tyre.", 1995) != ["SLM"]
    assert names("The SLA kept its posts in Darfur.", 2005) == ["SLM"]


def test_old_wires_in_capitals_are_read_too() -> None:
    assert "FMLN" in names("THE FMLN HAS OFFERED THE SALVADORAN GOVERNMENT A TRUCE.", 1989)


def test_every_side_in_the_lexicons_is_itself_an_actor() -> None:
    known = roster().actors
    assert {actor.side for actor in known.values()} <= set(known)


def test_spans_point_at_the_words() -> None:
    text = "On Friday Russian President Vladimir Putin spoke."
    (mention,) = find(text, Setting(published=None))
    assert text[mention.start : mention.end] == "Russian President Vladimir Putin"


@given(st.text(max_size=200))
def test_any_text_is_read_without_error(text: str) -> None:
    for mention in find(text, Setting(published=None, countries=("SY",), belligerents=("Russia", "Ukraine"))):
        assert 0 <= mention.start < mention.end <= len(text)


def test_a_countrys_rebels_are_not_who_holds_its_power() -> None:
    article = an_article(
        title="Libya rebels give Gaddafi loyalists until Saturday to surrender",
        text="Libyan rebels and forces loyal to Muammar Gaddafi fought near Sirte.",
        published=datetime(2011, 8, 30, tzinfo=UTC),
    )
    (found,) = the_detector().announcements(article)
    assert (found.issuer, found.target) == (("Libyan rebels",), ("Gaddafi forces",))
