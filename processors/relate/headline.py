"""What changed, in one sentence that a duty officer reads once: who did what to which measure, and what was before."""

from processors.relate.judge import Verdict
from processors.relate.naming import listed, measure_at, possessive, where
from processors.relate.sides import is_accusing
from tocsin.standing import as_claimed, day_of, terms, told_at
from tocsin.vocabulary import Act, Announcement, Family, Kind, Statement

_WAS: dict[Act, str] = {
    "urged": "called for",
    "proposed": "offered",
    "declared": "declared",
    "agreed": "agreed",
    "in_force": "reported in force",
    "extended": "extended",
    "amended": "changed",
    "rejected": "refused",
    "violated": "reported broken",
    "ended": "reported over",
    "denied": "denied",
}
_WAS_OF: dict[tuple[Family, Act], str] = {
    ("siege", "declared"): "imposed",
    ("siege", "amended"): "eased",
    ("ultimatum", "declared"): "issued",
}

# {who} did it, {whom} it was done to, {it} is the measure ("the siege of Homs"), {its} is it with its earlier
# issuer ("Russia's ultimatum for Aleppo"), {new} the measure without an article.
_SAID: dict[tuple[Family, Kind], str] = {
    ("ceasefire", "ends"): "{who} ended {it}",
    ("ceasefire", "renews"): "{who} announced a new {new}",
    ("ceasefire", "replaces"): "{who} accepted {it}",
    ("ceasefire", "extends"): "{who} extended {it}",
    ("ceasefire", "amends"): "{who} changed the terms of {it}",
    ("ceasefire", "rejects"): "{who} rejected {its}",
    ("ceasefire", "denies"): "{who} denied {it}",
    ("ceasefire", "violates"): "Reports say {who} broke {it}",
    ("ceasefire", "conflicts"): "{who} said that {it} still holds",
    ("siege", "ends"): "{who} ended {it}",
    ("siege", "renews"): "{who} imposed {it} again",
    ("siege", "amends"): "{who} eased {it}",
    ("siege", "violates"): "Reports say {who} did not honour what was promised on {it}",
    ("siege", "rejects"): "{who} refused to give way on {it}",
    ("siege", "denies"): "{who} denied {it}",
    ("siege", "conflicts"): "{who} is said to keep up {it}",
    ("ultimatum", "renews"): "{who} issued a new {new}",
    ("ultimatum", "extends"): "{who} put off the deadline of the {new}",
    ("ultimatum", "amends"): "{who} changed the terms of the {new}",
    ("ultimatum", "rejects"): "{who} rejected {its}",
    ("ultimatum", "denies"): "{who} denied {its}",
}
_UNHONOURED = "Reports say that what was promised on {it} was not honoured"
_REPORTED: dict[Kind, str] = {
    "ends": "Reports say {it} is over",
    "violates": "Reports say {it} is broken",
    "rejects": "Reports say {its} was rejected",
    "denies": "Reports say {it} was denied",
    "extends": "Reports say {it} was extended",
    "amends": "Reports say the terms of {it} were changed",
    "renews": "Reports tell of a new {new}",
    "replaces": "Reports say {it} was accepted",
    "conflicts": "Reports say {it} still holds",
}
# Where two measures meet, or two claims, what was before is of the other one and stands in a clause of its own.
_BEFORE: dict[Kind, str] = {"renews": "; the last one was", "conflicts": "; it was"}
_ACCUSED: dict[Family, str] = {
    "ceasefire": "{who} accused {whom} of breaking {it}",
    "siege": "{who} accused {whom} of not honouring what was promised on {it}",
    "ultimatum": "{who} accused {whom} over {it}",
}


def headline(verdict: Verdict, later: Statement) -> str:
    """Return what changed, in one sentence without a full stop."""
    new, old = later.announcement, verdict.earlier.announcement
    place = where(new, old)
    measure = measure_at(place, old.family)
    if verdict.row.differs:
        told = f"{later.article.source} gives {terms(new)}, {verdict.earlier.article.source} {terms(old)}"
        return f"Sources differ on the {measure}: {told}"
    said = _sentence(verdict.row.kind, new, old).format(
        who=_who(new),
        whom=listed(new.target),
        it=f"the {measure}",
        its=f"{possessive(old.issuer)} {'call for a ' if _is_call(old) else ''}{measure}",
        new=measure_at(place, new.family),
    )
    before = _BEFORE.get(verdict.row.kind, ",")
    return f"{said}{_terms(new, old)}{before} {_was(verdict.earlier, verdict.row.kind)}"


def _is_call(old: Announcement) -> bool:
    """A truce that was only called for; of a siege, its end is."""
    return (old.family, old.act) == ("ceasefire", "urged")


def _who(new: Announcement) -> str:
    return listed(list(dict.fromkeys((*new.issuer, *new.target))) if _is_mutual(new) else new.issuer)


def _is_mutual(new: Announcement) -> bool:
    """Both sides accuse each other: both stand in both slots."""
    return new.act == "violated" and len(new.issuer) > 1 and set(new.issuer) == set(new.target) and is_accusing(new)


def _accuses(new: Announcement) -> bool:
    """Does a party say so of another? Of fire that is told as fact, ``target`` is whom it hit, not who is accused."""
    if not new.target or set(new.issuer) & set(new.target):
        return False
    return is_accusing(new)


def _sentence(kind: Kind, new: Announcement, old: Announcement) -> str:
    if not new.issuer:
        return _UNHONOURED if (new.family, kind) == ("siege", "violates") else _REPORTED[kind]
    if _is_mutual(new):
        return "{who} accused each other of breaking {it}"
    if kind == "violates" and _accuses(new):
        return _ACCUSED[new.family]
    if (new.family, kind) == ("siege", "amends") and _is_told_by_others(new, old):
        return "{who} said that {it} was eased"
    if new.family == "ultimatum" and kind == "ends":
        return "{who} complied with {its}" if new.act == "agreed" else "The {new} ran out or was withdrawn"
    return _declared(kind, new)


def _is_told_by_others(new: Announcement, old: Announcement) -> bool:
    """Is it no besieger who says that people or aid got through?"""
    return not set(new.issuer) & set(old.issuer) if old.issuer else bool(set(new.issuer) & set(old.target))


def _declared(kind: Kind, new: Announcement) -> str:
    if kind == "replaces" and new.act == "declared":
        return "{who} declared {it} after all"
    if kind == "renews" and new.act == "agreed":
        return "{who} agreed on a new {new}"
    return _SAID.get((new.family, kind), _REPORTED[kind])


def _terms(new: Announcement, old: Announcement) -> str:
    """The deadline that is at stake, or the end that is new."""
    deadline = new.deadline or (old.deadline if new.family == "ultimatum" else None)
    if deadline:
        return f" (deadline {as_claimed(deadline)})"
    return f" until {as_claimed(new.end)}" if new.end and new.act in {"declared", "agreed", "extended"} else ""


def _was(earlier: Statement, kind: Kind) -> str:
    old = earlier.announcement
    was = _WAS_OF.get((old.family, old.act), _WAS[old.act])
    day = day_of(told_at(earlier.article))
    if old.act == "in_force" and old.start:
        return f"in force since {as_claimed(old.start)}"
    if _is_call(old) and kind == "rejects":
        was = "made"
    return f"{was} {'before' if old.is_background else 'on'} {day}"
