"""What changed, in one sentence, and what holds before and after."""

from processors.relate.judge import Verdict
from processors.relate.ledger import Storyline
from processors.relate.storyline import told_at
from tocsin.vocabulary import Act, Announcement, State, Statement, Status

_STATUS: dict[Act, Status] = {
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
_VERBS = {
    "ends": "ends",
    "renews": "announces anew",
    "replaces": "turns to accept",
    "extends": "extends",
    "amends": "changes",
    "rejects": "rejects",
    "denies": "denies",
    "violates": "is told to break",
    "conflicts": "contradicts what was said of",
}


def name_of(announcement: Announcement) -> str:
    """Return a storyline's name for people."""
    where = ", ".join(p.name for p in announcement.place) or announcement.theatre
    return f"{announcement.family}, {where}"


def headline(verdict: Verdict, later: Statement) -> str:
    """Return what changed, in one sentence."""
    new, old = later.announcement, verdict.earlier.announcement
    who = ", ".join(new.issuer) or "Reports"
    where = ", ".join(p.name for p in new.place or old.place) or new.theatre
    since = told_at(verdict.earlier.article).strftime("%-d %B %Y")
    return f"{who}: {_VERBS[verdict.row.kind]} the {old.family} in {where} ({old.act.replace('_', ' ')} on {since})"


def state_after(line: Storyline, statement: Statement) -> State:
    """Return what holds once a statement is told."""
    new = statement.announcement
    if new.act == "violated" and line.state.status in {"ended", "refused"}:
        return line.state
    return State(status=_STATUS[new.act], terms=_terms(new), since=told_at(statement.article))


def _terms(new: Announcement) -> str:
    parts = [("from", new.start), ("until", new.end), ("deadline", new.deadline)]
    return ", ".join(f"{word} {time.local}" for word, time in parts if time)
