"""``tocsin eval FOLDER``: how well announcements and alerts agree with gold labels."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from services.commands.output import AsJson, plain, progress_bars, show, show_json, show_table
from services.commands.session import session_of
from services.evaluation import SetScores, evaluate

Cell = Callable[[SetScores], object]


def _f1(part: str, view: str) -> Cell:
    """Return what reads an F1 of a set, as percent."""

    def read(scores: SetScores) -> object:
        found: Mapping[str, Any] | None = getattr(scores, part)
        return None if found is None else found[view]["f1"]

    return read


def _slot(name: str) -> Cell:
    return lambda scores: scores.detect["all.slots"][name]


ANNOUNCEMENTS: Mapping[str, Cell] = {
    "set": lambda scores: scores.name,
    "articles": lambda scores: scores.articles,
    "family": _f1("detect", "all.family"),
    "family_act": _f1("detect", "all.family_act"),
    "family_act_news": _f1("detect", "news.family_act"),
    "false_alarm_rate": lambda scores: scores.detect["false_alarm_rate"],
}
SLOTS: Mapping[str, Cell] = {"set": lambda scores: scores.name} | {
    name: _slot(name) for name in ("issuer", "target", "place", "start", "end", "deadline", "background")
}
ALERTS: Mapping[str, Cell] = {
    "set": lambda scores: scores.name,
    "relation": _f1("alerts", "relation"),
    "relation_family": _f1("alerts", "relation_family"),
    "relation_family_earlier": _f1("alerts", "relation_family_earlier"),
    "kind_family_earlier": _f1("alerts", "kind_family_earlier"),
    "alerts_per_100_articles": lambda scores: scores.alerts and scores.alerts["alerts_per_100_articles"],
}


def evaluate_gold(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The gold folder: *.articles.jsonl, *.labels.jsonl, score.py.")],
    errors: Annotated[int, typer.Option(min=0, help="Show the first N misses and extras of each set.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Score announcements and alerts against gold labels, each set on its own and all together."""
    with progress_bars() as report:
        scored = evaluate(folder, session_of(ctx).quiet_settings, errors, report)
    if as_json:
        show_json({one.name: {"articles": one.articles, "detect": one.detect, "alerts": one.alerts} for one in scored})
        return
    _show("Announcements (F1; false alarms: share of articles without labels)", ANNOUNCEMENTS, scored)
    _show("Slots of matched announcements (share right)", SLOTS, scored)
    _show("Alerts (F1)", ALERTS, [one for one in scored if one.alerts is not None])
    if errors:
        _show_errors(scored[:-1])


def _show(title: str, cells: Mapping[str, Cell], scored: Sequence[SetScores]) -> None:
    rows = [{name: cell(one) for name, cell in cells.items()} for one in scored]
    show_table(title, list(cells), rows)


def _show_errors(scored: Sequence[SetScores]) -> None:
    for one in scored:
        for part, scores in (("announcements", one.detect), ("alerts", one.alerts or {})):
            for error in scores.get("errors", []):
                verdict = "missed" if "missed" in error else "extra"
                show(
                    f"[bold]{plain(one.name)}[/bold] {part}: {verdict} {plain(error[verdict])}, "
                    f"{plain(error['article_id'])}: {plain(error['quote'])}"
                )
