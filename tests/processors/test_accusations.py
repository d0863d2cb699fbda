"""Who broke it, and who says so: a breach that its issuer lays to another is marked, one told as a fact is not."""

from datetime import UTC, datetime

import pytest

from tests.builders import an_article
from tests.processors.detect_case import the_detector
from tocsin.vocabulary import ACCUSATION, Announcement

SCENE = "Russian and Ukrainian troops have fought around Mariupol, which is besieged, for weeks."


def breach(sentence: str) -> Announcement:
    """Return the one breach of an article."""
    text = f"{SCENE} A ceasefire was agreed on Friday. {sentence}"
    article = an_article(title="News from the front", text=text, published=datetime(2022, 3, 5, tzinfo=UTC))
    (found,) = [a for a in the_detector().announcements(article) if a.act == "violated"]
    return found


@pytest.mark.parametrize(
    "sentence",
    [
        "Ukraine accused Russia of breaking the ceasefire.",
        "Ukraine accuses Russia of blocking the humanitarian corridor.",
        "Ukraine said that Russia had broken the ceasefire.",
        "Russia broke the ceasefire, Ukraine said.",
        "According to Ukraine, Russia violated the truce.",
    ],
)
def test_an_accusation_is_marked(sentence: str) -> None:
    found = breach(sentence)
    assert (found.issuer, found.target) == (("Ukraine",), ("Russia",))
    assert found.evidence is not None
    assert ACCUSATION in found.evidence.notes


@pytest.mark.parametrize("sentence", ["Russia broke the ceasefire.", "Russian troops violated the truce on Saturday."])
def test_a_breach_told_as_fact_is_not(sentence: str) -> None:
    found = breach(sentence)
    assert found.issuer == ("Russia",)
    assert found.evidence is not None
    assert ACCUSATION not in found.evidence.notes
