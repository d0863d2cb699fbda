"""The English words around actors (lexicons/actors_phrases.toml), compiled once."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from processors.detect.phrases import Phrases, key_of
from processors.detect.roster import read_lexicon, roster


@dataclass(frozen=True, slots=True)
class ActorWords:
    """Word sets by the question they answer; see the lexicon's comments."""

    sides: frozenset[str]
    deeds: frozenset[str]
    qualified: frozenset[str]
    opponents: frozenset[str]
    locative: frozenset[str]
    parties_of: frozenset[str]
    parties_to: frozenset[str]
    parties_from: frozenset[str]
    seat_verbs: frozenset[str]
    seat_before: frozenset[str]
    attributes: frozenset[str]
    adjectival: frozenset[str]
    titles: frozenset[str]
    stops: frozenset[str]
    brokering: frozenset[str]
    announcing: frozenset[str]
    controlling: frozenset[str]
    mutual: frozenset[str]
    pronouns: frozenset[str]
    be: frozenset[str]
    bodies: frozenset[str]
    causes: frozenset[str]
    name_links: frozenset[str]
    no_name: frozenset[str]
    generics: Phrases[str]  # "both", "rebels" or "government"
    descriptors: Phrases[bool]  # every war's own words


@lru_cache(maxsize=1)
def actor_words() -> ActorWords:
    """Return the compiled lexicon."""
    table = read_lexicon("actors_phrases.toml")

    def a_set(name: str) -> frozenset[str]:
        return frozenset(key_of(word) for word in table[name])

    def generics() -> Iterator[tuple[str, str]]:
        for kind in ("government", "rebels", "both"):
            yield from ((phrase, kind) for phrase in table[kind])

    return ActorWords(
        sides=a_set("sides"),
        deeds=a_set("deeds"),
        qualified=a_set("qualified"),
        opponents=a_set("opponents"),
        locative=a_set("locative"),
        parties_of=a_set("parties_of"),
        parties_to=a_set("parties_to"),
        parties_from=a_set("parties_from"),
        seat_verbs=a_set("seat_verbs"),
        seat_before=a_set("seat_before"),
        attributes=a_set("attributes"),
        adjectival=a_set("adjectival"),
        titles=a_set("titles"),
        stops=a_set("stops"),
        brokering=a_set("brokering"),
        announcing=a_set("announcing"),
        controlling=a_set("controlling"),
        mutual=a_set("mutual"),
        pronouns=a_set("pronouns"),
        be=a_set("be"),
        bodies=a_set("bodies"),
        causes=a_set("causes"),
        name_links=a_set("name_links"),
        no_name=a_set("no_name"),
        generics=Phrases(generics()),
        descriptors=Phrases((word, True) for war in roster().conflicts for word in war.descriptors),
    )
