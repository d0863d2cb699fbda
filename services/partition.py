"""Where one partition of a stage stands: its state, the keys held back, and what the next record does to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from tocsin.log.base import Record

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Standing(Generic[S]):
    """A stage's fold over one partition, up to ``position`` (the next to read). A value: dropping it undoes the work.

    ``parked`` maps each key that a dead letter holds back to the ids that must be retried, in their order.
    ``failures`` counts dead letters in a row, those merely held back left out.
    """

    state: S
    position: int = 0
    parked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failures: int = 0
    since_snapshot: int = 0

    def holds_back(self, record: Record) -> str | None:
        """Return the id of the dead letter that this record must wait behind; None when it may be decided.

        The dead letter itself, retried, may: it carries the id that is waited for.
        """
        waiting = self.parked.get(record.key)
        return waiting[0] if waiting and waiting[0] != record.id else None

    def decided(self, record: Record, state: S) -> "Standing[S]":
        """Return the standing after a record was decided; one that was retried lets the next of its key go."""
        return replace(
            self,
            state=state,
            position=record.position + 1,
            parked=_released(self.parked, record.key, record.id),
            failures=0,
            since_snapshot=self.since_snapshot + 1,
        )

    def passed_over(self, record: Record, discarded: str | None) -> "Standing[S]":
        """Return the standing after a mark that a record was discarded, whose id is given if this stage waits for it.

        The state stays. The next of its key may go.
        """
        return replace(
            self,
            position=record.position + 1,
            parked=_released(self.parked, record.key, discarded),
            since_snapshot=self.since_snapshot + 1,
        )

    def at_end(self, end: int) -> "Standing[S]":
        """Return the standing past a gap that the partition ends with.

        Worth a snapshot: were retention to delete the gap, a tail that begins before it would seem to be gone.
        """
        return replace(self, position=end, since_snapshot=max(self.since_snapshot, 1))

    def dead_lettered(self, record: Record) -> "Standing[S]":
        """Return the standing after a record was dead-lettered: the state stays, its key waits."""
        waiting = self.parked.get(record.key, ())
        if record.id not in waiting:
            waiting = (*waiting, record.id)
        return replace(
            self,
            position=record.position + 1,
            parked={**self.parked, record.key: waiting},
            failures=self.failures + (self.holds_back(record) is None),
            since_snapshot=self.since_snapshot + 1,
        )


def _released(parked: Mapping[str, tuple[str, ...]], key: str, settled: str | None) -> Mapping[str, tuple[str, ...]]:
    if settled not in parked.get(key, ()):
        return parked
    rest = tuple(id_ for id_ in parked[key] if id_ != settled)
    others = {other: ids for other, ids in parked.items() if other != key}
    return {**others, key: rest} if rest else others
