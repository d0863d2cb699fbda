"""A time axis: where a moment lies, and which moments get a label."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

_STEPS = tuple(
    timedelta(minutes=minutes)
    for minutes in (
        5,
        15,
        30,
        60,
        180,
        360,
        720,
        1_440,
        2_880,
        10_080,
        43_200,
        129_600,
        525_600,
        2_628_000,
        5_256_000,
        13_140_000,
    )
)
_MOST_LABELS = 8
_DAY = timedelta(days=1)


class Axis(NamedTuple):
    """A stretch of time laid over a width."""

    first: datetime
    last: datetime
    left: float
    right: float

    def x(self, moment: datetime) -> float:
        """Return where a moment lies; one outside lies at the edge."""
        share = (moment - self.first) / (self.last - self.first)
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 1)

    def ticks(self) -> Iterator[tuple[float, str]]:
        """Yield positions and labels of at most eight round moments (UTC)."""
        span = self.last - self.first
        step = next((step for step in _STEPS if span / step < _MOST_LABELS), _STEPS[-1])
        seconds = step.total_seconds()
        moment = datetime.fromtimestamp(-(-self.first.timestamp() // seconds) * seconds, UTC)
        while moment <= self.last:
            yield self.x(moment), _label(moment, step, span)
            moment += step


def axis_of(moments: list[datetime], left: float, right: float) -> Axis:
    """Return the axis that holds all moments with a little room on both sides."""
    first, last = min(moments), max(moments)
    room = max((last - first) * 0.03, timedelta(minutes=5))
    return Axis(first - room, last + room, left, right)


def _label(moment: datetime, step: timedelta, span: timedelta) -> str:
    if step < _DAY:
        return f"{moment:%H:%M}" if span < _DAY else f"{moment.day} {moment:%b %H:%M}"
    return f"{moment.day} {moment:%b}" if span < 300 * _DAY else f"{moment.day} {moment:%b %Y}"
