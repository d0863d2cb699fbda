"""Who is quoted as saying what an announcement tells: "Turkey said that both sides had agreed" is Turkey's word."""

import re
from collections.abc import Sequence

from processors.detect.mentions import ActorMention

_SAID_BY = re.compile(r"\s*(?:,|\S*'s|’s)?(?:\s+[\w'’-]+){0,4}?\s+(?:said|says|told|confirmed|reported|announced)\b")
_ACCORDING = re.compile(r"\baccording to(?:\s+[\w'’-]+){0,3}?\s*$", re.IGNORECASE)


def attribution(sentence: str, actors: Sequence[ActorMention], issuer: Sequence[str]) -> str | None:
    """Return the name of the one who says it, None where that is the issuer or nobody is named."""
    told = source(sentence, actors, issuer)
    return told.name if told else None


def is_according_to(sentence: str, actor: ActorMention) -> bool:
    """Is it "according to" the actor?"""
    return _ACCORDING.search(sentence[: actor.start]) is not None


def source(sentence: str, actors: Sequence[ActorMention], issuer: Sequence[str]) -> ActorMention | None:
    """Return the one who says it, None where that is the issuer or nobody is named."""
    for actor in actors:
        is_source = _SAID_BY.match(sentence, actor.end) or is_according_to(sentence, actor)
        if is_source and actor.name not in issuer:
            return actor
    return None
