"""Waiting that a stop cuts short."""

import asyncio

from tocsin.clock import Clock


async def pause(clock: Clock, seconds: float, stop: asyncio.Event) -> None:
    """Sleep in the clock's time, or until ``stop`` is set."""
    waits = {asyncio.ensure_future(clock.sleep(seconds)), asyncio.ensure_future(stop.wait())}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
