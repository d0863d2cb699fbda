"""Who gets which partitions of a group: even shares, and each member keeps what it has up to its share.

Workers hold state for their partitions, so that moving one costs a restore; aiokafka's own sticky assignor keeps its
memory on the class, shared by all members of a process, and its other assignors move partitions at every rebalance.
"""

from collections.abc import Collection, Mapping

import msgspec

from tocsin.log.kafka import Place


class Claim(msgspec.Struct, frozen=True):
    """What one member of a group wants: all partitions of its topics, and first of all those it has."""

    topics: frozenset[str]
    owned: frozenset[Place]


def shares(places: Collection[Place], claims: Mapping[str, Claim]) -> dict[str, set[Place]]:
    """Return each member's partitions. Members are told apart by id; equal claims are ordered by it."""
    given: dict[str, set[Place]] = {member: set() for member in claims}
    free = set(places)
    by_owned = sorted(claims, key=lambda member: (-len(claims[member].owned), member))
    each, odd = divmod(len(free), len(claims))
    for number, member in enumerate(by_owned):
        claim = claims[member]
        wanted = sorted(place for place in claim.owned & free if place.topic in claim.topics)
        given[member].update(wanted[: each + (number < odd)])
        free -= given[member]
    for place in sorted(free):
        takers = [member for member in by_owned if place.topic in claims[member].topics]
        if takers:
            given[min(takers, key=lambda member: len(given[member]))].add(place)
    return given
