"""The detector with its analysis in a process that is killed when an article takes too long.

Only articles with a trigger word travel there: the scan for those is linear, and most articles have none.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from processors.detect.detector import Detector
from processors.detect.packs import Pack, load_pack
from services.isolation import Isolated
from tocsin.vocabulary import Announcement, Article

LANGUAGES = ("en", "es")
Analysis = Callable[[Article], tuple[Announcement, ...]]

_FIRST = Article(
    id="first",
    feed_id="",
    source="",
    publisher="",
    url="",
    title="Army declares ceasefire in Aleppo",
    text="The Syrian army declared a ceasefire in Aleppo until Friday evening.",
    lang="en",
    published=datetime(2016, 11, 2, 18, 0, tzinfo=UTC),
    observed=datetime(2016, 11, 2, 18, 0, tzinfo=UTC),
)


def load_analysis() -> Analysis:
    """Return the analysis of one article: what the killable process builds when it starts.

    It reads a first article at once, so that loading the gazetteer counts against no real one's time limit.
    """
    analysis = Detector.load(LANGUAGES).announcements
    analysis(_FIRST)
    return analysis


class IsolatedDetector(Detector):
    """A detector whose analysis may hang. ``announcements`` blocks: call it from a thread."""

    def __init__(self, packs: Sequence[Pack], isolated: Isolated[Article, tuple[Announcement, ...]]) -> None:
        super().__init__(packs)
        self._isolated = isolated

    @classmethod
    def start(cls, time_limit: float) -> "IsolatedDetector":
        """Start the process and return its detector; ``close`` ends it."""
        return cls([load_pack(language) for language in LANGUAGES], Isolated(load_analysis, time_limit))

    def announcements(self, article: Article) -> tuple[Announcement, ...]:
        """Return what an article announces. Raises TimeoutError, and pebble.ProcessExpired when the process died."""
        return self._isolated(article) if self.opens(article) else ()

    def close(self) -> None:
        """End the process."""
        self._isolated.close()
