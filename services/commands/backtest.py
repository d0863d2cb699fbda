"""``tocsin backtest OLD NEW ARTICLES``: the alerts that another version of the detector gains, loses and changes."""

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from services.articles_file import read_articles
from services.backtest import Alert, Changed, Comparison, VersionError, alerts_of, compared
from services.commands.output import AsJson, counted, plain, show, show_indented, show_json
from services.commands.session import CommandError

_VERSION = "'current', a checkout, a virtual environment with tocsin in it, or a file of alerts that replay wrote."


def backtest(
    old: Annotated[str, typer.Argument(help=f"The version to compare with: {_VERSION}", show_default=False)],
    new: Annotated[str, typer.Argument(help="The version that is to be judged, likewise.", show_default=False)],
    articles: Annotated[Path, typer.Argument(help="Articles, one JSON object a line (.jsonl or .jsonl.gz).")],
    as_json: AsJson = False,
) -> None:
    """Replay articles through two versions and show the alerts gained, lost and changed."""
    read_articles(articles)  # a bad file is told once and before anything runs
    result = compared(_alerts(old, articles), _alerts(new, articles))
    if as_json:
        show_json(result)
        return
    told = (f"{len(result.gained)} gained", f"{len(result.lost)} lost", f"{len(result.changed)} changed")
    show(f"[bold]{counted(result.same, 'alert')} alike, {', '.join(told)}[/bold]: {plain(old)} → {plain(new)}")
    _show(result)


def _alerts(version: str, articles: Path) -> list[Alert]:
    with tempfile.TemporaryDirectory(prefix="tocsin-backtest-") as folder:
        try:
            return alerts_of(version, articles, Path(folder))
        except VersionError as error:
            raise CommandError(str(error)) from error


def _show(result: Comparison) -> None:
    for alert in result.gained:
        _show_alert("+ gained", alert)
    for alert in result.lost:
        _show_alert("- lost", alert)
    for changed in result.changed:
        _show_changed(changed)


def _show_alert(what: str, alert: Alert) -> None:
    show()
    show(f"[bold]{what}[/bold]  {plain(alert['headline'])}")
    show_indented(f"{alert['family']} {alert['relation']} ({alert['kind']}), article {alert['article_id']}")
    show_indented(f"now: “{alert['quote']}”")
    show_indented(f"before, in {alert['earlier_article_id']}: “{alert['earlier_quote']}”")
    show_indented(f"why: {alert['reason']}")


def _show_changed(changed: Changed) -> None:
    show()
    show(f"[bold]~ changed[/bold]  {plain(changed.new['headline'])}")
    show_indented(f"{changed.new['family']} {changed.new['relation']}, article {changed.new['article_id']}")
    for field in changed.fields:
        show_indented(f"{field.replace('_', ' ')}: {changed.old[field]}")
        show_indented(f"→ {changed.new[field]}", indent=6)
