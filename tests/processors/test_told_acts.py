"""The list of sentences in tests/data/acts: each is read as what it tells, and what only sounds so as nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import an_article
from tests.processors.detect_case import SCENE, lines, the_detector

FOLDER = Path(__file__).parents[1] / "data" / "acts"


def told(name: str) -> Iterator[tuple[str, str]]:
    """Yield what is told and the sentence that tells it."""
    for line in lines(FOLDER / name):
        what, _, sentence = line.partition(" | ")
        yield what, sentence


def found_in(what: str, sentence: str, lang: str, scene: str) -> set[str]:
    """Return what is read in an article that holds a sentence; what tells nothing stands in no scene of war."""
    is_headline = not sentence.endswith((".", '"'))
    before = "" if what == "nothing" else scene
    article = an_article(
        title=sentence if is_headline else "News of the day",
        text=before if is_headline else f"{before} {sentence}",
        published=datetime(2024, 4, 17, 20, tzinfo=UTC),
        lang=lang,
    )
    return {f"{a.family}/{a.act}" for a in the_detector().announcements(article)}


@pytest.mark.parametrize(("what", "sentence"), list(told("english.txt")))
def test_a_sentence_is_read_as_what_it_tells(what: str, sentence: str) -> None:
    found = found_in(what, sentence, "en", SCENE)
    assert what in found or (what == "nothing" and not found)


@pytest.mark.parametrize(("what", "sentence"), list(told("spanish.txt")))
def test_a_spanish_sentence_is_read_as_what_it_tells(what: str, sentence: str) -> None:
    scene = "Las fuerzas del gobierno y los rebeldes combaten desde hace meses en la provincia."
    found = found_in(what, sentence, "es", scene)
    assert what in found or (what == "nothing" and not found)
