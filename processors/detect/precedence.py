"""What a headline presupposes: where it tells how a truce or siege went on, what began it is earlier news."""

from collections.abc import Mapping, Sequence

from processors.detect.frames import Frame
from tocsin.vocabulary import Act

_BEGINNINGS: frozenset[Act] = frozenset({"declared", "agreed"})
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


def _is_headline(frame: Frame) -> bool:
    """Say whether a headline tells it as news; a siege that it only names ("relief for besieged Homs") is none."""
    return _is_title(frame) and not frame.is_background and not frame.finding.rule.is_circumstance


def _is_past(frame: Frame) -> bool:
    return not (_is_title(frame) or frame.finding.is_negated or frame.finding.rule.modal)


def _is_title(frame: Frame) -> bool:
    return frame.finding.line.sentence.is_title
