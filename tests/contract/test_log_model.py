"""Whatever is done in whatever order, the embedded log does what a few lists would do."""

import asyncio
import itertools
import tempfile
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.contract.log_contract import EVENTS, OUTPUTS, START, STATES, TOPICS, a_draft
from tocsin.clock import ManualClock
from tocsin.log.base import Batch, Draft, Record, Subscription, TruncatedError
from tocsin.log.sqlite import SqliteLog

T = TypeVar("T")
Partition = tuple[str, int]

KEYS = st.sampled_from(["a", "b", "c", "d"])
DRAFTS = st.lists(st.tuples(st.sampled_from([EVENTS, OUTPUTS, STATES]), KEYS), min_size=1, max_size=5)


class LogModel(RuleBasedStateMachine):
    """The model: per topic, what was appended in order; per partition of EVENTS, what is fetched and committed.

    Which partition a key has is the log's choice: the model asks once and holds it to the answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(prefix="tocsin-model-")
        self.clock = ManualClock(START)
        self.numbers = itertools.count()
        self.homes: dict[tuple[str, str], int] = {}
        self.appended: dict[str, list[Draft]] = {topic.name: [] for topic in TOPICS}
        self.dropped = 0  # of EVENTS, by retention
        self.committed: dict[int, int] = {}
        self.fetched: dict[int, int] = {}
        self.open()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run one call to its end."""
        return self.runner.run(work)

    def open(self) -> None:
        """Open the log and join the group, as a process does when it starts."""
        self.stack = AsyncExitStack()
        self.log, self.member = self.run(self._open())
        self.fetched = {number: self.committed.get(number, start) for number, start in self.starts().items()}

    async def _open(self) -> tuple[SqliteLog, Subscription]:
        log = await SqliteLog.open(
            Path(self.folder.name) / "log.db", topics=TOPICS, clock=self.clock, synchronous="OFF"
        )
        self.stack.push_async_callback(log.aclose)
        return log, await self.stack.enter_async_context(log.subscribe("g", [EVENTS]))

    def teardown(self) -> None:
        """Let go of the file."""
        self.run(self.stack.aclose())
        self.runner.close()
        self.folder.cleanup()

    def drafts(self, wanted: list[tuple[str, str]]) -> list[Draft]:
        """Return new records and remember them as appended."""
        made = [a_draft(f"{next(self.numbers)}", topic=topic, key=key) for topic, key in wanted]
        for draft in made:
            self.appended[draft.topic].append(draft)
        return made

    # --- what may happen ---------------------------------------------------------------------------------------------

    @rule(wanted=DRAFTS)
    def append(self, wanted: list[tuple[str, str]]) -> None:
        """Append across topics."""
        self.run(self.log.append(self.drafts(wanted)))

    @rule(limit=st.integers(1, 4))
    def fetch(self, limit: int) -> None:
        """Fetch what comes next of some partition with something new."""
        try:
            batch = self.run(self.member.fetch(limit, 0))
        except TruncatedError:
            assert any(self.fetched[n] < start for n, start in self.starts().items())
            return
        if batch is None:
            assert all(self.fetched[n] >= end for n, end in self.run(self.log.ends(EVENTS)).items())
            return
        self._check(batch, limit)
        self.fetched[batch.partition] = batch.next_position

    def _check(self, batch: Batch, limit: int) -> None:
        start = self.fetched[batch.partition]
        assert [record.position for record in batch.records] == list(range(start, batch.next_position))
        assert 1 <= len(batch.records) <= limit

    @rule(number=st.integers(0, 3), back=st.integers(0, 2), outputs=st.lists(KEYS, max_size=2))
    def commit(self, number: int, back: int, outputs: list[str]) -> None:
        """Commit all or a part of what was fetched, with outputs."""
        position = max(self.committed.get(number, 0), self.fetched[number] - back)
        drafts = self.drafts([(OUTPUTS, key) for key in outputs])
        self.run(self.member.commit(EVENTS, number, position, drafts))
        self.committed[number] = position

    @rule(number=st.integers(0, 3))
    def rewind(self, number: int) -> None:
        """Go back to the committed position."""
        self.run(self.member.rewind(EVENTS, number))
        self.fetched[number] = self.committed.get(number, self.starts()[number])

    @rule()
    def start_again(self) -> None:
        """Stop and start: what was fetched and not committed comes again."""
        self.run(self.stack.aclose())
        self.open()

    @rule(days=st.sampled_from([0, 3, 11]))
    def maintain(self, days: int) -> None:
        """Let days pass, then apply retention (EVENTS: 10 days) and compaction (STATES)."""
        self.clock.advance(days * 86_400)
        self.run(self.log.maintain(self.clock.now()))

    # --- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def topics_hold_what_was_appended(self) -> None:
        """Without retention everything is kept, in the order of appending per partition."""
        found = self.read(OUTPUTS)
        assert sorted(record.id for record in found) == sorted(draft.id for draft in self.appended[OUTPUTS])
        self._in_order(found)

    @invariant()
    def retention_drops_only_what_is_too_old(self) -> None:
        """Whatever is gone was recorded more than ten days ago."""
        found = self.read(EVENTS)
        self._in_order(found)
        gone = len(self.appended[EVENTS]) - len(found)
        assert gone == sum(self.starts().values())
        oldest_kept = self.clock.now() - timedelta(days=14)  # ten days, and up to four until the next upkeep
        assert gone >= self.dropped
        assert all(record.recorded >= oldest_kept for record in found) or gone == self.dropped
        self.dropped = gone

    @invariant()
    def the_latest_state_of_each_key_is_kept(self) -> None:
        """Compaction may drop older ones, never the newest."""
        newest = {draft.key: draft.id for draft in self.appended[STATES]}
        kept = {record.id for record in self.read(STATES)}
        assert set(newest.values()) <= kept
        for key in "abcd":
            latest = self.run(self.log.latest(STATES, key))
            assert (latest.id if latest else None) == newest.get(key)

    @invariant()
    def positions_are_as_committed(self) -> None:
        """The log says of the group what the group said."""
        assert self.run(self.log.committed("g", EVENTS)) == self.committed

    def _in_order(self, found: list[Record]) -> None:
        """Check that a key stays in its partition, and ids (which are numbers) rise within it."""
        last: dict[Partition, int] = {}
        for record in found:
            assert self.homes.setdefault((record.topic, record.key), record.partition) == record.partition
            place = (record.topic, record.partition)
            assert last.get(place, -1) < int(record.id)
            last[place] = int(record.id)

    def read(self, topic: str) -> list[Record]:
        """Return what the log keeps of a topic."""
        return self.run(self._read(topic))

    async def _read(self, topic: str) -> list[Record]:
        starts = await self.log.starts(topic)
        return [record for number, start in starts.items() async for record in self.log.read(topic, number, start)]

    def starts(self) -> dict[int, int]:
        """Return the oldest kept positions of EVENTS."""
        return dict(self.run(self.log.starts(EVENTS)))


TestLogModel = LogModel.TestCase
TestLogModel.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
