"""Brings people's reviews into the announcements' own order.

Commands and announcements are different topics, whose records have no order between them. Relating must fold one order
to give the same result twice, so this core restates reviews as facts of ``tocsin.announcements``, in the partition of
their theatre. It decides nothing else; ``reviewed`` says what follows from them.
"""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from tocsin.events import Fact, ReviewGiven, StorylineReviewed


class NoState(msgspec.Struct, frozen=True):
    """Nothing is remembered."""


class ReviewCore:
    """``tocsin.commands`` to ``tocsin.announcements``. Acknowledgements and silences are another stage's business."""

    name = "review"
    topics: tuple[str, ...] = ("tocsin.commands",)
    version = "1"
    state_type = NoState

    def initial(self) -> NoState:
        """Return the state, which is none."""
        return NoState()

    def decide(self, state: NoState, fact: Fact, now: datetime) -> tuple[NoState, Sequence[Fact]]:
        """Restate a review that names its theatre; without one it reaches no storyline."""
        if not isinstance(fact, ReviewGiven) or not fact.theatre:
            return state, ()
        return state, [
            StorylineReviewed(
                at=fact.at,
                theatre=fact.theatre,
                storyline_id=fact.storyline_id,
                verdict=fact.verdict,
                user=fact.user,
                alert_id=fact.alert_id,
                merge_into=fact.merge_into,
                note=fact.note,
            )
        ]

    def tick(self, state: NoState, now: datetime) -> tuple[NoState, Sequence[Fact]]:
        """Nothing follows from time."""
        return state, ()
