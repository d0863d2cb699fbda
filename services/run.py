"""Runs stages: one in this process, or all in one process tree on the embedded log."""

import asyncio
from typing import Literal

from services.settings import Settings

Stage = Literal["ingest", "detect", "relate", "deliver"]
STAGES: tuple[Stage, ...] = ("ingest", "detect", "relate", "deliver")


async def run_stage(settings: Settings, stage: Stage, stop: asyncio.Event) -> None:
    """Run one stage in this event loop until ``stop`` is set; drains and commits before it returns."""
    raise NotImplementedError


def run_one(settings: Settings, stage: Stage) -> int:
    """Run one stage as this process (logging, signals, health server) and return the exit code: 0 after SIGTERM."""
    raise NotImplementedError


def run_all(settings: Settings) -> int:
    """Run every stage as a child of this process and return the exit code: 0 after SIGTERM."""
    raise NotImplementedError
