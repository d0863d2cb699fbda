"""Somebody who uses the dashboard, and what they may do."""

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["viewer", "operator"]

#: As long as names are kept in audit facts.
NAME_LENGTH = 64


@dataclass(frozen=True)
class Person:
    """Who makes a request. ``csrf`` is what this person's forms must carry in their field of that name."""

    name: str
    role: Role
    csrf: str = field(repr=False)

    @property
    def may_change(self) -> bool:
        return self.role == "operator"


def is_name(text: str) -> bool:
    """Say whether this can be a person's name: 1 to 64 printable characters with no space around them."""
    return 0 < len(text) <= NAME_LENGTH and text.isprintable() and text == text.strip()


def as_recorded(given: str) -> str:
    """Return a name that a stranger gave as facts keep it: 64 characters, and none that moves a terminal's cursor."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in given[:NAME_LENGTH])
