"""The Spanish pack: glosses, quotes to the letter, slots by the names that English has, and one storyline for both."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.detect.gloss import gloss
from processors.detect.spanish import verb_glosses
from processors.relate.stage import RelateCore
from tests.builders import a_detected_announcement, an_article, an_article_ref
from tests.processors.detect_case import the_detector
from tocsin.events import AlertRaised, Fact
from tocsin.vocabulary import Announcement

NOON = datetime(2024, 4, 17, 12, tzinfo=UTC)


def read(title: str, text: str, lang: str = "es", id_: str = "a1") -> tuple[Announcement, ...]:
    return the_detector().announcements(an_article(id=id_, title=title, text=text, lang=lang, published=NOON))


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("El ejército sirio rechazó la tregua.", "The Syrian army rejected the truce."),
        ("Se negaron a extender el alto el fuego.", "Refused to extend the ceasefire."),
        ("Colapsa la tregua", "the truce collapses"),
        ("una tregua humanitaria de 48 horas", "a humanitarian truce for 48 hours"),
        ("hasta las 7 de la tarde del viernes 19 de abril de 2024", "until 7 pm on Friday 19 April 2024"),
        ("Ejercito y Hamas en Alepo", "Army and Hamas in Aleppo"),  # without accents
    ],
)
def test_a_gloss_is_english_enough_to_read(spanish: str, english: str) -> None:
    assert " ".join(gloss(spanish, "es").text.split()) == english


def test_verbs_are_glossed_in_their_forms() -> None:
    forms = dict(verb_glosses("rechazar", "reject"))
    assert (forms["rechaza"], forms["rechazaron"], forms["rechazada"]) == ("rejects", "rejected", "rejected")
    assert (forms["rechazar"], forms["rechazará"], forms["rechazando"]) == ("to reject", "will reject", "rejecting")


@given(st.text(max_size=80))
def test_any_text_is_glossed_and_found_again_to_the_letter(text: str) -> None:
    rendered = gloss(text, "es")
    for start, end, first, last in rendered.spans:
        assert rendered.original(rendered.text[start:end], text) in text
        assert 0 <= first < last <= len(text)


def test_slots_have_the_names_that_english_articles_give() -> None:
    text = "Rusia dio a Ucrania hasta el lunes a medianoche para entregar Mariúpol o enfrentar un asalto."
    (told,) = read("Ultimátum", text)
    assert (told.family, told.act, told.issuer, told.target) == ("ultimatum", "declared", ("Russia",), ("Ukraine",))
    assert [place.name for place in told.place] == ["Mariupol"]
    assert told.deadline is not None
    assert told.deadline.local.startswith("2024-04-22")


def test_quote_and_clause_are_the_originals_own_words() -> None:
    sentence = "Los rebeldes sirios rechazaron la tregua en Alepo."
    (told,) = read("Siria", f"Los combates siguen. {sentence}")
    assert told.quote == sentence
    assert told.evidence is not None
    assert told.evidence.clause in sentence
    assert "read as: rejected the truce" in told.evidence.notes


@pytest.mark.parametrize("lang", ["es", "es-AR", "es-419"])
def test_every_kind_of_spanish_is_spanish(lang: str) -> None:
    assert [a.act for a in read("Tregua", "El ejército sirio declaró una tregua en Alepo.", lang)] == ["declared"]


def test_a_language_without_a_pack_announces_nothing() -> None:
    assert read("Trêve", "L'armée syrienne a déclaré une trêve à Alep.", "fr") == ()


def test_a_spanish_and_an_english_article_meet_in_one_storyline() -> None:
    offer = read("News", "The Syrian army declared a ceasefire in Aleppo. Fighting with rebels went on.", "en", "en1")
    answer = read("Noticias", "Los rebeldes sirios rechazaron la tregua en Alepo.", "es", "es1")
    core = RelateCore.load()
    state, said = core.initial(), list[Fact]()
    for told in (*offer, *answer):
        fact = a_detected_announcement(told, an_article_ref(id=told.article_id, published=NOON, observed=NOON))
        state, out = core.decide(state, fact, NOON)
        said += out
    (alert,) = (fact for fact in said if isinstance(fact, AlertRaised))
    assert (alert.kind, alert.earlier.article.id, alert.later.article.id) == ("rejects", "en1", "es1")
    assert alert.later.announcement.quote == "Los rebeldes sirios rechazaron la tregua en Alepo."
