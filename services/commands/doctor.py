"""``tocsin doctor``: would a run work, and does it?"""

import asyncio
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from services.checks import findings
from services.commands.output import AsJson, counted, plain, show, show_json
from services.commands.session import LogUrl, Session, session_of
from services.findings import Finding, Verdict
from services.settings import SettingsError
from tocsin.clock import SystemClock

_STYLES: dict[Verdict, str] = {"ok": "green", "warn": "yellow", "fail": "red"}


def examine(ctx: typer.Context, as_json: AsJson = False, log_url: LogUrl = None) -> None:
    """Check settings, packages, feeds, clock, disk, log and channels. Sends no alert; exit code 1 where one fails."""
    found = _findings(session_of(ctx))
    failed = sum(finding.verdict == "fail" for finding in found)
    if as_json:
        show_json(found)
    else:
        _show(found)
        show(f"\n{counted(failed, 'check')} failed" if failed else "\na run would work")
    if failed:
        raise typer.Exit(1)


def _findings(session: Session) -> Sequence[Finding]:
    try:
        settings = session.quiet_settings
    except SettingsError as error:
        return [Finding("settings", "fail", line) for line in str(error).splitlines()]
    return [Finding("settings", "ok", "every one can be read"), *asyncio.run(findings(settings, SystemClock()))]


def _show(found: Sequence[Finding]) -> None:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for finding in found:
        style = _STYLES[finding.verdict]
        table.add_row(f"[{style}]{finding.verdict}[/{style}]", plain(finding.check), plain(finding.detail))
    Console(highlight=False).print(table)
