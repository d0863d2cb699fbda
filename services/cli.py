"""The command line. Only names the commands; each lives in ``services/commands`` and is imported when it is called.

Exit codes: 0 all is well, 1 a problem was found, 2 the command was used wrongly (bad arguments, files, settings).
The commands that run stages have those of ``services.stages`` besides: 70 failed, 78 misconfigured.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup


class Entry(NamedTuple):
    """Where a command lives (``module:function``, or ``module:app`` for a group of commands) and what it is for."""

    place: str
    purpose: str


COMMANDS: Mapping[str, Entry] = {
    "run": Entry("stages:run_all", "Run every stage and the dashboard in one process tree."),
    "ingest": Entry("stages:ingest", "Run the ingest stage: feeds to articles."),
    "detect": Entry("texts:detect", "Run the detect stage: articles to announcements. With a file, read that instead."),
    "relate": Entry("stages:relate", "Run the relate stage: announcements to storylines and alerts."),
    "deliver": Entry("stages:deliver", "Run the deliver stage: alerts to their destinations."),
    "dashboard": Entry("dashboard:app", "Run the dashboard, or make an entry of its users file."),
    "feeds": Entry("feeds:app", "The feeds that are watched: list, add, check, import, export."),
    "storylines": Entry("storylines:list_storylines", "List what is in force, offered, refused, and where."),
    "explain": Entry("explain:explain", "Show why an alert was raised, or what was read in an article."),
    "topics": Entry("topics:app", "The log's topics on Kafka: plan, apply, check."),
    "log": Entry("log:app", "Look into the log."),
    "dead-letters": Entry("dead_letters:app", "Records that a stage could not process: list, show, retry, discard."),
    "replay": Entry("texts:replay_file", "Run history through detect and relate and write the alerts. Sends nothing."),
    "backtest": Entry("backtest:backtest", "Show the alerts gained, lost and changed between two versions."),
    "eval": Entry("evaluate:evaluate_gold", "Score announcements and alerts against gold labels."),
    "doctor": Entry("doctor:examine", "Check settings, feeds, clock, disk, log and channels. Sends nothing."),
    "version": Entry("version:show_version", "Print the version."),
}


class Program(TyperGroup):
    """Imports a command when it is called, so that ``--help`` waits for none; turns expected errors into lines.

    The other way, importing all commands at once, costs more than a second.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, entry in COMMANDS.items():
            self.add_command(TyperCommand(name=name, help=entry.purpose))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, _loaded(name or ""), rest

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            from services.commands.errors import exit_code_of  # knows the parts' errors, and so imports the parts

            code = exit_code_of(error)
            if code is None:
                raise
            for line in str(error).splitlines():
                sys.stderr.write(f"tocsin: {line}\n")
            raise typer.Exit(code) from error


def _loaded(name: str) -> Any:
    """Return the real command of a name."""
    module, _, attribute = COMMANDS[name].place.partition(":")
    found = getattr(import_module(f"services.commands.{module}"), attribute)
    if isinstance(found, typer.Typer):
        return typer.main.get_group(found)
    alone = typer.Typer(add_completion=False)
    alone.command(name)(found)
    return typer.main.get_command(alone)


app = typer.Typer(
    name="tocsin",
    cls=Program,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Watches newswires for sieges, ceasefires and ultimatums, and alerts when a new announcement supersedes "
    "or contradicts an earlier one.",
)


@app.callback()
def _begin(
    config: Annotated[
        Path | None, typer.Option("--config", "-c", help="Settings file; else TOCSIN_CONFIG, else tocsin.toml.")
    ] = None,
) -> None:
    """Take the options that all commands share; ``session_of`` reads them."""


def main() -> None:
    """Run the program."""
    app()


if __name__ == "__main__":
    main()
