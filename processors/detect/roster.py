"""Who is who: states, armed groups, organisations, people and wars, read from the lexicons once."""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from processors.detect.mentions import ActorKind
from processors.detect.phrases import Phrases, key_of

_LEXICONS = Path(__file__).parent / "lexicons"
_SHORT = 3  # acronyms up to this length are words too ("US", "IS"): they count only in capitals


@dataclass(frozen=True, slots=True)
class Actor:
    """A party under its canonical name. ``side`` is the coalition that it counts as, else its own name."""

    name: str
    kind: ActorKind
    country: str | None
    side: str


@dataclass(frozen=True, slots=True)
class Alias:
    """One way of writing an actor's name."""

    actor: Actor
    needs_capital: bool
    needs_capitals: bool
    is_surname: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """A state: ``name`` as a place, ``government`` and ``army`` as parties. ``since`` lists later rulers by day."""

    code: str
    name: str
    government: Actor
    army: Actor
    demonym: str
    since: tuple[tuple[str, Actor], ...] = ()

    def rulers(self, at: datetime | None) -> Actor:
        """Return who speaks for the state at a moment; at an unknown one, who spoke for it longest."""
        held = self.government
        for day, actor in self.since:
            if at is not None and at.date().isoformat() >= day:
                held = actor
        return held


@dataclass(frozen=True, slots=True)
class CountryWord:
    """A word for a state: its name or a demonym; ``is_plural`` for "Russians"."""

    state: State
    is_demonym: bool
    is_plural: bool
    needs_capitals: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A war: where, in which years, between whom, and what its own descriptors mean."""

    countries: tuple[str, ...]
    first: int
    last: int
    sides: tuple[str, str]
    descriptors: Mapping[str, str]
    needs_both: bool = False  # told only where both sides are spoken of
    place: str | None = None  # where it is fought, in the first of its countries
    rebels: str | None = None  # whom "the rebels" and ...
    government: str | None = None  # ... "the government" mean, where it is neither side
    besieged: str | None = None  # the side that is besieged, where only one is


@dataclass(frozen=True, slots=True)
class Roster:
    """Everyone, by name and by the ways of writing it."""

    actors: Mapping[str, Actor]
    named: Phrases[tuple[Alias, ...]]
    states: Mapping[str, State]
    country_words: Phrases[CountryWord]
    seats: Phrases[State]
    speakers: frozenset[str]
    conflicts: tuple[Conflict, ...]


@lru_cache(maxsize=1024)
def war_between(sides: tuple[str, ...]) -> Conflict | None:
    """Return the war of these two sides; where none is listed, that of a state of theirs with another group there."""
    listed = next((war for war in roster().conflicts if war.sides == sides), None)
    return listed or next((like for war in roster().conflicts if (like := _with_sides(war, sides))), None)


def _with_sides(war: Conflict, sides: tuple[str, ...]) -> Conflict | None:
    """Return a war as the one of its state with another group of that country, if these are such."""
    others = [side for side in sides if side not in war.sides]
    if len(sides) != len(war.sides) or len(others) != 1 or roster().actors[others[0]].country != war.countries[0]:
        return None
    return replace(war, sides=(sides[0], sides[1]))


def read_lexicon(name: str) -> dict[str, Any]:
    """Return a lexicon's table as TOML gives it."""
    return tomllib.loads((_LEXICONS / name).read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def roster() -> Roster:
    """Return the roster of the lexicons. Raises KeyError for a name that no table introduces."""
    table = read_lexicon("demonyms.toml")
    groups = dict(_groups(read_lexicon("actors_groups.toml")))
    groups |= _organisations(read_lexicon("actors_organisations.toml")["organisations"])
    actors = {actor.name: actor for actor, _ in groups.values()}
    states = {code: _state(code, row, actors) for code, row in table["states"].items()}
    for state in states.values():
        actors.setdefault(state.name, state.government)
        actors.setdefault(state.government.name, state.government)
    people = read_lexicon("actors_people.toml")["people"]
    return Roster(
        actors=actors,
        named=Phrases(_by_name([*_group_aliases(groups), *_person_aliases(people, actors)])),
        states=states,
        country_words=Phrases(_country_words(table["states"], states)),
        seats=Phrases((seat, states[code]) for code, row in table["states"].items() for seat in row.get("seats", [])),
        speakers=frozenset(table["speakers"]["countries"]),
        conflicts=tuple(_conflict(row, actors) for row in read_lexicon("actors_conflicts.toml")["conflict"]),
    )


def _by_name(aliases: Iterable[tuple[str, Alias]]) -> Iterator[tuple[str, tuple[Alias, ...]]]:
    """Gather the actors that share a name ("NLA"): the article's countries choose among them."""
    shared: dict[str, tuple[Alias, ...]] = {}
    for name, alias in aliases:
        key = key_of(name)
        shared[key] = (*shared.get(key, ()), alias)
    return iter(shared.items())


def _groups(table: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Actor, list[str]]]]:
    for country, rows in table.items():
        for name, row in rows.items():
            actor = Actor(
                name, row.get("kind", "armed_group"), None if country == "XX" else country, row.get("side", name)
            )
            yield name, (actor, row.get("aliases", []))


def _organisations(rows: Mapping[str, Any]) -> dict[str, tuple[Actor, list[str]]]:
    return {
        name: (Actor(name, row.get("kind", "organisation"), None, row.get("side", name)), row.get("aliases", []))
        for name, row in rows.items()
    }


def _state(code: str, row: Mapping[str, Any], actors: Mapping[str, Actor]) -> State:
    name = row.get("government", row["name"])
    government = Actor(name, "state", code, name)
    return State(
        code=code,
        name=row["name"],
        government=government,
        army=actors[row["army"]] if "army" in row else government,
        demonym=row.get("demonyms", [row["name"]])[0],
        since=tuple(sorted((day, actors[held]) for day, held in row.get("since", {}).items())),
    )


def _group_aliases(groups: Mapping[str, tuple[Actor, list[str]]]) -> Iterator[tuple[str, Alias]]:
    for actor, aliases in groups.values():
        for alias in (actor.name, *aliases):
            yield alias, Alias(actor, alias != alias.lower(), alias.isupper() and len(alias) <= _SHORT)


def _person_aliases(people: Mapping[str, list[str]], actors: Mapping[str, Actor]) -> Iterator[tuple[str, Alias]]:
    for side, names in people.items():
        for name in names:
            yield name, Alias(actors[side], needs_capital=True, needs_capitals=False, is_surname=" " not in name)


def _country_words(rows: Mapping[str, Any], states: Mapping[str, State]) -> Iterator[tuple[str, CountryWord]]:
    for code, row in rows.items():
        for name in (row["name"], *row.get("aliases", [])):
            capitals = name.isupper() and len(name.replace(".", "")) <= _SHORT
            yield name, CountryWord(states[code], False, False, capitals)
        for demonym in row.get("demonyms", []):
            yield demonym, CountryWord(states[code], True, f"{row['demonyms'][0]}s" == demonym, False)


def _conflict(row: Mapping[str, Any], actors: Mapping[str, Actor]) -> Conflict:
    first, last = row["years"]
    one, other = (actors[side].name for side in row["sides"])
    descriptors = {key_of(word): actors[name].name for word, name in row.get("words", {}).items()}
    return Conflict(
        countries=tuple(row["countries"]),
        first=first,
        last=last,
        sides=(one, other),
        descriptors=descriptors,
        needs_both=row.get("needs_both", False),
        place=row.get("place"),
        **{role: actors[row[role]].name for role in ("rebels", "government", "besieged") if role in row},
    )
