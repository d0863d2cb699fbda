"""``tocsin dead-letters``: see what a stage could not process, and retry or discard it."""

import getpass
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated

import msgspec
import typer

from services import dead_letters
from services.commands.output import AsJson, counted, in_words, plain, show, show_block, show_json
from services.commands.reading import with_log
from services.commands.session import CommandError, LogUrl, session_of
from services.dead_letters import Letter, LetterPlace, NotFirstError, SettledError, Settlement, told
from tocsin.clock import SystemClock
from tocsin.log.base import EventLog

app = typer.Typer(help="Records that a stage could not process.", no_args_is_help=True)

Stage = Annotated[str, typer.Argument(help="The stage that failed, e.g. detect.")]
Topic = Annotated[str, typer.Argument(help="The record's topic, e.g. tocsin.articles.")]
Partition = Annotated[int, typer.Argument(help="Its partition.")]
Position = Annotated[int, typer.Argument(help="Its position.")]


By = Annotated[str, typer.Option(default_factory=getpass.getuser, help="Who decides it.", show_default="your login")]


@app.command("list")
def list_letters(
    ctx: typer.Context,
    stage: Annotated[str | None, typer.Option(help="Only those of this stage, e.g. detect.")] = None,
    is_all: Annotated[bool, typer.Option("--all", help="Also those that were retried or discarded.")] = False,
    as_json: AsJson = False,
    log_url: LogUrl = None,
) -> None:
    """List dead letters in the order of their records, each with the command that retries it."""
    found = with_log(session_of(ctx), lambda log: dead_letters.letters(log, stage))
    letters = [letter for letter in found if is_all or letter.settled is None]
    if as_json:
        show_json([_as_json(letter) for letter in letters])
    elif not letters:
        show("no dead letters")
    else:
        for letter in letters:
            show_block(_head(letter), letter.fact.error, _fate(letter))


@app.command("show")
def show_letter(
    ctx: typer.Context,
    stage: Stage,
    topic: Topic,
    partition: Partition,
    position: Position,
    as_json: AsJson = False,
    log_url: LogUrl = None,
) -> None:
    """Show one dead letter whole: the record as it was, the error and where it was raised."""
    place = LetterPlace(stage, topic, partition, position)
    letters = with_log(session_of(ctx), lambda log: dead_letters.letters(log, stage))
    letter = next((one for one in letters if one.place == place), None)
    if letter is None:
        raise CommandError(_unknown(f"stage {stage} has no dead letter from {place}"))
    if as_json:
        show_json(_as_json(letter))
        return
    fact = letter.fact
    show_block(_head(letter), f"key {fact.original_key}, id {fact.original_id}", _fate(letter))
    show(f"\n[bold]Record[/bold]{' (base64)' if fact.is_base64 else ''}\n{plain(fact.value)}")
    show(f"\n[bold]Error[/bold]\n{plain(fact.traceback or fact.error)}")


@app.command("retry")
def retry(
    ctx: typer.Context,
    stage: Stage,
    topic: Topic,
    partition: Partition,
    position: Position,
    by: By,
    log_url: LogUrl = None,
) -> None:
    """Append a dead letter's record to its topic again, and those held back behind it."""
    count = _settle(ctx, dead_letters.retry, LetterPlace(stage, topic, partition, position), by)
    show(f"{counted(count, 'record')} appended to {topic} again; the {stage} stage takes them up like any other")


@app.command("discard")
def discard(
    ctx: typer.Context,
    stage: Stage,
    topic: Topic,
    partition: Partition,
    position: Position,
    by: By,
    is_sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    log_url: LogUrl = None,
) -> None:
    """Give a dead letter's record up: the stage never decides it. Those held back behind it are retried."""
    place = LetterPlace(stage, topic, partition, position)
    if not is_sure:
        _ask(place)
    count = _settle(ctx, dead_letters.discard, place, by)
    show(f"discarded; {counted(count, 'record')} held back behind it appended to {topic} again")


def _ask(place: LetterPlace) -> None:
    if not sys.stdin.isatty():
        raise CommandError(f"the record from {place} would be given up for good: say --yes")
    typer.confirm(f"Give the record from {place} up for good?", abort=True)


def _settle(
    ctx: typer.Context,
    how: Callable[[EventLog, LetterPlace, str, datetime], Awaitable[int]],
    place: LetterPlace,
    by: str,
) -> int:
    now = SystemClock().now()
    try:
        return with_log(session_of(ctx), lambda log: how(log, place, by, now))
    except LookupError as error:
        raise CommandError(_unknown(str(error.args[0]))) from error
    except (SettledError, NotFirstError) as error:
        raise CommandError(str(error)) from error


def _as_json(letter: Letter) -> dict[str, object]:
    return {**msgspec.structs.asdict(letter.fact), "settled": letter.settled and _settled_as_json(letter.settled)}


def _settled_as_json(settled: Settlement) -> dict[str, object]:
    return {"how": settled.wire, "by": settled.by, "at": settled.at}


def _fate(letter: Letter) -> str:
    return told(letter.settled) if letter.settled else letter.fact.put_back


def _head(letter: Letter) -> str:
    fact = letter.fact
    return f"[bold]{plain(fact.stage)}[/bold] {plain(letter.place)} {plain(fact.original_type)} {in_words(fact.at)} UTC"


def _unknown(what: str) -> str:
    return f"{what}; tocsin dead-letters list --all shows which there are"
