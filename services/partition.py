"""Where one partition of a stage stands: its state, the keys held back, and what the next record does to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from tocsin.log.base import Record

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Standing(Generic[S]):
    """A stage's fold over one partition, up to ``position`` (the next to read). A value: dropping it undoes the work.

    ``parked`` maps each key that a dead letter holds back to the ids that must be put back, in their order.
    ``failures`` counts dead letters in a row, those merely held back left out.
    """

    state: S
    position: int = 0
    parked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    failures: int = 0
    since_snapshot: int = 0

    def holds_back(self, record: Record) -> str | None:
        """Return the id of the dead letter that this record must wait behind; None when it may be decided.

        The dead letter itself, put back, may: it carries the id that is waited for.
        """
        waiting = self.parked.get(record.key)
        return waiting[0] if waiting and waiting[0] != record.id else None

    def decided(self, record: Record, state: S) -> "Standing[S]":
        """Return the standing after a record was decided; one that was put back lets the next of its key go."""
        return replace(
            self,
            state=state,
            position=record.position + 1,
            parked=_released(self.parked, record) if record.key in self.parked else self.parked,
            failures=0,
            since_snapshot=self.since_snapshot + 1,
        )

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


def _released(parked: Mapping[str, tuple[str, ...]], record: Record) -> Mapping[str, tuple[str, ...]]:
    rest = parked[record.key][1:]
    others = {key: ids for key, ids in parked.items() if key != record.key}
    return {**others, record.key: rest} if rest else others
