"""Whose deed it is that a sentence names: a demand, an offer, a siege, a truce that somebody else breaks."""

import re
from collections.abc import Sequence

from processors.detect.actor_words import actor_words
from processors.detect.clauses import Finding
from processors.detect.lexicon import Lexicon
from processors.detect.mentions import ActorMention

_NEAR = 5  # words from an owner to the truce
_OWNS = re.compile(r"(?:['’]s?)?\s(?:[a-z-]+\s)?")  # between an owner and the deed: "Iran's earlier offer"
_OWNS_NEXT = re.compile(r"['’]s?\s")  # "the army's continued siege", where "continued" is the head
_MADE_BY = re.compile(r"(\w+)\s(?:by|from)\s(?:the\s)?$", re.IGNORECASE)  # "a call by the"
_OWNED = re.compile(r"['’]s?\s((?:[\w-]+\s){0,2}[\w-]+)")  # the words after "Moscow's"
_RESOLVES = re.compile(r"\s(?:[a-z]+\s)?resolution\s(?:that\s|which\s)?")  # "UN resolution that demanded"


def owns_truce(finding: Finding, actor: ActorMention, lexicon: Lexicon) -> bool:
    """Is an actor only whose truce it is that is broken ("fire was exchanged despite Moscow's unilateral truce")?"""
    if not finding.line.sentence.text.startswith(("'s", "’s", "' ", "’ "), actor.end):
        return False
    words = [token for token in finding.line.tokens if token.start >= actor.end][:_NEAR]
    return any(token.sign in lexicon.signs["TRUCE"] for token in words)


def makers(finding: Finding, after: Sequence[ActorMention]) -> list[ActorMention]:
    """Return whose offer or demand is refused ("rejected Moscow's offer to Belarus", "a call by the UN for talks")."""
    text, deeds = finding.line.sentence.text, actor_words().deeds
    found: list[ActorMention] = []
    for actor in after if finding.act == "rejected" else ():
        owned, made = _OWNED.match(text, actor.end), _MADE_BY.search(text[: actor.start])
        if (owned and not deeds.isdisjoint(owned[1].lower().split())) or (made and made[1].lower() in deeds):
            found.append(actor)
    return found


def owner(finding: Finding, before: Sequence[ActorMention]) -> tuple[ActorMention, ...]:
    """Return whose the deed is that the head names ("a Russian demand", "a UN resolution that urged a truce")."""
    head, text = finding.line.tokens[finding.head], finding.line.sentence.text
    between = text[before[-1].end : head.start] if before else ""
    after = finding.line.tokens[finding.head + 1 : finding.head + 2]
    deeds = actor_words().deeds
    is_deed = head.key in deeds and _OWNS.fullmatch(between) is not None
    is_next = _OWNS_NEXT.fullmatch(between) is not None and any(token.key in deeds for token in after)
    return tuple(before[-1:]) if is_deed or is_next or _RESOLVES.fullmatch(between) else ()
