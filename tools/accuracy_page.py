"""Write the figures of `tocsin eval FOLDER --json` (on standard input) into docs/accuracy.md, between its two markers.

Run it after a change of detect or relate: ``tocsin eval ../shared/gold --json | python tools/accuracy_page.py
docs/accuracy.md``. Everything else on the page is written by hand.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

_BEGIN, _END = "<!-- figures:begin -->", "<!-- figures:end -->"
_SLOTS = ("issuer", "target", "place", "start", "end", "deadline", "background")


def fill(page: str, scores: dict[str, Any]) -> str:
    """Return the page with its figures made anew; whatever stood between the markers is gone."""
    head, rest = page.split(_BEGIN)
    _, tail = rest.split(_END)
    figures = "\n\n".join(_tables(scores))
    return f"{head}{_BEGIN}\n{figures}\n{_END}{tail}"


def _tables(scores: dict[str, Any]) -> Iterator[str]:
    yield "Announcements (F1; false alarms: share of the articles without labels that got one):"
    yield _table(
        ("set", "articles", "family", "family + act", "news only", "false alarms"), map(_found, scores.items())
    )
    yield "Slots of the announcements found (share right):"
    yield _table(("set", *_SLOTS), ((name, *_slots(one)) for name, one in scores.items()))
    yield "Alerts (F1):"
    sequences = [(name, one) for name, one in scores.items() if one["alerts"]]
    heads = ("set", "relation", "+ family", "+ earlier statement", "+ kind", "alerts per 100 articles")
    yield _table(heads, map(_related, sequences))
    yield "Family and act, all sets together (F1):"
    yield _table(("act", "F1"), ((act, _figure(f1)) for act, f1 in scores["all"]["detect"]["per_act"].items()))
    yield "The commonest confusions: " + "; ".join(scores["all"]["detect"]["confusions"][:8]) + "."


def _found(entry: tuple[str, Any]) -> tuple[str, ...]:
    name, one = entry
    detect = one["detect"]
    f1 = [_figure(detect[part]["f1"]) for part in ("all.family", "all.family_act", "news.family_act")]
    return name, str(one["articles"]), *f1, _figure(detect["false_alarm_rate"])


def _slots(one: Any) -> list[str]:
    return [_figure(one["detect"]["all.slots"].get(slot)) for slot in _SLOTS]


def _related(entry: tuple[str, Any]) -> tuple[str, ...]:
    name, one = entry
    alerts = one["alerts"]
    measures = ("relation", "relation_family", "relation_family_earlier", "kind_family_earlier")
    return name, *(_figure(alerts[measure]["f1"]) for measure in measures), str(alerts["alerts_per_100_articles"])


def _table(heads: Sequence[str], rows: Any) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _figure(share: float | None) -> str:
    return "–" if share is None else f"{share:.3f}"


if __name__ == "__main__":
    path = Path(sys.argv[1])
    path.write_text(fill(path.read_text(encoding="utf-8"), json.load(sys.stdin)), encoding="utf-8")
