"""``tocsin run`` end to end: a feed in, a webhook out, processes killed in between, and a clean stop."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services import wiring
from services.settings import LogSettings, Settings
from tests.flow.local_world import World, a_world
from tocsin.log.base import Record

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
    """A running ``tocsin run`` and what it says."""

    def __init__(self, folder: Path, world: World, feeds: str = FEEDS) -> None:
        self.folder, self.said = folder, folder / "said.jsonl"
        (folder / "tocsin.toml").write_text(SETTINGS.format(folder=folder, address=world.address))
        (folder / "feeds.toml").write_text(feeds.format(address=world.address))
        self.process = self._start()

    def _start(self) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "services.cli", "--config", str(self.folder / "tocsin.toml"), "run"]
        with self.said.open("ab") as said:
            return subprocess.Popen(command, stderr=said, stdout=subprocess.DEVNULL)  # noqa: S603  our own

    def pids(self) -> dict[str, int]:
        """Return the newest process id of each stage."""
        return {str(line["stage"]): int(str(line["pid"])) for line in self.lines() if line["event"] == "stage starts"}

    def lines(self) -> list[dict[str, object]]:
        """Return what was logged so far."""
        return [json.loads(line) for line in self.said.read_text().splitlines() if line.startswith("{")]

    def restart(self) -> None:
        """Start it again after it ended."""
        self.process = self._start()


@contextmanager
def a_program(folder: Path, world: World) -> Iterator[Program]:
    """Run the program; kill what is left of it afterwards."""
    program = Program(folder, world)
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


def said(program: Program, event: str) -> int:
    """Return how often the program logged an event."""
    return sum(line["event"] == event for line in program.lines())


def lives(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


async def what_was_written(folder: Path) -> list[list[Record]]:
    """Return the records of articles, alerts and deliveries."""
    log = await wiring.open_log(Settings(log=LogSettings(path=folder / "tocsin.db", partitions=1)))
    topics = ("tocsin.articles", "tocsin.alerts", "tocsin.deliveries")
    found = [[record async for record in log.read(topic, 0, 0)] for topic in topics]
    await log.aclose()
    return found


@pytest.mark.timeout(180)
def test_an_alert_comes_out_of_two_dispatches_though_every_process_is_killed_in_between(tmp_path: Path) -> None:
    chance = random.Random(4)  # noqa: S311  not for secrets
    with a_world() as world, a_program(tmp_path, world) as program:
        until(lambda: len(program.pids()) == 4, "all four stages")
        world.publish("The Syrian army on Wednesday declared a ceasefire in Aleppo.")
        for stage, pid in program.pids().items():
            time.sleep(chance.random() * 0.5)
            os.kill(pid, signal.SIGKILL)
            until(lambda: program.pids()[stage] != pid, f"{stage} to start again")  # noqa: B023  called at once
        world.publish("The rebels rejected the ceasefire that the Syrian army had declared in Aleppo.")
        until(lambda: world.posts, "the alert")
        orphans = list(program.pids().values())
        program.process.kill()
        program.process.wait()
        until(lambda: not any(lives(pid) for pid in orphans), "the stages to end with their supervisor")
        program.restart()
        world.publish("The Houthis on Wednesday declared a ceasefire in Taiz.")
        until(lambda: said(program, "announcement.detected.v1") > 2, "the third dispatch to be read")
        world.publish("The Yemeni army rejected the ceasefire that the Houthis had declared in Taiz.")
        until(lambda: len(set(world.ids)) > 1, "the second alert")
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(30) == 0
    articles, alerts, deliveries = asyncio.run(what_was_written(tmp_path))
    raised = [record for record in alerts if record.type == "alert.raised.v1"]
    assert len(articles) == len({record.id for record in articles}) == 4
    assert len(raised) == len({record.id for record in raised}) >= 2
    made = [record for record in deliveries if record.type == "delivery.delivered.v1"]
    assert len(made) == len({record.id for record in made}) == len(raised)
    assert {record.correlation for record in made} <= {record.key for record in articles}


@pytest.mark.timeout(120)
def test_a_wrong_setting_ends_the_program_with_its_name(tmp_path: Path) -> None:
    with a_world() as world:
        program = Program(tmp_path, world, feeds="[[feeds]]\nid = 3\n")
        assert program.process.wait(60) == 78
        assert program.said.read_text().startswith(f"tocsin: {tmp_path / 'feeds.toml'}: entry 1 (3): ")
