"""``tocsin run`` and the stages one by one (``tocsin detect`` is in ``texts``: it also reads files)."""

import typer

from services import run
from services.commands.session import LogUrl, MisconfiguredError, session_of
from services.names import NamesTakenError
from services.observability import configure_logging
from services.preflight import assert_fit
from services.settings import Settings, SettingsError
from services.stages import Stage


def run_all(ctx: typer.Context, log_url: LogUrl = None) -> None:
    """Run every stage and the dashboard in one process tree, on the embedded log or on Kafka."""
    raise typer.Exit(run.run_all(_fit(ctx)))


def run_one(ctx: typer.Context, stage: Stage) -> None:
    """Run one stage as this process, until it is told to stop."""
    raise typer.Exit(run.run_one(_fit(ctx, stage), stage))


def ingest(ctx: typer.Context, log_url: LogUrl = None) -> None:
    """Run the ingest stage: poll the catalogue's feeds and publish their articles."""
    run_one(ctx, "ingest")


def relate(ctx: typer.Context, log_url: LogUrl = None) -> None:
    """Run the relate stage: announcements to storylines and alerts."""
    run_one(ctx, "relate")


def deliver(ctx: typer.Context, log_url: LogUrl = None) -> None:
    """Run the deliver stage: alerts to their destinations."""
    run_one(ctx, "deliver")


def _fit(ctx: typer.Context, stage: Stage | None = None) -> Settings:
    """Return the settings once all is there that a stage, or the whole tree, needs. Raises MisconfiguredError."""
    try:
        settings = session_of(ctx).settings
        configure_logging(settings)  # before the log is opened, whose client would speak up by itself
        assert_fit(settings, [stage] if stage else run.tree_of(settings), is_tree=stage is None)
    except (NamesTakenError, SettingsError) as error:
        raise MisconfiguredError(str(error)) from error
    return settings
