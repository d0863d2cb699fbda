"""The detector behind a killable process finds what the same detector finds here."""

from collections.abc import Iterator

import pytest

from processors.detect.detector import Detector
from services.detection import LANGUAGES, IsolatedDetector
from tests.builders import an_article


@pytest.fixture(scope="module")
def isolated() -> Iterator[IsolatedDetector]:
    detector = IsolatedDetector.start(time_limit=20)
    yield detector
    detector.close()


@pytest.mark.parametrize(
    "text", ["The Syrian army declared a ceasefire in Aleppo on Friday.", "Bakers raised the price of bread."]
)
def test_it_finds_the_same(isolated: IsolatedDetector, text: str) -> None:
    article = an_article(title=text, text=text)
    assert isolated.announcements(article) == Detector.load(LANGUAGES).announcements(article)
