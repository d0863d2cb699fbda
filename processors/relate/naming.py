"""Names for people: of a storyline, a place, a party."""

from collections import Counter
from collections.abc import Sequence

from processors.relate.places import country_name
from tocsin.vocabulary import Announcement, Family, Place, Statement

_NOUN: dict[Family, str] = {"ceasefire": "ceasefire in", "siege": "siege of", "ultimatum": "ultimatum for"}


def name_of(family: Family, theatre: str, statements: Sequence[Statement]) -> str:
    """Return a storyline's name: its family and the place that most of its statements name, the first of equals.

    One mention of a town does not name a national measure, nor the other way round.
    """
    counts = Counter(p.name for s in statements for p in s.announcement.place)
    return f"{family}, {counts.most_common(1)[0][0] if counts else country_name(theatre)}"


def where(*announcements: Announcement) -> str:
    """Return the first places that any of the announcements names, in words; else the country of its theatre."""
    named: tuple[Place, ...] = next((a.place for a in announcements if a.place), ())
    return listed([p.name for p in named]) or country_name(announcements[0].theatre)


def measure_at(place: str, family: Family) -> str:
    """Return a measure as a sentence names it: "siege of Homs"."""
    return f"{_NOUN[family]} {place}"


def listed(names: Sequence[str]) -> str:
    """Return names as a sentence lists them: "A, B and C"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def possessive(names: Sequence[str]) -> str:
    """Return "Russia's", "Syrian rebels'"; "the" where nobody is named."""
    whose = listed(names)
    if not whose:
        return "the"
    return f"{whose}'" if whose.endswith("s") else f"{whose}'s"
