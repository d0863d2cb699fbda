"""Who stands on which side, theatre by theatre: coalitions count as one, mediators as none."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from tocsin.vocabulary import ACCUSATION, Announcement, Value

_ACCUSING = ("ACCUSE:", "ACCUSATION:", "blame:")
_DROPPED = frozenset({"the", "al", "el", "of", "government", "forces", "army", "military"})


class Roster(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What sides.toml holds for a theatre, or for everywhere."""

    sides: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    bystanders: tuple[str, ...] = ()


def issuers(announcement: Announcement) -> frozenset[str]:
    """Return the sides that an announcement names as its issuer."""
    return sides(announcement.issuer, announcement.theatre)


def addressees(announcement: Announcement) -> frozenset[str]:
    """Return the sides that an announcement names as its target."""
    return sides(announcement.target, announcement.theatre)


def is_accusing(announcement: Announcement) -> bool:
    """Say whether a breach is what the issuer says of the target; where no evidence tells, slots do.

    Older logs have only the lexicon's entries to tell it by.
    """
    evidence = announcement.evidence
    if evidence is None or ACCUSATION in evidence.notes:
        return True
    return any(entry.startswith(_ACCUSING) for entry in evidence.lexicon)


def parties(announcement: Announcement) -> frozenset[str]:
    """Return the sides that an announcement names, as issuer or target."""
    return issuers(announcement) | addressees(announcement)


def sides(names: Iterable[str], theatre: str) -> frozenset[str]:
    """Return the sides of some names where a measure lies in a country, mediators left out."""
    return frozenset(side for name in names if (side := _side_of(name, theatre)))


@cache
def _side_of(name: str, theatre: str) -> str:
    """Return a side in a form that compares: its own where a name stands alone, empty for a bystander."""
    key = _norm(name)
    for place in (theatre, ""):
        known = _sides(place).get(key)
        if known is not None:
            return known
    return key


@cache
def _norm(name: str) -> str:
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = [word for word in re.findall(r"[a-z0-9]+", text) if word not in _DROPPED]
    return " ".join(words) or text


@cache
def _sides(theatre: str) -> Mapping[str, str]:
    """Return the side of each name that a theatre's roster holds, the empty one for bystanders."""
    roster = _rosters().get(theatre, Roster())
    members = {_norm(name): _norm(side) for side, names in roster.sides.items() for name in (side, *names)}
    return {_norm(name): "" for name in roster.bystanders} | members


@cache
def _rosters() -> Mapping[str, Roster]:
    data = tomllib.loads((files(__package__) / "sides.toml").read_text(encoding="utf-8"))
    theatres = msgspec.convert(data.pop("theatres"), dict[str, Roster])
    return {"": msgspec.convert(data, Roster), **theatres}
