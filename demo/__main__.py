"""Shows the main job end to end: `make demo`.

The bundled newswire is served as RSS over loopback HTTP; the real poller, detector, relater and sender work on it,
on an embedded log in a temporary folder. Time stands at each dispatch's own moment in 2016 and jumps to the next.
"""

import argparse
import asyncio
import contextlib
import os
import socket
import tempfile
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import uvicorn
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from demo.quiet import NeverQuietError, come_to_rest
from demo.server import Dispatch, Newswire, load_newswire, newswire_app
from demo.stages import Running, run_stages
from services.observability import configure_logging
from services.settings import (
    DashboardSettings,
    HealthSettings,
    IngestSettings,
    LoggingSettings,
    LogSettings,
    Settings,
    WorkerSettings,
)
from tocsin.clock import ManualClock

_PACE = 0.5  # seconds between two dispatches, at least
_JUST_BEFORE = timedelta(minutes=5)
_POLL_EVERY = 60  # seconds
_AFTER_LAST = timedelta(days=2)  # let the last timers run out


def main() -> None:
    """Run the demonstration in the terminal."""
    parser = argparse.ArgumentParser(prog="demo", description=__doc__)
    parser.add_argument("--pace", type=float, default=_PACE, help="seconds between two dispatches, at least")
    parser.add_argument("--keep", type=Path, help="keep the log in this new file, to look into it afterwards")
    parser.add_argument("--stay", action="store_true", help="leave the dashboard open afterwards, until Ctrl-C")
    arguments = parser.parse_args()
    if arguments.keep and arguments.keep.exists():
        parser.error(f"{arguments.keep} exists already; name a new file")
    with tempfile.TemporaryDirectory(prefix="tocsin-demo-") as folder:
        log = arguments.keep or Path(folder) / "tocsin.db"
        console = Console(highlight=False)
        try:
            asyncio.run(show(Path(folder), log, arguments.pace, console, is_staying=arguments.stay))
        except* KeyboardInterrupt:
            pass
        except* NeverQuietError as errors:
            parser.exit(os.EX_SOFTWARE, f"demo: {errors.exceptions[0]}; is the machine very busy? Run it again.\n")


async def show(folder: Path, log: Path, pace: float, console: Console, *, is_staying: bool = False) -> None:
    """Play the newswire, one dispatch ``pace`` seconds or more apart, and let the program tell what changed.

    With ``is_staying`` the dashboard stays open afterwards, until it is interrupted.
    """
    newswire = load_newswire()
    clock = ManualClock(newswire.dispatches[0].at - timedelta(hours=1))
    async with _served(newswire, clock) as address:
        settings = _settings(folder, log, newswire, address)
        configure_logging(settings, stage="demo")
        async with run_stages(settings, clock) as running:
            _open(console, newswire, address, running.dashboard)
            await _play(newswire, clock, running, pace, console)
            if is_staying:
                console.print(f"The dashboard stays at [bold]{running.dashboard}[/bold] until you press Ctrl-C.")
                await asyncio.Event().wait()
        _close(console)


async def _play(newswire: Newswire, clock: ManualClock, running: Running, pace: float, console: Console) -> None:
    """Let each dispatch come in its turn: first what was due before it, then the dispatch and all that follows."""

    async def rest(articles: int) -> None:
        await come_to_rest(running.log, articles, nudge=lambda: clock.advance(_POLL_EVERY))

    for told, dispatch in enumerate(newswire.dispatches):
        clock.move_to(dispatch.at - _JUST_BEFORE)
        await rest(told)
        _tell(console, newswire, dispatch)
        clock.move_to(dispatch.at + timedelta(seconds=_POLL_EVERY))
        await asyncio.gather(asyncio.sleep(pace), rest(told + 1))
    clock.move_to(clock.now() + _AFTER_LAST)
    await asyncio.gather(asyncio.sleep(pace), rest(len(newswire.dispatches)))


def _settings(folder: Path, log: Path, newswire: Newswire, address: str) -> Settings:
    catalogue = folder / "feeds.toml"
    catalogue.write_text("\n".join(_feed(name, wire, address) for name, wire in newswire.wires.items()))
    return Settings(
        log=LogSettings(path=log, partitions=1),
        worker=WorkerSettings(tick_every=0.1),
        ingest=IngestSettings(catalogue=catalogue),
        health=HealthSettings(port=0),
        dashboard=DashboardSettings(port=0, path=folder / "dashboard.db"),
        logging=LoggingSettings(level="error", format="console"),
    )


def _feed(name: str, wire: Mapping[str, str], address: str) -> str:
    return (
        f'[[feeds]]\nid = "{name}"\nurl = "{address}/{name}.xml"\nsource = "{wire["title"]}"\n'
        f'publisher = "{wire["publisher"]}"\nlang = "en"\nallow_private = true\n'
        f"min_interval = {_POLL_EVERY}\nmax_interval = {_POLL_EVERY}\n"
    )


@contextlib.asynccontextmanager
async def _served(newswire: Newswire, clock: ManualClock) -> AsyncIterator[str]:
    """Serve the newswire on a free loopback port and yield its address."""
    listening = socket.create_server(("127.0.0.1", 0))  # queues connections from now on
    config = uvicorn.Config(newswire_app(newswire, clock), log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        await serving


def _open(console: Console, newswire: Newswire, address: str, dashboard: str) -> None:
    console.rule("[bold]Tocsin: Aleppo, September to December 2016")
    console.print(f"Watch it in a browser: [bold]{dashboard}[/bold] (the dashboard; it ends with the demonstration)\n")
    console.print(
        f"{len(newswire.dispatches)} dispatches of {len(newswire.wires)} made-up wires, served at {address}/…, "
        "polled and read by the real program.\nGrey lines are the news; boxes are alerts.\n"
    )


def _tell(console: Console, newswire: Newswire, dispatch: Dispatch) -> None:
    when = dispatch.at.strftime("%d %b %Y %H:%MZ")
    wire = newswire.wires[dispatch.wire]["title"]
    line = Table.grid(padding=(0, 2, 0, 0))  # a long title goes on under itself, not under the date
    line.add_column(no_wrap=True)
    line.add_row(when, f"{escape(wire)}: {escape(dispatch.title)}", style="dim")
    console.print(line)


def _close(console: Console) -> None:
    console.rule("[bold]That was the main job")
    console.print(
        "What next: put your own feeds into feeds.toml ([bold].venv/bin/tocsin feeds add URL[/bold]), "
        "name your Slack or e-mail in tocsin.toml (README.md shows how), check with "
        "[bold].venv/bin/tocsin doctor[/bold], then [bold]make run[/bold].\n"
        "To look around in the dashboard afterwards: [bold].venv/bin/python -m demo --stay[/bold].\n"
        "To see why an alert was raised: [bold].venv/bin/python -m demo --keep demo.db[/bold], then "
        "[bold]TOCSIN_LOG__PATH=demo.db .venv/bin/tocsin explain ID[/bold]; the box's last line has the id."
    )


if __name__ == "__main__":
    main()
