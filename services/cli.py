"""The command line. Only names the commands; each lives in ``services/commands``.

Exit codes: 0 all is well, 1 a problem was found, 2 the command was used wrongly (bad arguments, files, settings).
"""

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ingest.catalogue import CatalogueError
from ingest.opml import OpmlError
from services.articles_file import ArticlesFileError
from services.commands import dead_letters, doctor, evaluate, explain, feeds, log, stages, storylines, texts
from services.commands.session import CommandError, ProblemError, Session
from services.evaluation import GoldError
from services.names import NamesTakenError
from services.settings import SettingsError
from services.worker import PoisonRunError
from tocsin.log.base import LogUnavailableError, TruncatedError

_USED_WRONGLY = (ArticlesFileError, CatalogueError, CommandError, GoldError, NamesTakenError, OpmlError, SettingsError)
_FOUND_PROBLEMS = (LogUnavailableError, PoisonRunError, ProblemError, TruncatedError)


class _OneLineErrors(TyperGroup):
    """Turns expected errors into one line on standard error and an exit code: no tracebacks for what users can mend."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except _USED_WRONGLY as error:
            _say(error)
            raise typer.Exit(2) from error
        except _FOUND_PROBLEMS as error:
            _say(error)
            raise typer.Exit(1) from error


def _say(error: Exception) -> None:
    sys.stderr.write(f"tocsin: {error}\n")


app = typer.Typer(
    name="tocsin",
    cls=_OneLineErrors,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Watches newswires for sieges, ceasefires and ultimatums, and alerts when a new announcement supersedes "
    "or contradicts an earlier one.",
)


@app.callback()
def _begin(
    ctx: typer.Context,
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Settings file; else TOCSIN_CONFIG, else tocsin.toml.")
    ] = None,
) -> None:
    ctx.obj = Session(config)


def show_version() -> None:
    """Print the version."""
    typer.echo(f"tocsin {version('tocsin')}")


app.command("run")(stages.run_all)
app.command("ingest")(stages.ingest)
app.command("detect")(texts.detect)
app.command("relate")(stages.relate)
app.command("deliver")(stages.deliver)
app.add_typer(feeds.app, name="feeds")
app.command("storylines")(storylines.list_storylines)
app.command("explain")(explain.explain)
app.add_typer(log.app, name="log")
app.add_typer(dead_letters.app, name="dead-letters")
app.command("replay")(texts.replay_file)
app.command("eval")(evaluate.evaluate_gold)
app.command("doctor")(doctor.examine)
app.command("version")(show_version)


def main() -> None:
    """Run the program."""
    app()


if __name__ == "__main__":
    main()
