"""``tocsin dead-letters``: see what a stage could not process, and bring it back."""

from typing import Annotated

import typer

from services import dead_letters
from services.commands.output import AsJson, in_words, plain, show, show_block, show_json
from services.commands.reading import with_log
from services.commands.session import CommandError, session_of
from tocsin.events import RecordDeadLettered

app = typer.Typer(help="Records that a stage could not process.", no_args_is_help=True)

Stage = Annotated[str, typer.Argument(help="The stage that failed, e.g. detect.")]
Topic = Annotated[str, typer.Argument(help="The record's topic, e.g. tocsin.articles.")]
Partition = Annotated[int, typer.Argument(help="Its partition.")]
Position = Annotated[int, typer.Argument(help="Its position.")]


@app.command("list")
def list_letters(
    ctx: typer.Context,
    stage: Annotated[str | None, typer.Option(help="Only those of this stage, e.g. detect.")] = None,
    as_json: AsJson = False,
) -> None:
    """List dead letters in the order of their records, each with the command that puts it back.

    They stay listed when they were put back: the log forgets nothing.
    """
    letters = with_log(session_of(ctx), lambda log: dead_letters.letters(log, stage))
    if as_json:
        show_json(letters)
    elif not letters:
        show("no dead letters")
    else:
        for letter in letters:
            show_block(_head(letter), letter.error, letter.put_back)


@app.command("show")
def show_letter(
    ctx: typer.Context,
    stage: Stage,
    topic: Topic,
    partition: Partition,
    position: Position,
    as_json: AsJson = False,
) -> None:
    """Show one dead letter whole: the record as it was, the error and where it was raised."""
    letters = with_log(session_of(ctx), lambda log: dead_letters.letters(log, stage))
    place = (topic, partition, position)
    found = [one for one in letters if (one.original_topic, one.original_partition, one.original_position) == place]
    if not found:
        raise CommandError(_unknown(f"stage {stage} has no dead letter from {topic}[{partition}]@{position}"))
    letter = found[-1]
    if as_json:
        show_json(letter)
        return
    show_block(_head(letter), f"key {letter.original_key}, id {letter.original_id}", f"put back: {letter.put_back}")
    show(f"\n[bold]Record[/bold]{' (base64)' if letter.is_base64 else ''}\n{plain(letter.value)}")
    show(f"\n[bold]Error[/bold]\n{plain(letter.traceback or letter.error)}")


@app.command("put-back")
def put_back(ctx: typer.Context, stage: Stage, topic: Topic, partition: Partition, position: Position) -> None:
    """Append a dead letter's record to its topic again, and those held back behind it."""
    try:
        count = with_log(session_of(ctx), lambda log: dead_letters.put_back(log, stage, topic, partition, position))
    except LookupError as error:
        raise CommandError(_unknown(str(error.args[0]))) from error
    show(f"{count} put back into {topic}; the {stage} stage takes them up like any other")


def _head(letter: RecordDeadLettered) -> str:
    place = f"{letter.original_topic}[{letter.original_partition}]@{letter.original_position}"
    return f"[bold]{plain(letter.stage)}[/bold] {plain(place)} {plain(letter.original_type)} {in_words(letter.at)} UTC"


def _unknown(what: str) -> str:
    return f"{what}; tocsin dead-letters list shows which there are"
