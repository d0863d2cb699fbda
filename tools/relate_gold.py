"""Scores relate alone: the labelled announcements go in, the alerts are held against the labelled ones.

Usage: python tools/relate_gold.py GOLD_FOLDER

What the detector would miss or misread plays no part, so this is the most that
alerts can reach with the table as it is.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.relate.stage import RelateCore
from tocsin.events import AlertRaised, AnnouncementDetected
from tocsin.vocabulary import Announcement, ArticleRef, ClaimedTime, Place

_MEASURES = ("relation_family", "relation_family_earlier")
_UNKNOWN = datetime(2000, 1, 1, tzinfo=UTC)


def main(gold: Path) -> None:
    """Print F1 over the sequences of a folder; sets of unrelated articles hold no relations."""
    totals: dict[str, Counter[str]] = {measure: Counter() for measure in _MEASURES}
    for labels in sorted(gold.glob("*.labels.jsonl")):
        if "mixed" not in labels.name:
            scores = _scored(gold / "score.py", labels, list(_alerts(labels)))
            for measure in _MEASURES:
                totals[measure].update({key: scores[measure][key] for key in ("tp", "fp", "fn")})
            print(labels.name, *(f"{measure} {scores[measure]['f1']:.3f}" for measure in _MEASURES))
    for measure, total in totals.items():
        print(f"all {measure} {2 * total['tp'] / (2 * total['tp'] + total['fp'] + total['fn']):.3f}")


def _alerts(labels: Path) -> Iterator[dict[str, str]]:
    core = RelateCore.load()
    state = core.initial()
    for fact in _announcements(labels):
        state, said = core.decide(state, fact, fact.at)
        for alert in said:
            if isinstance(alert, AlertRaised):
                yield {
                    "article_id": alert.later.article.id,
                    "family": alert.family,
                    "relation": alert.relation,
                    "kind": alert.kind,
                    "earlier_article_id": alert.earlier.article.id,
                    "quote": alert.later.announcement.quote,
                }


def _announcements(labels: Path) -> Iterator[AnnouncementDetected]:
    articles = _lines(labels.with_name(labels.name.replace(".labels.", ".articles.")))
    told = {line["article_id"]: line["announcements"] for line in _lines(labels)}
    countries = Counter(p["country"] for found in told.values() for label in found for p in label["place"])
    common = countries.most_common(1)[0][0]
    seen = _UNKNOWN
    for article in articles:
        published = _time(article["published"])
        seen = published or seen
        ref = ArticleRef(
            id=article["id"],
            source=article["source"] or "",
            publisher=article["source"] or "",
            url=article["url"] or "",
            title=article["title"] or "",
            published=published,
            observed=seen,
        )
        for number, label in enumerate(sorted(told.get(article["id"], ()), key=_rank)):
            read = _announcement(label, f"{ref.id}/{number}", ref.id, common)
            yield AnnouncementDetected(at=seen, announcement=read, article=ref, detector="gold")


def _rank(label: Mapping[str, Any]) -> int:
    """Order an article's labels as the detector does: background, what is announced, what answers it, the end."""
    if label["background"]:
        return 0
    return {"ended": 3, "rejected": 2, "denied": 2, "violated": 2}.get(label["act"], 1)


def _announcement(label: Mapping[str, Any], name: str, article_id: str, common: str) -> Announcement:
    places = tuple(Place(**place) for place in label["place"] if place["country"])
    return Announcement(
        id=name,
        article_id=article_id,
        family=label["family"],
        act=label["act"],
        issuer=tuple(label["issuer"]),
        target=tuple(label["target"]),
        place=places,
        theatre=places[0].country if places else common,
        start=_claimed(label["start"]),
        end=_claimed(label["end"]),
        deadline=_claimed(label["deadline"]),
        is_background=label["background"],
        quote=label["quote"],
    )


def _claimed(text: str | None) -> ClaimedTime | None:
    moment = _time(text)
    if text is None or moment is None:
        return None
    return ClaimedTime(text=text, local=text, zone=None, earliest=moment, latest=moment)


def _time(text: str | None) -> datetime | None:
    if not text or len(text) < len("2016-11-04"):  # a month alone bounds nothing
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _scored(scorer: Path, labels: Path, alerts: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
        file.writelines(json.dumps(alert) + "\n" for alert in alerts)
        file.flush()
        command = [sys.executable, str(scorer), "alerts", str(labels), file.name]
        done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (our own script)
    scores: dict[str, Any] = json.loads(done.stdout)
    return scores


if __name__ == "__main__":
    main(Path(sys.argv[1]))
