"""From the times of a clause to the slots of an announcement: start, end, deadline."""

from collections.abc import Iterable, Sequence

from processors.detect.mentions import TimeMention, TimeRole
from processors.detect.times_calendar import shifted
from tocsin.vocabulary import Act, ClaimedTime, Family, Value

_DAY = len("2016-11-04")
#: Acts whose plain "on Friday" tells when the measure's new state begins.
_BEGINNING = frozenset({"declared", "amended"})
_AHEAD = frozenset({"agreed", "proposed"})  # ... only where it lies ahead


class Slots(Value, frozen=True, kw_only=True):
    """The claimed times of one announcement.

    ``term`` is a stated duration that found no time to count from in the sentence.
    """

    start: ClaimedTime | None = None
    end: ClaimedTime | None = None
    deadline: ClaimedTime | None = None
    term: TimeMention | None = None


def slots(mentions: Sequence[TimeMention], family: Family, act: Act, *, begins: bool = False) -> Slots:
    """Return the slots that the times of one clause or sentence fill; ``begins`` as for a rule.

    Does not look beyond them: ``refine`` adds the clock time that another sentence gives for the same day.
    """
    if family == "ultimatum":
        return _demand(mentions, act)
    start, end = _first(mentions, "start"), _first(mentions, "end") or _first(mentions, "deadline")
    if act == "ended":
        return Slots(start=start, end=end or _first(mentions, "point") or _first(mentions, "reported"))
    if start is None and (begins or act in _BEGINNING):
        start = _first(mentions, "point")
    if start is None and begins:  # "said on Thursday that it had come into force"
        start = _first(mentions, "reported")
    if start is None and act in _AHEAD:
        start = next((m.claimed for m in mentions if m.role == "point" and m.tense == "future"), None)
    ends = _prolonged(start, end, mentions)
    return Slots(start=start, end=ends, term=_term(mentions) if ends is None else None)


def refine(claimed: ClaimedTime, others: Iterable[TimeMention], role: TimeRole) -> ClaimedTime:
    """Return the claim with the clock time that others give for the same day, first those of the same role.

    A deadline also takes the end of a window of that day ("leave by Friday evening" and "from 9am to 7pm Friday").
    """
    if len(claimed.local) != _DAY:
        return claimed
    roles = {role, "end"} if role == "deadline" else {role}
    same_day = [
        m.claimed
        for m in others
        if m.claimed and m.role in roles and m.claimed.local[:_DAY] == claimed.local and len(m.claimed.local) > _DAY
    ]
    return same_day[0] if same_day else claimed


def _demand(mentions: Sequence[TimeMention], act: Act) -> Slots:
    deadline = _first(mentions, "deadline") or _first(mentions, "end")
    start = _first(mentions, "start")
    given = next((m for m in mentions if m.role in {"duration", "deadline"} and m.seconds), None)
    since = start or _first(mentions, "point")
    if deadline is None and since and given and given.seconds:  # "on Sunday gave them 24 hours to leave"
        deadline = shifted(since, given.seconds, since.text)
    if deadline is None and act in {"declared", "extended", "amended", "in_force"}:
        deadline = next((m.claimed for m in mentions if m.role == "point" and m.claimed and m.tense != "past"), None)
    return Slots(start=start, deadline=deadline)


def _prolonged(
    start: ClaimedTime | None, end: ClaimedTime | None, mentions: Sequence[TimeMention]
) -> ClaimedTime | None:
    """Add a stated duration: to the start, or, when it is a further one, to the end that it prolongs."""
    term = _term(mentions)
    if term is None or term.seconds is None:
        return end
    if term.is_further:
        return shifted(end, term.seconds, end.text) if end else None
    return end if end or start is None else shifted(start, term.seconds, start.text)


def _term(mentions: Sequence[TimeMention]) -> TimeMention | None:
    return next((m for m in mentions if m.role == "duration" and m.seconds), None)


def _first(mentions: Sequence[TimeMention], role: TimeRole) -> ClaimedTime | None:
    return next((m.claimed for m in mentions if m.role == role and m.claimed), None)
