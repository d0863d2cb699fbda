"""``tocsin version``: which Tocsin this is."""

from importlib.metadata import version

import typer


def show_version() -> None:
    """Print the version."""
    typer.echo(f"tocsin {version('tocsin')}")
