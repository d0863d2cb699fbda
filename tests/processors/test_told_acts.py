"""The list of sentences in tests/data/acts: each is read as what it tells, and what only sounds so as nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import an_article
from tests.processors.detect_case import SCENE, the_detector

FOLDER = Path(__file__).parents[1] / "data" / "acts"


def told(name: str) -> Iterator[tuple[str, str]]:
    """Yield what is told and the sentence that tells it."""
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            what, _, sentence = line.partition(" | ")
            yield what, sentence


@pytest.mark.parametrize(("what", "sentence"), list(told("english.txt")))
def test_a_sentence_is_read_as_what_it_tells(what: str, sentence: str) -> None:
    scene = "" if what == "nothing" else SCENE
    is_headline = not sentence.endswith((".", '"'))
    article = an_article(
        title=sentence if is_headline else "News of the day",
        text=scene if is_headline else f"{scene} {sentence}",
        published=datetime(2024, 4, 17, 20, tzinfo=UTC),
    )
    found = {f"{a.family}/{a.act}" for a in the_detector().announcements(article)}
    assert what in found or (what == "nothing" and not found)
