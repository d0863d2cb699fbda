"""Detect over gold sets and score each and all together: ``python tools/gold_errors.py [--errors N] [--sets mixed,…]``.

Reads the shared evaluation material beside the checkout, or the sets of ``--gold FOLDER``; prints what the scorer there
says.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from processors.detect.detector import Detector
from tocsin.vocabulary import Announcement, Article, ClaimedTime

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"


def read(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def as_article(row: dict[str, Any]) -> Article:
    """Return a gold article as the poller would have published it."""
    published = datetime.fromisoformat(row["published"]).astimezone(UTC) if row["published"] else None
    return Article(
        id=row["id"],
        feed_id="gold",
        source=row["source"],
        publisher=row["source"],
        url=row["url"] or "",
        title=row["title"] or "",
        text=row["text"] or "",
        lang=row.get("lang") or "en",
        published=published,
        observed=published or datetime(2000, 1, 1, tzinfo=UTC),
    )


def as_row(found: Announcement) -> dict[str, Any]:
    """Return an announcement as the scorer reads it."""

    def local(claimed: ClaimedTime | None) -> str | None:
        return claimed.local if claimed else None

    return {
        "article_id": found.article_id,
        "family": found.family,
        "act": found.act,
        "issuer": found.issuer,
        "target": found.target,
        "place": [{"name": p.name, "country": p.country} for p in found.place],
        "start": local(found.start),
        "end": local(found.end),
        "deadline": local(found.deadline),
        "background": found.is_background,
        "quote": found.quote,
        "rule": found.evidence.rule if found.evidence else "",
    }


def score(labels: Path, rows: list[dict[str, Any]], folder: Path, errors: int) -> dict[str, Any]:
    """Return what the shared scorer says of the rows."""
    out = folder / "out.jsonl"
    out.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, str(GOLD / "score.py"), "detect", str(labels), str(out), "--errors", str(errors)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))  # noqa: S603


def main() -> None:
    """Score every set, then all together."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--sets", default="")
    parser.add_argument("--gold", type=Path, default=GOLD)
    args = parser.parse_args()
    detector = Detector.load()
    stems = [p.name.removesuffix(".labels.jsonl") for p in sorted(args.gold.glob("*.labels.jsonl"))]
    stems = [s for s in stems if not args.sets or any(w in s for w in args.sets.split(","))]
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for stem in stems:
            found = [
                as_row(a)
                for r in read(args.gold / f"{stem}.articles.jsonl")
                for a in detector.announcements(as_article(r))
            ]
            report(stem, score(args.gold / f"{stem}.labels.jsonl", found, folder, 0))
            rows += found
        every = folder / "all.jsonl"
        every.write_text(
            "".join((args.gold / f"{s}.labels.jsonl").read_text(encoding="utf-8") for s in stems), encoding="utf-8"
        )
        total = score(every, rows, folder, args.errors)
    report("all", total)
    print("\n".join(f"  {k}: {v}" for k, v in total["per_act"].items()))
    rules = {(r["article_id"], r["quote"], f"{r['family']}/{r['act']}"): r["rule"] for r in rows}
    for e in total["errors"]:
        rule = rules.get((e["article_id"], e["quote"], e.get("extra", "")), "")
        print(
            "MISSED" if "missed" in e else "EXTRA ",
            e.get("missed") or e.get("extra"),
            rule,
            e["article_id"],
            "|",
            e["quote"],
        )


def report(name: str, result: dict[str, Any]) -> None:
    """Print one line of scores."""
    act, news, slots = result["all.family_act"], result["news.family_act"], result["all.slots"]
    alarm = result["false_alarm_rate"]
    print(
        f"{name:22} act F1 {act['f1']:.3f} P {act['precision']:.3f} R {act['recall']:.3f} news {news['f1']:.3f} ",
        end="",
    )
    print(f"family {result['all.family']['f1']:.3f} alarms {alarm} {slots}")


if __name__ == "__main__":
    main()
