"""What came before what in an article: what its headline presupposes is earlier news, and events have an order."""

from collections.abc import Mapping, Sequence, Set

from processors.detect.frames import Frame
from tocsin.vocabulary import Act

_BEGINNINGS: frozenset[Act] = frozenset({"declared", "agreed"})
_STARTING: frozenset[Act] = _BEGINNINGS | {"extended"}
_ANSWERING: frozenset[Act] = frozenset({"rejected", "denied", "violated"})
#: What must have come about before the act of a headline could.
_BEFORE: Mapping[Act, frozenset[Act]] = {
    "in_force": _BEGINNINGS,
    "violated": _BEGINNINGS,
    "extended": _BEGINNINGS | {"in_force"},
    "ended": _BEGINNINGS | {"in_force", "extended"},
}


def put_in_order(frames: Sequence[Frame]) -> list[Frame]:
    """Return the frames, those of the text that the headline's news presupposes as background.

    What is denied of them, or still to come ("the truce is not over", "will begin again"), no headline presupposes.
    """
    told = {(f.family, earlier) for f in frames if _is_headline(f) for earlier in _BEFORE.get(f.act, ())}
    return [f._replace(is_background=True) if _is_past(f) and (f.family, f.act) in told else f for f in frames]


def in_order_of_events(frames: Sequence[Frame]) -> list[Frame]:
    """Return the frames as things came about: background, what is announced, what answers that, the end of it all.

    Where an article tells both the end of a measure and a measure that stands, and neither marks itself, what comes
    first in the text is its news; the other is how it came about.
    """
    told: list[Frame] = []
    for frame in frames:
        news = {f.act for f in told if not f.is_background and f.family == frame.family and _may_be_of_one(f, frame)}
        told.append(frame if _is_title(frame) or not _is_second(frame, news) else frame._replace(is_background=True))
    return sorted(told, key=_rank)


def _may_be_of_one(one: Frame, other: Frame) -> bool:
    return not one.place or not other.place or not set(one.place).isdisjoint(other.place)


def _is_second(frame: Frame, news: Set[Act]) -> bool:
    if frame.act in _STARTING:
        return "ended" in news
    return frame.act == "ended" and not news.isdisjoint(_STARTING | {"in_force"})


def _rank(frame: Frame) -> int:
    if frame.is_background:
        return 0
    return 3 if frame.act == "ended" else 2 if frame.act in _ANSWERING else 1


def _is_headline(frame: Frame) -> bool:
    """Say whether a headline tells it as news; a siege that it only names ("relief for besieged Homs") is none."""
    return _is_title(frame) and not frame.is_background and not frame.finding.rule.is_circumstance


def _is_past(frame: Frame) -> bool:
    return not (_is_title(frame) or frame.finding.is_negated or frame.finding.rule.modal)


def _is_title(frame: Frame) -> bool:
    return frame.finding.line.sentence.is_title
