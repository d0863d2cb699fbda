"""``tocsin doctor``: would a run work, and does it?"""

import asyncio

import typer

from services.checks import Finding, Verdict, findings
from services.commands.output import AsJson, plain, show, show_json
from services.commands.session import session_of
from services.settings import SettingsError
from tocsin.clock import SystemClock

_MARKS: dict[Verdict, str] = {
    "ok": "[green]ok[/green]     ",
    "warning": "[yellow]warning[/yellow]",
    "problem": "[red]problem[/red]",
}


def examine(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Check configuration, names, feeds, clock, disk, log and channels. Sends nothing; exit code 1 on a problem."""
    session = session_of(ctx)
    try:
        settings = session.quiet_settings
    except SettingsError as error:
        found = [Finding("configuration", "problem", str(error))]
    else:
        found = [Finding("configuration", "ok", "every setting can be read")]
        found += asyncio.run(findings(settings, SystemClock()))
    if as_json:
        show_json(found)
    else:
        for finding in found:
            show(f"{_MARKS[finding.verdict]} [bold]{plain(finding.check)}[/bold]: {plain(finding.detail)}")
    if any(finding.verdict == "problem" for finding in found):
        raise typer.Exit(1)
