"""Brings people's reviews into the announcements' own order, theatre by theatre; ``reviewed`` says what follows."""

from collections.abc import Sequence

from tocsin.events import Fact, ReviewGiven, StorylineReviewed
from tocsin.restating import Restater


def review_core() -> Restater:
    """Return the core from ``tocsin.commands`` to ``tocsin.announcements``. The rest is another stage's business."""
    return Restater("review", "tocsin.commands", _restated)


def _restated(fact: Fact) -> Sequence[Fact]:
    """Restate a review that names its theatre; without one it reaches no storyline."""
    if not isinstance(fact, ReviewGiven) or not fact.theatre:
        return ()
    return [
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
