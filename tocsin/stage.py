"""What a stage's pure core looks like to the worker that runs it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol, TypeVar

from tocsin.events import Fact

S = TypeVar("S")


class StageCore(Protocol[S]):
    """Decides what follows from a fact. No clock, randomness, environment, logging, I/O or await inside.

    One state per input partition. The worker folds facts in order, appends what ``decide`` returns together with
    the consumed position, and after a restart folds the tail again, dropping the outputs: so the same facts must
    give the same states and outputs. States are msgspec types that encode to JSON; arguments are never mutated.
    """

    name: str  # the stage and its consumer group, e.g. "relate"
    topics: tuple[str, ...]
    version: str  # of the state's form; a snapshot of another version is not read
    state_type: type[S]

    def initial(self) -> S:
        """Return the state before the first fact."""
        ...

    def decide(self, state: S, fact: Fact, now: datetime) -> tuple[S, Sequence[Fact]]:
        """Return the state after a fact and the facts that follow from it. ``now`` is ``fact.at``."""
        ...

    def tick(self, state: S, now: datetime) -> tuple[S, Sequence[Fact]]:
        """Return what follows from time alone (timers that are due). Called only when the partition is read to its end.

        The worker takes a snapshot together with a tick's outputs, since no fact in the input tells of the tick.
        """
        ...
