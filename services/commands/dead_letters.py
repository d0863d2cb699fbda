"""``tocsin dead-letters``: bring back what a stage could not process."""

from typing import Annotated

import typer

from services import dead_letters
from services.commands.output import show
from services.commands.reading import with_log
from services.commands.session import CommandError, session_of

app = typer.Typer(help="Records that a stage could not process.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``put-back`` a command of its own though it is the only one."""


@app.command("put-back")
def put_back(
    ctx: typer.Context,
    stage: Annotated[str, typer.Argument(help="The stage that failed, e.g. detect.")],
    topic: Annotated[str, typer.Argument(help="The record's topic.")],
    partition: Annotated[int, typer.Argument(help="Its partition.")],
    position: Annotated[int, typer.Argument(help="Its position.")],
) -> None:
    """Append a dead letter's record to its topic again, and those held back behind it."""
    try:
        count = with_log(session_of(ctx), lambda log: dead_letters.put_back(log, stage, topic, partition, position))
    except LookupError as error:
        raise CommandError(f"{error.args[0]}; tocsin log show dead-letters lists them") from error
    show(f"{count} put back into {topic}; the {stage} stage takes them up like any other")
