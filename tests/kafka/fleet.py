"""Processes of detect, relate and deliver that share a log on Kafka, for tests to kill, pause and start again."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import NamedTuple

from services.settings import (
    DeliverSettings,
    DetectSettings,
    HealthSettings,
    KafkaSettings,
    LoggingSettings,
    LogSettings,
    RouteSettings,
    Settings,
    WebhookDestination,
    WorkerSettings,
)
from services.stages import Stage
from tests.flow import stage_child

NEVER = 1e9  # seconds: time passes by the facts, so wall-clock ticks are left out
SESSION, LEASE = 2.0, 6.0  # seconds
WORKING: tuple[Stage, ...] = ("detect", "relate", "deliver")

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(["__main__", "tests.flow.stage_child"])


class Member(NamedTuple):
    """One process of a stage."""

    stage: Stage
    number: int


def settings_of(servers: str, prefix: str, hook: str, member: str | None = None) -> Settings:
    """Return the settings of one process: small batches and frequent snapshots, so many places to be killed at."""
    kafka = KafkaSettings(servers=servers, prefix=prefix, member=member, session=SESSION, lease=LEASE, limit=10)
    return Settings(
        log=LogSettings(kafka=kafka),
        worker=WorkerSettings(batch=5, snapshot_every=20, tick_every=NEVER, retry_after=0.1),
        detect=DetectSettings(is_isolated=False),
        deliver=DeliverSettings(
            destinations={
                "desk": WebhookDestination.model_validate({"channel": "webhook", "url": hook, "secret": "made-up"})
            },
            routes=(RouteSettings(name="everything", to=("desk",), group_within=0),),
        ),
        health=HealthSettings(port=0),
        logging=LoggingSettings(level="error"),
    )


class Fleet:
    """Several processes of each stage. Each keeps its name, so that one that is back in time gets its share again."""

    def __init__(self, servers: str, prefix: str, hook: str, said: Path, each: int = 2) -> None:
        self._servers, self._prefix, self._hook = servers, prefix, hook
        self.members: Sequence[Member] = [Member(stage, number) for stage in WORKING for number in range(each)]
        self._running: dict[Member, BaseProcess] = {}
        self._said = said

    def start(self, *members: Member) -> None:
        """Start processes, all that are not named where none is."""
        for member in members or self.members:
            settings = settings_of(self._servers, self._prefix, self._hook, f"m{member.number}")
            process = _FORKS.Process(target=_run, args=(settings, member, self._said))
            process.start()
            self._running[member] = process

    def kill(self, *members: Member) -> None:
        """End processes as the system would: at once, without a word."""
        for member in members or list(self._running):
            process = self._running.pop(member)
            process.kill()
            process.join()

    def signal(self, member: Member, number: signal.Signals) -> None:
        """Pause a process, or let it go on."""
        os.kill(self._running[member].pid or 0, number)

    def assert_alive(self) -> None:
        """Assert that nobody ended without being told; else show what they said."""
        ended = {member: one.exitcode for member, one in self._running.items() if not one.is_alive()}
        assert not ended, f"ended by themselves: {ended}\n{self._said.read_text(encoding='utf-8')[-6000:]}"


def _run(settings: Settings, member: Member, said: Path) -> None:
    """Be one process; what it says goes to a file that all share."""
    with said.open("ab") as file:
        os.dup2(file.fileno(), sys.stderr.fileno())
    stage_child.run(settings, member.stage)


@contextmanager
def a_fleet(servers: str, prefix: str, hook: str, said: Path) -> Iterator[Fleet]:
    """Run a fleet that speaks to a file; kill what is left of it afterwards."""
    said.touch()
    fleet = Fleet(servers, prefix, hook, said)
    fleet.start()
    try:
        yield fleet
    finally:
        fleet.kill()
