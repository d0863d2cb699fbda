"""The detector as a whole: languages, quotes, fusion, background, fingerprints."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from processors.detect.sentences import split
from tests.builders import an_article
from tests.processors.detect_case import read, the_detector
from tocsin.vocabulary import Act


def test_another_language_announces_nothing() -> None:
    article = an_article(lang="fr", text="The army announced a truce.")
    assert the_detector().announcements(article) == ()


def test_an_unknown_language_is_read_as_english() -> None:
    assert the_detector().announcements(an_article(lang="und"))


def test_headline_and_text_tell_one_announcement() -> None:
    found = read("The army announced a truce in Aleppo from Friday.", title="Army announces truce in Aleppo")
    assert [(a.family, a.act) for a in found] == [("ceasefire", "declared")]


def test_the_fullest_sentence_is_the_quote() -> None:
    full = "Russia announced a truce in Aleppo from Friday."
    (found,) = read(full, title="Russia announces truce")
    assert found.quote == full


def test_one_sentence_may_announce_twice() -> None:
    found = read("The army announced a truce but the rebels rejected the ultimatum.")
    assert {(a.family, a.act) for a in found} == {("ceasefire", "declared"), ("ultimatum", "rejected")}


@pytest.mark.parametrize(
    "sentence",
    [
        "The rebels had agreed to a truce.",
        "The army previously announced a truce.",
        "The army announced a truce last week.",
        "The convoy left after the truce was agreed.",
    ],
)
def test_what_went_before_is_background(sentence: str) -> None:
    found = read(sentence)
    assert found
    assert all(a.is_background for a in found)


@pytest.mark.parametrize("sentence", ["The army announced a truce.", "Rebels reject the ceasefire."])
def test_what_is_new_is_no_background(sentence: str) -> None:
    found = read(sentence)
    assert found
    assert not any(a.is_background for a in found)


def test_a_passing_mention_gives_way_to_what_the_article_says() -> None:
    found = read("The rebels rejected the truce. Markets opened amid a truce.")
    assert [(a.family, a.act) for a in found] == [("ceasefire", "rejected")]


def test_a_passive_has_its_agent_as_issuer() -> None:
    (found,) = read("The truce was rejected by Hamas.")
    assert found.issuer == ("Hamas",)


def test_an_announcement_of_the_same_article_keeps_its_id() -> None:
    assert [a.id for a in read("The army announced a truce.")] == [a.id for a in read("The army announced a truce.")]


def test_evidence_names_rule_trigger_and_words() -> None:
    (found,) = read("The rebels rejected the truce.")
    assert found.evidence is not None
    assert (found.evidence.trigger, found.evidence.rule) == ("rejected", "refuses_truce")
    assert found.evidence.clause == "rejected the truce"
    assert found.evidence.lexicon


def test_the_version_names_build_and_lexicon() -> None:
    build, _, lexicon = the_detector().version.partition("/")
    assert build
    assert lexicon.startswith("en-")


def test_copies_have_near_equal_fingerprints() -> None:
    words = " ".join(f"word{i}" for i in range(200))
    one = the_detector().fingerprint(an_article(text=words))
    other = the_detector().fingerprint(an_article(text=words + " (Adds details)"))
    assert len(one) == len(other)
    assert sum(a == b for a, b in zip(one, other, strict=True)) > len(one) * 0.8


def test_a_text_too_short_to_compare_has_no_fingerprint() -> None:
    assert the_detector().fingerprint(an_article(title="Truce", text="")) == ()


@given(st.text(max_size=300))
def test_sentences_are_exact_parts_of_their_text(text: str) -> None:
    for sentence in split(text):
        assert text[sentence.start : sentence.end] == sentence.text
        assert sentence.text == sentence.text.strip()


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Mr. Smith met Gen. Jones. They spoke.", 2),
        ("U.S. troops left. The U.N. stayed.", 2),
        ("“We refuse,” he said. “Never.” They left.", 3),
        ("First line\nSecond line", 2),
        ("It fell by 3.5 per cent.", 1),
    ],
)
def test_sentences_end_where_they_should(text: str, count: int) -> None:
    assert len(split(text)) == count


@given(st.text(max_size=400), st.sampled_from(["truce", "siege", "ultimatum", "army rejected the ceasefire"]))
def test_any_text_is_read_and_quoted_exactly(noise: str, word: str) -> None:
    article = an_article(title="News", text=f"{noise} {word} {noise}")
    for found in the_detector().announcements(article):
        assert found.quote in article.text or found.quote in article.title
        assert 0.0 <= found.confidence <= 1.0


def test_a_sentence_may_end_with_a_clock_time() -> None:
    assert len(split("It holds from 9 a.m. to 7 p.m. It was the second. They left at 7 p.m. on Friday.")) == 3


def test_a_pause_declared_on_one_day_for_another_lies_ahead() -> None:
    wednesday = datetime(2016, 11, 2, 12, tzinfo=UTC)
    sentence = "Russia on Wednesday declared a humanitarian pause in Aleppo on Friday from 9 a.m. to 7 p.m."
    (found,) = the_detector().announcements(an_article(title="News", text=sentence, published=wednesday))
    assert not found.is_background
    assert found.start is not None
    assert found.start.local == "2016-11-04T09:00"
    assert found.end is not None
    assert found.end.local == "2016-11-04T19:00"


@pytest.mark.parametrize("who", ["Rebels in Aleppo", "Aleppo rebels", "Rebels in eastern Aleppo"])
def test_where_a_party_stands_is_the_place(who: str) -> None:
    (found,) = read(f"{who} rejected the ceasefire.", text="Syria's army fought rebels.")
    assert [place.name for place in found.place] == ["Aleppo"]


def test_no_sign_of_something_refuses_nothing() -> None:
    found = read("The pause ended with no sign of departures.", title="Ceasefire in the province")
    assert {a.act for a in found} == {"ended"}


def test_who_is_accused_of_breaching_it_is_the_target() -> None:
    found = read("The Syrian army declared the ceasefire over and accused the rebels of breaching it.")
    (violated,) = [a for a in found if a.act == "violated"]
    assert (violated.issuer, violated.target) == (("Syrian government",), ("Syrian rebels",))


@pytest.mark.parametrize(
    ("told_now", "told_as_earlier"),
    [
        ("A ceasefire was agreed in Geneva.", "Residents spoke of the ceasefire agreed in Geneva."),
        ("France renewed its call for a truce.", "France's call for a truce came to the army's ears."),
        ("The truce came into effect.", "Both sides spoke of the truce which came into effect at dawn."),
        ("The town is besieged by rebels.", "Smoke rose over villages that are besieged by rebels."),
        ("The sides agreed to a truce.", "Aid trucks set off two days after the sides agreed to a truce."),
        ("The truce collapsed.", "The previous truce collapsed."),
        ("France pushed for a truce.", "Shelling killed nine as France pushed for a truce."),
    ],
)
def test_what_a_modifier_or_an_adverb_tells_was_known_before(told_now: str, told_as_earlier: str) -> None:
    assert [a.is_background for a in read(told_now)] == [False]
    assert [a.is_background for a in read(told_as_earlier)] == [True]


def test_a_headline_tells_the_news_whatever_stands_around_it() -> None:
    found = read("Shops stayed shut.", title="Embassy evacuated after failed ceasefire in the capital")
    assert [a.is_background for a in found] == [False]


@pytest.mark.parametrize(
    ("title", "sentence", "act"),
    [
        ("Truce ends in the north", "The army announced the truce after talks.", "declared"),
        ("Army extends truce", "The truce took effect at dawn.", "in_force"),
        ("Truce takes hold", "The two sides agreed to a truce.", "agreed"),
    ],
)
def test_what_a_headline_presupposes_was_known_before(title: str, sentence: str, act: Act) -> None:
    assert {a.act: a.is_background for a in read(sentence, title=title)}[act] is True
    assert {a.act: a.is_background for a in read(sentence, title="News from the front")}[act] is False


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "The truce in Aden ended on Monday. Both sides have agreed to a truce in Aden.",
            [("agreed", True), ("ended", False)],
        ),
        (
            "Both sides agreed to a truce in Aden on Monday. The truce in Aden ended.",
            [("ended", True), ("agreed", False)],
        ),
        (
            "The rebels rejected the truce in Aden. The army declared a truce in Aden on Sunday.",
            [("declared", True), ("rejected", False)],
        ),
    ],
)
def test_what_an_article_tells_stands_in_the_order_of_events(text: str, told: list[tuple[str, bool]]) -> None:
    assert [(a.act, a.is_background) for a in read(text)] == told


@pytest.mark.parametrize(
    "sentence",
    [
        "The Syrian army said it had reimposed the siege of eastern Aleppo.",
        "The Syrian army has reimposed the siege of eastern Aleppo, residents said.",
    ],
)
def test_a_siege_that_a_headline_only_names_presupposes_nothing(sentence: str) -> None:
    found = {a.act: a.is_background for a in read(sentence, title="Siege of eastern Aleppo shuts the last road")}
    assert found["declared"] is False


def test_a_body_and_its_organisation_call_once() -> None:
    found = read(
        "Russia vetoed a UN Security Council resolution demanding a truce.",
        title="Russia vetoes UN resolution demanding truce",
    )
    assert sum(a.act == "urged" for a in found) == 1


@pytest.mark.parametrize(
    ("sentence", "offer"),
    [
        ("Ukraine rejected Russian calls to surrender Sievierodonetsk.", ("ultimatum", "declared", ("Russia",))),
        ("Hamas rejected an Israeli proposal for a truce.", ("ceasefire", "proposed", ("Israel",))),
    ],
)
def test_a_refusal_tells_of_the_offer_that_it_refuses(sentence: str, offer: tuple[str, str, tuple[str, ...]]) -> None:
    made, refused = read(sentence)
    assert ((made.family, made.act, made.issuer), made.is_background) == (offer, True)
    assert (refused.act, refused.target) == ("rejected", offer[2])


def test_an_offer_that_the_article_tells_is_not_presupposed_again() -> None:
    found = read("Israel proposed a truce on Monday. Hamas rejected the Israeli proposal for a truce.")
    assert [(a.act, a.is_background) for a in found] == [("proposed", False), ("rejected", False)]


def test_the_refusal_of_a_pause_answers_the_ultimatum_of_the_same_speech() -> None:
    found = read(
        "Russia declared a humanitarian pause in Aleppo and told rebels in the city to leave by Friday evening. "
        "The Syrian rebels rejected the pause."
    )
    assert {f"{a.family}/{a.act}" for a in found if a.issuer == ("Syrian rebels",)} == {
        "ceasefire/rejected",
        "ultimatum/rejected",
    }
