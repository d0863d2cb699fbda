"""What reading finds in a text: actors, places and times, each at its place in the text; and the setting it reads by.

Offsets count characters of the text that was searched (a sentence, a clause, a whole article): ``text[start:end]``.
"""

from datetime import datetime
from typing import Literal

from tocsin.vocabulary import ClaimedTime, Value

ActorKind = Literal["state", "armed_group", "coalition", "mediator", "organisation", "religious", "person", "people"]
TimeRole = Literal["start", "end", "deadline", "point", "duration", "reported"]
Tense = Literal["past", "future", "unknown"]


class ActorMention(Value, frozen=True, kw_only=True):
    """Someone who can announce a measure or be the object of one.

    ``name`` is the short canonical name. ``side`` is the coalition that it counts as ("Syrian rebels" for Fastaqim),
    its own name where it stands alone. ``country`` is where it acts (for a state: itself), None when it acts widely.
    ``is_generic`` marks descriptors resolved by the setting ("the rebels", "the army"). A phrase that names several
    ("both sides") gives several mentions with the same span.
    """

    start: int
    end: int
    name: str
    kind: ActorKind
    country: str | None
    side: str
    is_generic: bool = False


class PlaceMention(Value, frozen=True, kw_only=True):
    """A place. ``within`` holds what contains it, tightest first: Tariq al-Bab has ("Aleppo", "Syria").

    A country has itself as ``name`` and nothing in ``within``. ``country`` is ISO 3166 alpha-2 (XK for Kosovo), None
    for regions of several countries. ``zone`` is an IANA name. ``is_adjective`` marks "Syrian", "Sudan's" aside: a
    country that only qualifies something else.
    """

    start: int
    end: int
    name: str
    country: str | None
    zone: str | None
    within: tuple[str, ...] = ()
    is_country: bool = False
    is_adjective: bool = False


class TimeMention(Value, frozen=True, kw_only=True):
    """A time or a duration.

    ``role`` is what the words around it say: ``start`` (from, since, starting), ``end`` (until, expires), ``deadline``
    (by, within), ``reported`` (when something was said, not when it holds), ``point`` (on Friday: the verb decides),
    ``duration`` (72-hour; ``seconds`` is set and ``claimed`` None). "from 9am to 7pm" gives a start and an end.
    ``claimed`` is None too where the words need a publication time that nobody knows.
    """

    start: int
    end: int
    role: TimeRole
    claimed: ClaimedTime | None
    seconds: int | None = None
    tense: Tense = "unknown"
    is_further: bool = False  # "another 24 hours": counts from the end of what ran before


class Setting(Value, frozen=True, kw_only=True):
    """What an article tells its sentences: when it was published, which countries it is about (first one leads).

    ``belligerents`` are the canonical names of its two main warring sides, as far as they are known. ``zone`` is the
    first country's main time zone.
    """

    published: datetime | None
    countries: tuple[str, ...] = ()
    belligerents: tuple[str, ...] = ()
    zone: str | None = None
