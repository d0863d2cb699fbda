"""Scores the detector and the whole pipeline on a folder of gold sets, with that folder's own ``score.py``.

Each set is read and replayed on its own. A set whose name holds ``mixed`` is unrelated single articles: announcements
only. The totals are micro-averages over all sets together.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec

from processors.detect.detector import Detector
from services.articles_file import read_articles
from services.detection import LANGUAGES
from services.gold_lines import Line, alert_line, announcement_line
from services.replay import Progress, replay
from services.settings import Settings
from tocsin.vocabulary import Article

What = Literal["detect", "alerts"]
Scores = dict[str, Any]  # the scorer's own JSON
_ARTICLES, _LABELS = ".articles.jsonl", ".labels.jsonl"
_SCORER_TIME = 120  # seconds


class GoldError(ValueError):
    """The folder is no gold folder. The message names the file and what to do."""


@dataclass(frozen=True, slots=True)
class GoldSet:
    """One set of articles with its labels."""

    name: str
    articles: Path
    labels: Path

    @property
    def has_alerts(self) -> bool:
        """Whether its articles are a sequence."""
        return "mixed" not in self.name


@dataclass(frozen=True, slots=True)
class SetScores:
    """A set's scores; ``alerts`` is None where its articles are no sequence."""

    name: str
    articles: int
    detect: Scores
    alerts: Scores | None


def gold_sets(folder: Path) -> list[GoldSet]:
    """Return the folder's sets by name. Raises GoldError where the scorer, the sets or their labels are missing."""
    if not (folder / "score.py").is_file():
        raise GoldError(f"{folder}: no score.py there; name the folder that holds the gold sets and their scorer")
    sets = [
        GoldSet(path.name.removesuffix(_ARTICLES), path, path.with_name(path.name.replace(_ARTICLES, _LABELS)))
        for path in sorted(folder.glob(f"*{_ARTICLES}"))
    ]
    if not sets:
        raise GoldError(f"{folder}: no *{_ARTICLES} there; name the folder that holds the gold sets")
    for one in sets:
        if not one.labels.is_file():
            raise GoldError(f"{one.labels}: missing; {one.articles.name} needs its labels beside it")
    return sets


def evaluate(folder: Path, settings: Settings, errors: int, progress: Progress) -> list[SetScores]:
    """Return each set's scores, and last, under the name ``all``, those of all sets together."""
    sets, detector = gold_sets(folder), Detector.load(LANGUAGES)
    scorer = _Scorer(folder / "score.py", errors)
    scored: list[SetScores] = []
    for number, gold in enumerate(sets):
        progress("sets", number, len(sets))
        scored.append(_score_set(gold, detector, settings, scorer))
    progress("sets", len(sets), len(sets))
    articles = sum(one.articles for one in scored)
    return [*scored, SetScores("all", articles, scorer.total("detect") or {}, scorer.total("alerts"))]


def _score_set(gold: GoldSet, detector: Detector, settings: Settings, scorer: "_Scorer") -> SetScores:
    articles, labels = read_articles(gold.articles), _read_labels(gold.labels)
    announcements = [announcement_line(a) for article in articles for a in detector.announcements(article)]
    detect = scorer.score("detect", labels, announcements)
    alerts = scorer.score("alerts", labels, _alerts(articles, settings)) if gold.has_alerts else None
    return SetScores(gold.name, len(articles), detect, alerts)


def _alerts(articles: Sequence[Article], settings: Settings) -> list[Line]:
    with tempfile.TemporaryDirectory(prefix="tocsin-eval-") as folder:
        replayed = asyncio.run(replay(articles, Path(folder) / "replay.db", settings, lambda *_: None))
    return [alert_line(alert, replayed) for alert in replayed.alerts]


def _read_labels(path: Path) -> list[Line]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except ValueError as error:
        raise GoldError(f"{path}: {error}; each line must be one article's labels as JSON") from error


class _Scorer:
    """Runs the scorer, and keeps what it scored for the totals."""

    def __init__(self, script: Path, errors: int) -> None:
        self._script, self._errors = script, errors
        self._seen: dict[What, tuple[list[Line], list[Line]]] = {"detect": ([], []), "alerts": ([], [])}

    def score(self, what: What, labels: Sequence[Line], found: Sequence[Line]) -> Scores:
        all_labels, all_found = self._seen[what]
        all_labels += labels
        all_found += found
        return self._run(what, labels, found)

    def total(self, what: What) -> Scores | None:
        """Return the scores of all that was scored, None where nothing was."""
        labels, found = self._seen[what]
        return self._run(what, labels, found) if labels else None

    def _run(self, what: What, labels: Sequence[Line], found: Sequence[Line]) -> Scores:
        with tempfile.TemporaryDirectory(prefix="tocsin-score-") as folder:
            paths = Path(folder) / "labels.jsonl", Path(folder) / "found.jsonl"
            for path, rows in zip(paths, (labels, found), strict=True):
                path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
            arguments = [sys.executable, str(self._script), what, *map(str, paths), "--errors", str(self._errors)]
            done = subprocess.run(arguments, capture_output=True, text=True, timeout=_SCORER_TIME, check=False)  # noqa: S603  the folder's own scorer, which the user named
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:] or ["no message"]
            raise GoldError(f"{self._script} {what}: {last[0]}; check the labels with the folder's check.py")
        scores: Scores = json.loads(done.stdout)
        return scores
