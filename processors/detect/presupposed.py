"""What a refusal tells besides: the offer that it refuses, and that it answers all that was offered with it."""

from collections.abc import Sequence, Set

from processors.detect.frames import Frame
from processors.detect.lexicon import Lexicon
from tocsin.vocabulary import Act, Family

#: What is refused, by the class of its noun, and the act that made it.
_MADE_BY: dict[Family, tuple[tuple[str, Act], ...]] = {
    "ceasefire": (("OFFER", "proposed"), ("CALLN", "urged")),
    "ultimatum": (("ULTIMATUM", "declared"), ("DEMANDN", "declared"), ("CALLN", "declared")),
}
_TOGETHER: tuple[Family, Family] = ("ceasefire", "ultimatum")
_MADE: frozenset[Act] = frozenset({"declared", "proposed"})
_OPEN: frozenset[Act] = frozenset({"urged", "proposed", "declared", "agreed", "in_force", "extended"})


def with_offers(frames: Sequence[Frame], lexicon: Lexicon) -> tuple[Frame, ...]:
    """Return the frames, and before them an offer or demand that is told only by its refusal.

    "Rejected Russian calls to surrender" tells of the demand too, as known before.
    """
    told = {f.family for f in frames if f.act in _OPEN}
    offers = [offer for f in frames if (offer := _refused(f, told, lexicon)) is not None]
    return (*offers[:1], *frames)


def _refused(frame: Frame, told: Set[Family], lexicon: Lexicon) -> Frame | None:
    """Return the offer that a frame refuses; None where the article tells it, or nobody is named who made it."""
    if frame.act != "rejected" or frame.family in told or not frame.issuer or not frame.target:
        return None
    finding = frame.finding
    signs = {t.sign for t in finding.line.tokens[finding.first : finding.last + 1]}
    is_taken_up = not signs.isdisjoint(lexicon.signs["REJECT"] + lexicon.signs["DEFY"])
    if frame.family == "ultimatum" and not is_taken_up:
        return None  # "vowed to fight on as the ultimatum expired" does not take up the demand itself
    for noun, act in _MADE_BY.get(frame.family, ()):
        if not signs.isdisjoint(lexicon.signs[noun]):
            made = finding._replace(act=act, is_negated=False)
            return frame._replace(
                finding=made, issuer=frame.target, sides=(), target=frame.issuer, is_background=True, attribution=None
            )
    return None


def with_both_answers(frames: Sequence[Frame]) -> tuple[Frame, ...]:
    """Return the frames, and after them the refusal of what one speech offered and demanded together (decision 9)."""
    news = [f for f in frames if not f.is_background]
    pauses, demands = ([f for f in news if f.family == family and f.act in _MADE] for family in _TOGETHER)
    pair = next(((p, d) for p in pauses for d in demands if set(p.issuer) & set(d.issuer)), None)
    refusals = [f for f in news if f.act == "rejected" and f.family in _TOGETHER]
    if pair is None or len({f.family for f in refusals}) != 1:
        return tuple(frames)
    first = refusals[0]
    other = next(f for f in pair if f.family != first.family)
    if set(first.issuer) & set(other.issuer):
        return tuple(frames)
    answer = first._replace(finding=first.finding._replace(family=other.family), target=other.issuer)
    return (*frames, answer)
