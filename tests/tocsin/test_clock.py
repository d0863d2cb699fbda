"""The clock that is moved by hand: it stands still, never runs back, and wakes sleepers in order."""

import asyncio
from datetime import UTC, datetime, timedelta

from tocsin.clock import ManualClock, SystemClock

START = datetime(2016, 11, 3, 12, 0, tzinfo=UTC)


async def _let_others_run() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


async def test_it_stands_still_until_it_is_moved() -> None:
    clock = ManualClock(START)
    assert clock.now() == clock.now() == START
    clock.advance(90)
    assert clock.now() == START + timedelta(seconds=90)


async def test_it_never_runs_backwards() -> None:
    clock = ManualClock(START)
    clock.move_to(START - timedelta(days=1))
    assert clock.now() == START


async def test_sleepers_wake_when_their_time_comes_and_in_its_order() -> None:
    clock, woken = ManualClock(START), list[str]()

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(name)

    async with asyncio.TaskGroup() as group:
        for name, seconds in [("late", 20), ("early", 10), ("later", 30)]:
            group.create_task(sleep(name, seconds))
        await _let_others_run()
        clock.advance(9)
        await _let_others_run()
        assert woken == []
        clock.advance(11)
        await _let_others_run()
        assert woken == ["early", "late"]
        clock.advance(10)


async def test_a_cancelled_sleeper_disturbs_nobody() -> None:
    clock = ManualClock(START)
    task = asyncio.create_task(clock.sleep(10))
    await _let_others_run()
    task.cancel()
    await _let_others_run()
    clock.advance(20)
    assert task.cancelled()


async def test_the_machines_clock_knows_its_time_zone() -> None:
    clock = SystemClock()
    await clock.sleep(0)
    assert clock.now().tzinfo is UTC
