"""Where a storyline stands, told as a fact whenever an announcement came to it or went."""

from datetime import datetime
from typing import Literal

from processors.relate.ledger import Storyline
from tocsin.events import StorylineUpdated
from tocsin.standing import times_of
from tocsin.vocabulary import Statement


def updated(
    line: Storyline, statement: Statement, change: Literal["told", "taken_back", "rejected"], now: datetime
) -> StorylineUpdated:
    """Return the fact that ``line`` is what a storyline is since a statement came or went."""
    start, end, deadline = times_of(line.statements)
    return StorylineUpdated(
        at=now,
        storyline_id=line.id,
        storyline=line.name,
        theatre=line.theatre,
        family=line.family,
        announcement_id=statement.announcement.id,
        article_id=statement.article.id,
        change=change,
        state=line.state,
        places=line.places,
        parties=line.parties,
        start=start,
        end=end,
        deadline=deadline,
    )
