"""A stage core that decides nothing: it brings facts of one topic into the order of another.

Records of two topics have no order between them, but a stage must fold one order to give the same result twice. So what
people command is restated among the facts where it counts: from then on the log itself says which came first.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import msgspec

from tocsin.events import Fact


class NoState(msgspec.Struct, frozen=True):
    """Nothing is remembered."""


class Restater:
    """``tocsin.stage.StageCore``: each fact of ``topic`` becomes what ``restated`` makes of it, often nothing."""

    version = "1"
    state_type = NoState

    def __init__(self, name: str, topic: str, restated: Callable[[Fact], Sequence[Fact]]) -> None:
        self.name = name
        self.topics: tuple[str, ...] = (topic,)
        self._restated = restated

    def initial(self) -> NoState:
        """Return the state, which is none."""
        return NoState()

    def decide(self, state: NoState, fact: Fact, now: datetime) -> tuple[NoState, Sequence[Fact]]:
        """Restate one fact."""
        return state, self._restated(fact)

    def tick(self, state: NoState, now: datetime) -> tuple[NoState, Sequence[Fact]]:
        """Nothing follows from time."""
        return state, ()
