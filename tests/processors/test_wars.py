"""Four decades of wars in a headline and a sentence each (tests/data/acts/wars.txt): all that is news, and no more."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.builders import an_article
from tests.processors.detect_case import lines, the_detector

FOLDER = Path(__file__).parents[1] / "data" / "acts"


class Told(NamedTuple):
    """A line of the file."""

    date: str
    acts: str
    title: str
    text: str


def articles(name: str) -> Iterator[Told]:
    """Yield what the articles of a file tell."""
    return (Told(*line.split(" | ")) for line in lines(FOLDER / name))


def is_right(told: Told) -> bool:
    """Say whether just that is read as news."""
    article = an_article(
        title=told.title, text=told.text, published=datetime.fromisoformat(f"{told.date}T18:00:00+00:00")
    )
    found = {f"{a.family}/{a.act}" for a in the_detector().announcements(article) if not a.is_background}
    return found == set(told.acts.split()) - {"nothing"}


@pytest.mark.parametrize("told", list(articles("wars.txt")), ids=lambda told: told.title)
def test_an_article_is_read_as_what_it_tells(told: Told) -> None:
    assert is_right(told)


def test_what_is_not_read_right_yet_is_listed_as_such() -> None:
    assert [told.title for told in articles("wars_missed.txt") if is_right(told)] == []
