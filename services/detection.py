"""The detector with its analysis in a process that is killed when an article takes too long.

Only articles with a trigger word travel there: the scan for those is linear, and most articles have none.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from processors.detect.detector import Detector, has_trigger
from processors.detect.lexicon import Lexicon, load
from services.isolation import Isolated
from tocsin.vocabulary import Announcement, Article

LANGUAGES = ("en",)
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

    def __init__(self, lexicons: Sequence[Lexicon], isolated: Isolated[Article, tuple[Announcement, ...]]) -> None:
        super().__init__(lexicons)
        self._isolated = isolated

    @classmethod
    def start(cls, time_limit: float) -> "IsolatedDetector":
        """Start the process and return its detector; ``close`` ends it."""
        return cls([load(language) for language in LANGUAGES], Isolated(load_analysis, time_limit))

    def announcements(self, article: Article) -> tuple[Announcement, ...]:
        """Return what an article announces. Raises TimeoutError, and pebble.ProcessExpired when the process died."""
        lexicon = self._lexicon(article.lang)
        if lexicon is None or not has_trigger(article, lexicon):
            return ()
        return self._isolated(article)

    def close(self) -> None:
        """End the process."""
        self._isolated.close()
