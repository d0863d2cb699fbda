"""Who and whom of an announcement as its act means them: an act without addressee has none, a war has another side.

Follows the slots of the labelling guidelines: a halt of fire and its end address nobody; the issuer of a standing
siege is the besieger, and no state besieges a town of its own in a war with another.
"""

from collections.abc import Sequence
from typing import NamedTuple

from processors.detect import actors
from processors.detect.roster import roster, war_between
from tocsin.vocabulary import Act, Family

_BOTH = 2
#: What holds for all who fight: whoever else is named beside it is not addressed.
_UNADDRESSED = frozenset(
    {("ceasefire", act) for act in ("declared", "agreed", "in_force", "extended", "amended", "ended")}
    | {("siege", "amended")}
)
#: What one belligerent does to the other.
_AGAINST = frozenset(
    {("siege", act) for act in ("declared", "in_force", "violated")}
    | {("ultimatum", act) for act in ("declared", "rejected")}
    | {("ceasefire", act) for act in ("rejected", "proposed", "violated")}
)


class Named(NamedTuple):
    """Issuer and target by canonical name."""

    issuer: tuple[str, ...]
    target: tuple[str, ...]


class Struggle(NamedTuple):
    """The belligerents, and the country in which the measure holds."""

    belligerents: Sequence[str]
    country: str


def completed(who: Named, family: Family, act: Act, struggle: Struggle, is_suffered: bool) -> Named:
    """Return issuer and target of an act. ``is_suffered``: the sentence names as its subject the side it is done to."""
    if (family, act) in _UNADDRESSED:
        return Named(who.issuer, ())
    if (family, act) == ("siege", "in_force"):
        who = _besieging(who, struggle, is_suffered)
    if is_suffered and (family, act) == ("ultimatum", "declared"):
        who = Named((), who.issuer)
    if not who.issuer and (act == "violated" or family == "ultimatum"):
        by = _other(who.target, struggle.belligerents) or _both(who.target, struggle)
        return Named(by, who.target if by or family == "ultimatum" else ())  # where nobody fires, nobody is fired at
    return who


def opponent(issuer: Sequence[str], family: Family, act: Act, struggle: Struggle) -> tuple[str, ...]:
    """Return whom an act is done to where no sentence says so: the issuer's enemy; nobody for acts that have none."""
    return _other(issuer, struggle.belligerents) if (family, act) in _AGAINST else ()


def _both(names: Sequence[str], struggle: Struggle) -> tuple[str, ...]:
    """Return the names where they are both sides: each breaks it, and each is wronged."""
    sides = {*names, *(actors.side_of(name) for name in names)}
    return tuple(names) if sides >= set(struggle.belligerents) else ()


def _besieging(who: Named, struggle: Struggle, is_suffered: bool) -> Named:
    """Return besieger and besieged of a siege that stands."""
    defender = _defender(struggle)
    if defender and {actors.side_of(name) for name in who.issuer} <= set(struggle.belligerents):
        return Named(_other((defender,), struggle.belligerents), (defender,))
    if is_suffered and (besieger := _other(who.issuer, struggle.belligerents)):
        return Named(besieger, who.issuer)
    return who


def _defender(struggle: Struggle) -> str:
    """Return the side that is besieged in a war in which only one is; else the belligerent at home, of two states."""
    war = war_between(tuple(struggle.belligerents))
    if war and war.besieged:
        return war.besieged
    sides = [roster().actors[name] for name in struggle.belligerents]
    if len(sides) != _BOTH or any(side.kind != "state" for side in sides):
        return ""
    return next((side.name for side in sides if side.country == struggle.country), "")


def _other(issuer: Sequence[str], belligerents: Sequence[str]) -> tuple[str, ...]:
    """Return the other belligerent; nobody where the issuer is none, or both."""
    sides = {*issuer, *(actors.side_of(name) for name in issuer)}
    if len(belligerents) != _BOTH or len(sides & set(belligerents)) != 1:
        return ()
    return tuple(side for side in belligerents if side not in sides)
