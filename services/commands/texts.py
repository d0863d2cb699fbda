"""``tocsin detect FILE`` and ``tocsin replay FILE``: files of articles to announcements and to alerts."""

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from processors.detect.detector import Detector
from services.articles_file import read_articles
from services.commands.output import plain, progress_bars, refuse_unwritable, show, write_lines
from services.commands.session import CommandError, LogUrl, ProblemError, session_of
from services.commands.stages import run_one
from services.detection import LANGUAGES
from services.gold_lines import alert_line, announcement_line
from services.replay import Replayed, replay

_ARTICLES = "Articles, one JSON object a line (.jsonl or .jsonl.gz)."
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Where to write; standard output if not given.")]


def detect(
    ctx: typer.Context,
    articles: Annotated[
        Path | None,
        typer.Argument(help=_ARTICLES, show_default=False),
    ] = None,
    output: Output = None,
    log_url: LogUrl = None,
) -> None:
    """Run the detect stage; with a file, write the announcements of its articles instead."""
    if articles is None:
        if output is not None:
            raise CommandError("-o needs a file of articles: tocsin detect ARTICLES.jsonl -o ANNOUNCEMENTS.jsonl")
        run_one(ctx, "detect")
        return
    refuse_unwritable(output)
    found = read_articles(articles)
    detector = Detector.load(LANGUAGES)
    rows: list[Mapping[str, object]] = []
    with progress_bars() as report:
        for done, article in enumerate(found, start=1):
            rows += map(announcement_line, detector.announcements(article))
            report("detect", done, len(found))
    count = write_lines(output, rows)
    if output is not None:
        show(f"{count} announcements in {len(found)} articles: {plain(output)}")


def replay_file(
    ctx: typer.Context,
    articles: Annotated[Path, typer.Argument(help=_ARTICLES)],
    output: Output = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="Keep the replay's log in this new file; else it is dropped.")
    ] = None,
) -> None:
    """Run history through detect and relate, in article time, and write the alerts. Delivers nothing."""
    refuse_unwritable(output)
    if log is not None and log.exists():
        raise CommandError(f"{log}: exists already; a replay starts a log of its own, so name a new file")
    found = read_articles(articles)
    settings = session_of(ctx).quiet_settings
    with _log_file(log) as path, progress_bars() as report:
        replayed = asyncio.run(replay(found, path, settings, report))
    write_lines(output, [alert_line(alert, replayed) for alert in replayed.alerts])
    if output is not None:
        show(plain(_summary(replayed, output)))
    if dead := replayed.counts.get("record.dead-lettered.v1", 0):
        raise ProblemError(f"{dead} articles or announcements could not be processed; see the errors above")


def _summary(replayed: Replayed, output: Path) -> str:
    counts = replayed.counts
    articles = counts.get("article.published.v1", 0)
    edits = counts.get("article.revised.v1", 0)
    return (
        f"{articles} articles, {edits} edits, {counts.get('announcement.detected.v1', 0)} announcements, "
        f"{len(replayed.deadlines)} deadlines passed, {len(replayed.alerts)} alerts: {output}"
    )


@contextlib.contextmanager
def _log_file(kept: Path | None) -> Iterator[Path]:
    if kept is not None:
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="tocsin-replay-") as folder:
        yield Path(folder) / "replay.db"
