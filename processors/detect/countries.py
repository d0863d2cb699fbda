"""Which countries an article is about, which war it tells of, and so how its sentences are to be read."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple

from processors.detect import actors
from processors.detect.datelines import dispatch_start
from processors.detect.mentions import ActorMention, Setting
from processors.detect.places import as_place, country_votes, main_zone
from processors.detect.places import find as places_in
from processors.detect.roster import Conflict, roster, war_between
from processors.detect.seats import is_party
from tocsin.vocabulary import Place

_TITLE_WEIGHT = 3.0
_SPEAKER_DISCOUNT = 0.3  # Washington speaks about Aleppo; Aleppo is in Syria
_NAMED = 1.5
_ABSENT = 3.0  # what a war loses for a state that the article does not speak of
_READ = 6000  # characters of the text that are read
_LEDE = 600
_MOST = 4


@lru_cache(maxsize=8)
def read_setting(title: str, text: str, published: datetime | None) -> Setting:
    """Return the setting of an article; kept for the few steps that ask for it again."""
    ranked = countries(title, text)
    bare = Setting(published=published, countries=ranked, zone=main_zone(ranked[0]) if ranked else None)
    present = (*actors.find(title, bare), *actors.find(text[:_READ], bare))
    war = _war(bare, Counter(actor.side for actor in present))
    if war is None:
        return bare
    return Setting(published=published, countries=ranked, belligerents=_sides(war, present), zone=bare.zone)


def _sides(war: Conflict, present: Sequence[ActorMention]) -> tuple[str, ...]:
    """Return the sides of a war as an article has them: "the rebels" are the group that it names, if only that one.

    A coalition stays, whichever of its groups is named.
    """
    groups = [side for side in war.sides if roster().actors[side].kind == "armed_group"]
    others = {a.side for a in present if a.kind == "armed_group" and a.country == war.countries[0]}
    if len(groups) != 1 or len(others) != 1 or not others.isdisjoint(war.sides):
        return war.sides
    (other,) = others
    return tuple(other if side in groups else side for side in war.sides)


class Home(NamedTuple):
    """Where an article is set: ``place``, for sentences that name none, and its first ``town``, for sieges.

    ``theatre`` is where its war is fought: of two states that have no one place for it, both. ``countries`` are those
    in which its measures can hold; none where nothing is known.
    """

    place: Place | None = None
    town: Place | None = None
    theatre: tuple[Place, ...] = ()
    countries: tuple[str, ...] = ()

    def holds(self, country: str | None) -> bool:
        return not self.countries or country in self.countries


def home(title: str, text: str, setting: Setting) -> Home:
    """Return where an article is set: in the war's country that it leads with, else in its leading country.

    The title decides, if it names either, else the opening, else where the war is known to be fought. Places
    elsewhere ("talks in Jeddah") and seats of government that stand for a party do not count. A great power that
    comments on no war is no home.
    """
    war = war_between(setting.belligerents)
    country = _home_country(war, setting)
    if country not in roster().states:
        return Home()
    theatre = _theatre(war, country)
    towns: list[Place] = []
    place: Place | None = None
    for part in (title, text[dispatch_start(text) :][:_LEDE]):
        parties = actors.find(part, setting)
        inside = [p for p in places_in(part, setting) if p.country == country]
        free = [p for p in inside if not (p.is_country or p.is_adjective or is_party(p, parties))]
        found = [as_place(p) for p in free]
        towns += found
        if place is None and inside:
            place = found[0] if found else theatre[0]
    return Home(place or theatre[0], next(iter(towns), None), theatre, war.countries if war else (country,))


def _home_country(war: Conflict | None, setting: Setting) -> str:
    if war and war.place:
        return war.countries[0]
    led = setting.countries if war is None else tuple(c for c in setting.countries if c in war.countries)
    country = next(iter(led), "")
    return "" if war is None and country in roster().speakers else country


def _theatre(war: Conflict | None, country: str) -> tuple[Place, ...]:
    """Return where a war is fought, the country at hand first."""
    if war and war.place:
        return (Place(name=war.place, country=country),)
    sides = [roster().actors[side] for side in war.sides] if war else []
    fronts = frozenset(war.countries if war else ()) - roster().speakers
    at_war = [side.country for side in sides if side.kind == "state" and side.country in fronts]
    both = sorted({country, *filter(None, at_war)} if len(at_war) > 1 else {country}, key=lambda code: code != country)
    return tuple(Place(name=roster().states[code].name, country=code) for code in both)


def countries(title: str, text: str) -> tuple[str, ...]:
    """Return the ISO codes of the countries that an article is about, first one first; empty when nothing tells."""
    votes: defaultdict[str, float] = defaultdict(float)
    body = text[dispatch_start(text) :][:_READ]
    for part, weight in ((title, _TITLE_WEIGHT), (body[:_LEDE], 2.0), (body[_LEDE:], 1.0)):
        for country, vote in _votes(part):
            votes[country] += vote * weight
    ranked = sorted(votes.items(), key=lambda item: -item[1])
    sure = tuple(country for country, vote in ranked[:_MOST] if vote >= 1)
    return sure or tuple(country for country, _ in ranked[:1])


def _votes(text: str) -> list[tuple[str, float]]:
    speakers = roster().speakers
    found = [*country_votes(text), *((actor.country, _NAMED) for actor in actors.named(text) if actor.country)]
    return [(country, vote * (_SPEAKER_DISCOUNT if country in speakers else 1.0)) for country, vote in found]


def _war(setting: Setting, named: Counter[str]) -> Conflict | None:
    """Return the war whose sides the article names most; of equals the one of its leading country and year."""
    best: tuple[float, Conflict] | None = None
    for war in roster().conflicts:
        score = _fit(war, setting, named)
        if score > 0 and (best is None or score > best[0]):
            best = score, war
    return best[1] if best else None


def _fit(war: Conflict, setting: Setting, named: Counter[str]) -> float:
    shared = [setting.countries.index(c) for c in war.countries if c in setting.countries]
    if not shared:
        return 0.0
    if setting.published and not war.first <= setting.published.year <= war.last:
        return 0.0
    counts = [named[actors.side_of(side)] or _is_about(side, setting) for side in war.sides]
    if war.needs_both and not min(counts):
        return 0.0
    score = 4.0 / (1 + min(shared)) + min(counts) * 2 + sum(counts) * 0.5 + war.last / 1e5
    return score - _ABSENT * _foreign(counts, war)


def _is_about(side: str, setting: Setting) -> int:
    """Is the side a state that the article is about, though it names it as no party?"""
    actor = roster().actors[side]
    return int(actor.kind == "state" and actor.country in setting.countries)


def _foreign(counts: Sequence[int], war: Conflict) -> int:
    """Count the sides that are states of which the article says nothing."""
    kinds = (roster().actors[side].kind for side in war.sides)
    return sum(kind == "state" and not count for kind, count in zip(kinds, counts, strict=True))
