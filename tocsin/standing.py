"""What announcements come to: the state that each leaves, the times that hold, and what was in force at a moment.

The meaning of the acts, for all who fold announcements: relate, which decides by it, and readers of the log, who show
it. An announcement counts from when it was told, or from its claimed start or end where that lies before; background
counts only where it is dated so.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from tocsin.vocabulary import Act, Announcement, ArticleRef, ClaimedTime, State, Statement, Status

_STATUS: Mapping[Act, Status] = {
    "urged": "called_for",
    "proposed": "offered",
    "declared": "declared",
    "agreed": "agreed",
    "in_force": "in_force",
    "extended": "in_force",
    "amended": "in_force",
    "rejected": "refused",
    "violated": "broken",
    "ended": "ended",
    "denied": "denied",
}
_BEGUN: frozenset[Status] = frozenset({"declared", "agreed"})
_OPEN: frozenset[Status] = frozenset({"declared", "agreed", "in_force"})
_ANEW: frozenset[Act] = frozenset({"declared", "agreed", "extended", "amended", "ended"})  # bring their own times
_YEAR, _MONTH = len("2016"), len("2016-11")


class Times(NamedTuple):
    """The window and deadline that hold: those of the newest announcement that sets or moves them."""

    start: ClaimedTime | None = None
    end: ClaimedTime | None = None
    deadline: ClaimedTime | None = None

    def after(self, new: Announcement) -> "Times":
        """Return the times that hold once an announcement is told."""
        if new.act == "extended":
            return Times(self.start or new.start, new.end, new.deadline)
        if new.act in _ANEW:
            return Times(new.start, new.end, new.deadline)
        return Times(_kept(self.start, new.start), _kept(self.end, new.end), _kept(self.deadline, new.deadline))


class Stood(NamedTuple):
    """What stood at a moment. ``statements`` count for it, in the order of what they tell.

    ``said`` is the state that they leave, before the clock opened windows and let deadlines pass.
    """

    state: State
    said: State
    times: Times
    statements: tuple[Statement, ...]


def told_at(article: ArticleRef) -> datetime:
    """Return when an article told its news: its publication, or when we first saw it."""
    return article.published or article.observed


def state_after(before: State, statement: Statement) -> State:
    """Return what holds once a statement is told."""
    new = statement.announcement
    if new.act == "violated" and before.status in {"ended", "refused"}:
        return before
    return State(status=_STATUS[new.act], terms=terms(new), since=told_at(statement.article))


def times_of(statements: Iterable[Statement]) -> Times:
    """Return the times that hold after statements in the order of events; background tells of none that hold."""
    times = Times()
    for statement in statements:
        if not statement.announcement.is_background:
            times = times.after(statement.announcement)
    return times


def stood_at(statements: Iterable[Statement], moment: datetime) -> Stood | None:
    """Return what stood at a moment by all that is told; None where nothing tells of it. The order does not matter."""
    counted = ((since, s) for s in statements if (since := counts_from(s)) is not None)
    dated = sorted((pair for pair in counted if pair[0] <= moment), key=lambda pair: pair[0])
    if not dated:
        return None
    state, times = State(status="none"), Times()
    for since, statement in dated:
        after = state_after(state, statement)
        state = state if after is state else msgspec.structs.replace(after, since=since)
        times = times.after(statement.announcement)
    return Stood(by_the_clock(state, times, moment), state, times, tuple(s for _, s in dated))


def counts_from(statement: Statement) -> datetime | None:
    """Return the moment that a statement tells of; None for background without a date of its own."""
    new, told = statement.announcement, told_at(statement.article)
    claimed = new.end if new.act == "ended" else new.start
    before = claimed.latest if claimed is not None and claimed.latest < told else None
    return before if new.is_background else before or told


def by_the_clock(state: State, times: Times, moment: datetime) -> State:
    """Return the state once windows are open or closed and deadlines passed."""
    over = min((t.latest for t in (times.end, times.deadline) if t and t.latest < moment), default=None)
    if state.status in _OPEN and over is not None:
        return msgspec.structs.replace(state, status="expired", since=over)
    if state.status in _BEGUN and times.start is not None and times.start.earliest <= moment:
        return msgspec.structs.replace(state, status="in_force", since=times.start.earliest)
    return state


def terms(new: Announcement) -> str:
    """Return an announcement's window and deadline in words."""
    parts = [("from", new.start), ("until", new.end), ("deadline", new.deadline)]
    return ", ".join(f"{word} {as_claimed(time)}" for word, time in parts if time)


def as_claimed(time: ClaimedTime) -> str:
    """Return a claimed time as the text made it, in the place's zone: "Friday 4 November 2016, 19:00", "April 2022"."""
    if len(time.local) == _YEAR:
        return time.local
    if len(time.local) == _MONTH:
        return f"{datetime.fromisoformat(f'{time.local}-01'):%B %Y}"
    moment = datetime.fromisoformat(time.local)
    day = f"{moment:%A} {day_of(moment)}"
    return f"{day}, {moment:%H:%M}" if "T" in time.local else day


def day_of(moment: datetime) -> str:
    """Return "4 November 2016"."""
    return f"{moment.day} {moment:%B %Y}"


def _kept(old: ClaimedTime | None, new: ClaimedTime | None) -> ClaimedTime | None:
    """Return the new time; the old one where there is no new one, or where that only tells it less exactly."""
    if old is None or new is None:
        return new or old
    is_vaguer = new.earliest <= old.earliest and old.latest <= new.latest
    return old if is_vaguer else new
