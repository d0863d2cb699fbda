"""One announcement for all that an article says of it: findings of the same family, act, side and window become one."""

from collections.abc import Sequence
from datetime import timedelta

from processors.detect.frames import Frame
from processors.detect.precedence import in_order_of_events, put_in_order
from processors.detect.times_calendar import shifted
from tocsin.vocabulary import ClaimedTime

#: What one side does alone; another side's is another announcement. The rest is of all who take part, whoever is named.
_ONE_SIDED = frozenset({"declared", "proposed", "urged", "rejected", "violated", "denied"})

_PROLONGING = frozenset({"extended", "proposed"})
_TOUCH = timedelta(seconds=1)  # from "today" to "midnight"
_ANNOUNCING = frozenset({"declared", "proposed", "agreed"})


def fuse(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """Return one frame an announcement, in the order of events; circumstances give way to acts."""
    groups: list[list[Frame]] = []
    for frame in put_in_order(frames):
        home = next((g for g in groups if any(_same(frame, other) for other in g)), None)
        if home is None:
            groups.append([frame])
        else:
            home.append(frame)
    fused = _prolonged(_with_windows([_merge(g) for g in groups]))
    return tuple(in_order_of_events([_addressed(f, fused) for f in fused if not _is_said_elsewhere(f, fused)]))


def _addressed(frame: Frame, frames: Sequence[Frame]) -> Frame:
    """Return a frame whose target, where none is named, is whose offer or demand it refuses, else the enemy."""
    if frame.target:
        return frame
    refused = _refused(frame, frames) if frame.act == "rejected" else ()
    return frame._replace(target=refused or frame.opponent)


def _refused(frame: Frame, frames: Sequence[Frame]) -> tuple[str, ...]:
    """Return who made what a frame refuses: the issuer of an offer of the article, else whom its side refuses too."""
    offers = [f.issuer for f in frames if f.act in {"declared", "proposed"} and f.family != "siege" and f.issuer]
    told = [f.target for f in frames if f.act == "rejected" and f.issuer == frame.issuer and f.target]
    return next((names for names in offers + told if not set(names) & set(frame.issuer)), ())


def _with_windows(frames: list[Frame]) -> list[Frame]:
    """Give a pause that names no hours those of the corridors that open under it."""
    hours = next((f for f in frames if (f.family, f.act) == ("ceasefire", "amended") and f.start and f.end), None)
    if hours is None:
        return frames
    return [
        f._replace(start=hours.start, end=hours.end)
        if f.family == "ceasefire" and f.act in _ANNOUNCING and not (f.start or f.end or f.is_background)
        else f
        for f in frames
    ]


def _prolonged(frames: list[Frame]) -> list[Frame]:
    """Add a further term to the end of the truce that it prolongs, where the article tells that in another sentence."""
    ends = [f.end for f in frames if f.family == "ceasefire" and f.act not in _PROLONGING and f.end]
    return [_until(f, ends[0]) if f.act in _PROLONGING and ends else f for f in frames]


def _until(frame: Frame, end: ClaimedTime) -> Frame:
    term = frame.term
    if frame.end or term is None or not term.seconds or not (term.is_further or frame.act == "extended"):
        return frame
    start = end if frame.act == "proposed" else frame.start  # an extension is the same truce; an offer of one is not
    return frame._replace(start=start, end=shifted(end, term.seconds, end.text))


def _same(a: Frame, b: Frame) -> bool:
    if (a.family, a.act) != (b.family, b.act):
        return False
    if a.is_past != b.is_past:
        return False
    if a.act in _ONE_SIDED and a.issuer and b.issuer and not _meet(a.issuer, b.issuer) and not _tells_who(a, b):
        return False
    return all(_agree(x, y) for x, y in ((a.start, b.start), (a.end, b.end), (a.deadline, b.deadline)))


def _tells_who(a: Frame, b: Frame) -> bool:
    """Is one a breach told as fact, the other the same as somebody's word ("X broke it", "Y said that X broke it")?"""
    fact, claim = (b, a) if a.is_accusation else (a, b)
    return claim.is_accusation and not fact.is_accusation and _meet(claim.target, fact.issuer)


def _meet(names: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether two casts share a name; the UN Security Council is of the UN, as its name begins."""
    return any(x == y or x.startswith(f"{y} ") or y.startswith(f"{x} ") for x in names for y in others)


def _agree(a: ClaimedTime | None, b: ClaimedTime | None) -> bool:
    """May two claims be one? "Today" and the midnight that ends it may; two days in a row may not."""
    if a is None or b is None:
        return True
    slack = _TOUCH if a.earliest == a.latest or b.earliest == b.latest else timedelta()
    return a.earliest <= b.latest + slack and b.earliest <= a.latest + slack


def _merge(group: list[Frame]) -> Frame:
    """Return the fullest frame (the first such), with what only the others tell; of a breach, whose word it is."""
    best = max(group, key=lambda f: (f.is_accusation, f.fullness, -f.finding.line.sentence.order))
    start, end = (best.start or _told(group, "start")), (best.end or _told(group, "end"))
    term = best.term or next((f.term for f in group if f.term), None)
    if start and end is None and term and term.seconds and not term.is_further:
        end = shifted(start, term.seconds, start.text)
    who = best if best.issuer else next((f for f in group if f.issuer), best)
    return best._replace(
        start=start,
        end=end,
        deadline=best.deadline or _told(group, "deadline"),
        term=term,
        issuer=who.issuer,
        sides=who.sides,
        is_accusation=who.is_accusation,
        target=best.target or _first(group, "target"),
        is_background=all(f.is_background for f in _told_outright(group)),
    )


def _told_outright(group: list[Frame]) -> list[Frame]:
    """Return the frames that say it; those that only name the measure in passing where no other does."""
    return [f for f in group if not f.finding.rule.is_circumstance] or group


def _told(group: list[Frame], slot: str) -> ClaimedTime | None:
    return next((v for v in (getattr(f, slot) for f in group) if v), None)


def _first(group: list[Frame], slot: str) -> tuple[str, ...]:
    return next((v for v in (getattr(f, slot) for f in group) if v), ())


def _is_said_elsewhere(frame: Frame, frames: Sequence[Frame]) -> bool:
    """Say whether a passing mention adds nothing: the article tells an act of the same family (decision 2)."""
    if not frame.finding.rule.is_circumstance:
        return False
    return any(f is not frame and f.family == frame.family and not f.finding.rule.is_circumstance for f in frames)
