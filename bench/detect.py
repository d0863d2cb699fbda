"""Articles a second through detect, against a plain keyword scan of the same text: ``python bench/detect.py``.

Reads the world stream and the gold articles of the shared material beside the checkout. The reference is one regular
expression of the families' keywords over title and text: what a keyword alert costs.
"""

import gzip
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from processors.detect.detector import Detector
from tocsin.vocabulary import Article

SHARED = Path(__file__).resolve().parents[2] / "shared"
KEYWORDS = re.compile(r"\b(?:truces?|cease-?fires?|sieges?|besieged|blockades?|ultimatums?|humanitarian pause)\b", re.I)
_ARTICLES = 12_000
_LONG = 1_500  # characters of a full-length article
_REPEATS = 3
_WORLD_TARGET, _RELEVANT_TARGET = 2_000, 50


def main() -> None:
    """Print articles a second for the world stream and for full-length relevant articles, with ratios."""
    detector = Detector.load()
    with gzip.open(SHARED / "streams" / "sudan_2023.jsonl.gz", "rt") as stream:
        world = list(islice(_articles(stream), _ARTICLES))
    report("world stream", world, detector, _WORLD_TARGET)
    gold = (
        a
        for path in sorted((SHARED / "gold").glob("*.articles.jsonl"))
        for a in _articles(path.read_text("utf-8").splitlines())
    )
    relevant = [a for a in gold if len(a.text) >= _LONG and detector.announcements(a)]
    report("full-length, relevant", relevant, detector, _RELEVANT_TARGET)


def report(name: str, articles: Sequence[Article], detector: Detector, target: int) -> None:
    """Print the best of a few runs of detector and reference."""
    ours = max(_rate(articles, detector.announcements) for _ in range(_REPEATS))
    keywords = max(_rate(articles, _keywords) for _ in range(_REPEATS))
    print(f"{name}: {len(articles)} articles, detect {ours:,.0f}/s (target {target:,})", end=", ")
    print(f"keyword scan {keywords:,.0f}/s, ratio {ours / keywords:.3f}")


def _keywords(article: Article) -> object:
    return KEYWORDS.findall(article.title), KEYWORDS.findall(article.text)


def _rate(articles: Sequence[Article], work: Callable[[Article], object]) -> float:
    start = time.perf_counter()
    for article in articles:
        work(article)
    return len(articles) / (time.perf_counter() - start)


def _articles(lines: Iterable[str]) -> Iterable[Article]:
    for line in lines:
        row = json.loads(line)
        moment = datetime.fromisoformat(row["published"]).astimezone(UTC) if row["published"] else None
        yield Article(
            id=row["id"],
            feed_id="bench",
            source=row["source"],
            publisher=row["source"],
            url=row["url"] or "",
            title=row["title"] or "",
            text=row["text"] or "",
            lang=row["lang"] or "en",
            published=moment,
            observed=moment or datetime(2000, 1, 1, tzinfo=UTC),
        )


if __name__ == "__main__":
    main()
