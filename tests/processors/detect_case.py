"""What tests of the detector share: reading one made-up sentence as an article of a war."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from processors.detect.detector import Detector
from tests.builders import an_article
from tocsin.vocabulary import Announcement

#: Sets the scene without saying anything about a measure.
SCENE = "Government forces and rebels have fought over the province for months."


@lru_cache(maxsize=1)
def the_detector() -> Detector:
    """Return the detector of all our languages, loaded once."""
    return Detector.load(("en", "es"))


def read(sentence: str, title: str = "News from the front", text: str = SCENE) -> tuple[Announcement, ...]:
    """Return what an article announces whose text is a scene and one sentence."""
    return the_detector().announcements(an_article(title=title, text=f"{text} {sentence}"))


def the_one(act: str, text: str, year: int, title: str = "News from the front", source: str = "wire") -> Announcement:
    """Return the one announcement of an act ("family/act") in an article of a June."""
    article = an_article(title=title, text=text, source=source, published=datetime(year, 6, 5, tzinfo=UTC))
    (found,) = [a for a in the_detector().announcements(article) if f"{a.family}/{a.act}" == act]
    return found


def lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file of sentences, without its comments."""
    told = path.read_text(encoding="utf-8").splitlines()
    return (line for line in told if line and not line.startswith("#"))


def acts(sentence: str, title: str = "News from the front", text: str = SCENE) -> set[str]:
    """Return "family/act" of each announcement in a sentence."""
    return {f"{a.family}/{a.act}" for a in read(sentence, title, text)}
