"""An announcement while it is being put together: a finding with its slots."""

from typing import NamedTuple

from processors.detect.clauses import Finding
from processors.detect.mentions import TimeMention
from tocsin.vocabulary import Act, ClaimedTime, Family, Place


class Frame(NamedTuple):
    """One announcement as one sentence tells it. ``sides`` are its issuers by coalition.

    ``term`` is a duration that its sentence gives no time to count from. ``opponent`` is its target where no sentence
    of the article names one.
    """

    finding: Finding
    issuer: tuple[str, ...] = ()
    sides: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    opponent: tuple[str, ...] = ()
    place: tuple[Place, ...] = ()
    theatre: str = "XX"
    start: ClaimedTime | None = None
    end: ClaimedTime | None = None
    deadline: ClaimedTime | None = None
    term: TimeMention | None = None
    is_background: bool = False
    is_past: bool = False  # its own date lies well before the article
    attribution: str | None = None
    is_accusation: bool = False  # of a breach: its issuer says that its target did it

    @property
    def family(self) -> Family:
        return self.finding.family

    @property
    def act(self) -> Act:
        return self.finding.act

    @property
    def fullness(self) -> int:
        """How much it tells: slots filled."""
        times = sum(t is not None for t in (self.start, self.end, self.deadline))
        return min(len(self.issuer), 2) + bool(self.target) + bool(self.place) + times
