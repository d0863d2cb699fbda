"""``tocsin dashboard``: the pages for the desk that leaves them open all day, and the file of who may see them."""

from typing import Annotated

import typer

from services.commands.output import plain, show
from services.commands.session import CommandError, LogUrl
from services.commands.stages import run_one
from services.dashboard.access.person import Role, is_name
from services.dashboard.access.users import hash_password, line_for

app = typer.Typer(invoke_without_command=True, no_args_is_help=False, add_completion=False)


@app.callback()
def dashboard(ctx: typer.Context, log_url: LogUrl = None) -> None:
    """Serve the dashboard as this process, until it is told to stop."""
    if ctx.invoked_subcommand is None:
        run_one(ctx, "dashboard")


@app.command()
def user(
    name: Annotated[str, typer.Argument(help="Who may sign in.")],
    is_operator: Annotated[bool, typer.Option("--operator", help="They may change things, not only look.")] = False,
) -> None:
    """Ask for a password and print the entry for the users file (dashboard.users)."""
    if not is_name(name):
        raise CommandError(f"{name!r} is no name for a user: give 1 to 64 printable characters")
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    role: Role = "operator" if is_operator else "viewer"
    show(plain(line_for(name, role, hash_password(password))))
