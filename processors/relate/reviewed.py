"""What follows from a person's verdict: what was read wrongly counts no more, and two storylines may be one."""

from datetime import datetime

import msgspec

from processors.relate import deadlines
from processors.relate.alerting import Why
from processors.relate.history import KEPT_STATEMENTS, put_in, state_of
from processors.relate.ledger import Shelf, Storyline, shelf_of
from processors.relate.naming import name_of
from processors.relate.retraction import taken_back
from processors.relate.table import Table
from processors.relate.telling import updated
from tocsin.events import Fact, StorylineMerged, StorylineReviewed
from tocsin.vocabulary import Statement


def reviewed(table: Table, shelf: Shelf, review: StorylineReviewed, now: datetime) -> tuple[Shelf, list[Fact]]:
    """Return a theatre's storylines after a review, and what is to be told of it.

    A confirmation changes nothing. A review of what is not there, or not any more, changes nothing either.
    """
    line = next((one for one in shelf if one.id == review.storyline_id), None)
    if line is None or review.verdict == "confirm":
        return shelf, []
    if review.verdict == "reject":
        return _rejected(table, shelf, line, review, now)
    into = next((one for one in shelf if one.id == review.merge_into), None)
    if into is None or into.id == line.id or into.family != line.family:
        return shelf, []
    return _merged(shelf, line, into, review, now)


def _rejected(
    table: Table, shelf: Shelf, line: Storyline, review: StorylineReviewed, now: datetime
) -> tuple[Shelf, list[Fact]]:
    """Take the announcement that an alert tells of off its storyline, as if nobody had told it."""
    gone = _told_in(line, review.alert_id or "")
    if gone is None:
        return shelf, []
    left, facts = taken_back(table, line, gone, Why("rejected", review.user), now)
    return with_left(shelf, left), [*facts, updated(left, gone, "rejected", now)]


def _told_in(line: Storyline, alert_id: str) -> Statement | None:
    told = next((one for one in line.told if one.alert_id == alert_id and not one.is_retracted), None)
    return line.statement(told.later_id) if told else deadlines.told_in(line, alert_id)


def _merged(
    shelf: Shelf, line: Storyline, into: Storyline, review: StorylineReviewed, now: datetime
) -> tuple[Shelf, list[Fact]]:
    """Put all that was told of one storyline into another, each at its place in the order of events."""
    whole = into
    for statement in line.statements:
        whole = put_in(whole, statement)
    whole = msgspec.structs.replace(
        whole,
        name=name_of(whole.family, whole.theatre, whole.statements),
        state=state_of(whole.statements),
        told=(*line.told, *into.told)[-KEPT_STATEMENTS:],
        timers=(*line.timers, *into.timers)[-deadlines.KEPT_TIMERS :],
    )
    others = shelf_of((one for one in shelf if one.id != line.id), shelf.sorted_out)
    merged = StorylineMerged(at=now, storyline_id=line.id, into=into.id, user=review.user, note=review.note)
    return others.put(whole), [merged, updated(whole, whole.statements[-1], "told", now)]


def with_left(shelf: Shelf, left: Storyline) -> Shelf:
    """Return the shelf with what is left of a storyline, without it where that is nothing."""
    if left.statements:
        return shelf.put(left)
    return shelf_of((one for one in shelf if one.id != left.id), shelf.sorted_out)
