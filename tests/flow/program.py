"""The real program run as a user would, in a folder of its own, against a local feed and webhook."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from services import logs
from services.settings import LogSettings, Settings
from tests.flow.local_world import World
from tocsin.log.base import Record

TOPICS = ("tocsin.articles", "tocsin.announcements", "tocsin.alerts", "tocsin.deliveries")
PATIENCE = 60.0  # seconds: the machine may be busy

SETTINGS = """
[log]
path = "{folder}/tocsin.db"
partitions = 1
[worker]
tick_every = 0.2
[ingest]
catalogue = "{folder}/feeds.toml"
[health]
port = 0
[dashboard]
port = 0
[logging]
format = "json"
[run]
restart_after = 0.05
[deliver.destinations.desk]
channel = "webhook"
url = "{address}/hook"
secret = "made-up"
[[deliver.routes]]
name = "everything"
to = ["desk"]
group_within = 0
"""

FEEDS = """
[[feeds]]
id = "wire"
url = "{address}/rss"
allow_private = true
min_interval = 0.5
max_interval = 0.5
lang = "en"
"""


class Program:
    """A running ``tocsin run``, or another command, and what it says."""

    def __init__(self, folder: Path, world: World, *command: str, feeds: str = FEEDS) -> None:
        self.folder, self.said, self.command = folder, folder / "said.jsonl", command or ("run",)
        (folder / "tocsin.toml").write_text(SETTINGS.format(folder=folder, address=world.address))
        (folder / "feeds.toml").write_text(feeds.format(address=world.address))
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "services.cli", "--config", str(self.folder / "tocsin.toml"), *self.command]
        with self.said.open("ab") as said:
            return subprocess.Popen(command, stderr=said, stdout=subprocess.DEVNULL)  # noqa: S603  our own

    def pids(self) -> dict[str, int]:
        """Return the newest process id of each stage."""
        return {str(line["stage"]): int(str(line["pid"])) for line in self.lines() if line["event"] == "stage starts"}

    def lines(self) -> list[dict[str, object]]:
        """Return what was logged so far."""
        whole = (line for line in self.said.read_text().splitlines(keepends=True) if line.endswith("}\n"))
        return [json.loads(line) for line in whole if line.startswith("{")]

    def said_of(self, event: str) -> list[dict[str, object]]:
        """Return the lines of one kind of event."""
        return [line for line in self.lines() if line["event"] == event]

    def restart(self) -> None:
        """Start it again after it ended."""
        self.process = self._start()


@contextmanager
def a_program(folder: Path, world: World, *command: str) -> Iterator[Program]:
    """Run the program; kill what is left of it afterwards."""
    program = Program(folder, world, *command)
    try:
        yield program
    except BaseException:
        sys.stderr.write(program.said.read_text()[-6000:])
        raise
    finally:
        if program.process.poll() is None:
            program.process.kill()
        program.process.wait()


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds."""
    give_up = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < give_up, f"still waiting for {what}"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


async def what_was_written(folder: Path) -> dict[str, list[Record]]:
    """Return the records of the topics that an article passes on its way to a destination."""
    log = await logs.open_log(Settings(log=LogSettings(path=folder / "tocsin.db", partitions=1)))
    found = {topic: [record async for record in log.read(topic, 0, 0)] for topic in TOPICS}
    await log.aclose()
    return found
