"""Several ingest workers share the feeds: whose they are, and that nothing is written but by who holds them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.share import Hold, Share, home
from tests.ingest.builders import NOON, a_feed
from tests.ingest.memory_log import MemoryLog
from tests.ingest.press import assert_work_is_shared
from tocsin.clock import ManualClock
from tocsin.codec import draft
from tocsin.events import FeedGone
from tocsin.log.base import Draft, FencedError

FEED = a_feed()


class Member:
    """A share at work, and the log it works on."""

    def __init__(self) -> None:
        self.log = MemoryLog(ManualClock(NOON))
        self._changed = asyncio.Event()
        self.share = Share(self.log, seconds=5, on_change=self._changed.set, again=0.01)

    async def hold(self, but: Hold | None = None) -> Hold:
        """Return the hold of the feed, once there is another than ``but``."""
        async with asyncio.timeout(5):
            while (hold := self.share.hold_of(FEED)) is None or hold is but:
                self._changed.clear()
                await self._changed.wait()
        return hold


@asynccontextmanager
async def a_member() -> AsyncIterator[Member]:
    """Run a share until the test is over."""
    member, stop = Member(), asyncio.Event()
    running = asyncio.create_task(member.share.run(stop))
    yield member
    stop.set()
    await running


def gone(name: str) -> list[Draft]:
    """Return as much as a poll may bring."""
    return [draft(FeedGone(at=NOON, feed_id=name, next_poll=NOON))]


def written(member: Member) -> list[str]:
    return [record.key for record in member.log.records]


@given(st.text(), st.integers(1, 100))
def test_the_feeds_of_one_publisher_have_one_home(publisher: str, partitions: int) -> None:
    homes = {home(a_feed(id=name, publisher=publisher), partitions) for name in ("front", "world")}
    assert len(homes) == 1
    assert homes <= set(range(partitions))


async def test_before_it_joined_a_worker_holds_nothing() -> None:
    assert Member().share.hold_of(FEED) is None


async def test_what_polls_bring_at_once_is_written_in_the_order_of_asking() -> None:
    async with a_member() as member:
        hold = await member.hold()
        await asyncio.gather(*(member.share.append(hold, gone(name)) for name in "abcde"))
        assert written(member) == list("abcde")


async def test_who_lost_a_feed_writes_nothing_of_it_even_when_it_holds_the_feed_again() -> None:
    async with a_member() as member:
        first = await member.hold()
        member.log.tenure += 1
        with pytest.raises(FencedError):
            await member.share.append(first, gone("overtaken"))
        second = await member.hold(but=first)
        with pytest.raises(FencedError):
            await member.share.append(first, gone("overtaken"))
        await member.share.append(second, gone("anew"))
        assert written(member) == ["anew"]
        assert not member.share.is_held(first)


async def test_a_log_that_cannot_be_written_ends_the_hold_and_a_log_that_is_back_gives_another() -> None:
    async with a_member() as member:
        first = await member.hold()
        member.log.is_down = True
        with pytest.raises(FencedError):
            await member.share.append(first, gone("lost"))
        member.log.is_down = False
        await member.share.append(await member.hold(but=first), gone("anew"))
        assert written(member) == ["anew"]


async def test_a_record_that_the_log_never_takes_fails_its_own_poll_alone() -> None:
    async with a_member() as member:
        hold = await member.hold()
        member.log.largest = 300
        polls = [member.share.append(hold, gone(name)) for name in ("before", "x" * 400, "after")]
        before, large, after = await asyncio.gather(*polls, return_exceptions=True)
        assert (before, after) == (None, None)
        assert isinstance(large, ValueError)
        assert written(member) == ["before", "after"]


async def test_what_was_asked_for_before_the_stop_is_written() -> None:
    async with a_member() as member:
        asked = asyncio.create_task(member.share.append(await member.hold(), gone("last")))
    await asked
    assert written(member) == ["last"]


@pytest.mark.timeout(110)
async def test_workers_share_the_feeds_and_take_over_from_the_dead_and_the_paused(tmp_path: Path) -> None:
    await assert_work_is_shared(str(tmp_path / "log.db"))
