"""Wakes whoever waits for something to happen in this event loop."""

import asyncio
import contextlib


class Bell:
    """Take ``next_ring`` before looking, then wait for it: what happens between is not missed."""

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait."""
        self._next.set()
        self._next = asyncio.Event()

    def next_ring(self) -> asyncio.Event:
        """Return the event that the next ring sets."""
        return self._next


async def heard(ring: asyncio.Event, seconds: float) -> None:
    """Wait for a ring, at most some seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await ring.wait()
