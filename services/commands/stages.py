"""``tocsin run`` and the stages one by one (``tocsin detect`` is in ``texts``: it also reads files)."""

import typer

from services import run
from services.commands.session import session_of


def run_all(ctx: typer.Context) -> None:
    """Run every stage in one process tree on the embedded log."""
    raise typer.Exit(run.run_all(session_of(ctx).settings))


def ingest(ctx: typer.Context) -> None:
    """Run the ingest stage: poll the catalogue's feeds and publish their articles."""
    raise typer.Exit(run.run_one(session_of(ctx).settings, "ingest"))


def relate(ctx: typer.Context) -> None:
    """Run the relate stage: announcements to storylines and alerts."""
    raise typer.Exit(run.run_one(session_of(ctx).settings, "relate"))


def deliver(ctx: typer.Context) -> None:
    """Run the deliver stage: alerts to their destinations."""
    raise typer.Exit(run.run_one(session_of(ctx).settings, "deliver"))
