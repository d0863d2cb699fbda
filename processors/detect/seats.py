"""Whether the name of a place stands for a party ("Damascus said") or tells where one is ("the rebels in Aleppo")."""

from collections.abc import Sequence

from processors.detect.mentions import ActorMention, PlaceMention


def is_party(place: PlaceMention, parties: Sequence[ActorMention]) -> bool:
    """Say whether a place is no more than a name of one of the parties around it."""
    return any(_names(place, party) for party in parties)


def _names(place: PlaceMention, party: ActorMention) -> bool:
    if party.end <= place.start or place.end <= party.start:
        return False
    is_whole = (party.start, party.end) == (place.start, place.end)
    return is_whole or party.kind == "state" or place.is_country or place.is_adjective
