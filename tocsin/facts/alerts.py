"""Facts of ``tocsin.alerts``: relations between announcements that people should know of."""

from typing import Literal

from tocsin.facts.base import Fact
from tocsin.vocabulary import (
    ClaimedTime,
    Family,
    Kind,
    Moment,
    Place,
    RelationName,
    SourceLine,
    State,
    Statement,
    Step,
)


class AlertRaised(Fact, frozen=True, kw_only=True, tag_field="fact", tag="alert.raised.v1"):
    """A new announcement supersedes or contradicts an earlier one."""

    wire = "alert.raised.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("alert_id",)
    about = "later.article.id"

    alert_id: str
    storyline_id: str
    storyline: str  # its name for people, e.g. "ceasefire, Aleppo"
    theatre: str
    family: Family
    relation: RelationName
    kind: Kind
    row: str  # id of the row of the relation table that fired
    reason: str  # that row's reason, in words
    headline: str  # what changed, in one sentence
    later: Statement
    earlier: Statement
    before: State
    after: State
    sources: tuple[SourceLine, ...]
    independent: int  # publishers that report the later announcement, copies not counted
    steps: tuple[Step, ...]  # the storyline's last steps, oldest first
    confidence: float
    corrects: str | None = None  # id of an alert that this one corrects


class AlertSuppressed(Fact, frozen=True, kw_only=True):
    """Something that would have alerted was held back, with the reason."""

    wire = "alert.suppressed.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("storyline_id", "announcement_id", "earlier_id", "reason", "destination")

    storyline_id: str
    announcement_id: str
    earlier_id: str | None
    alert_id: str | None = None
    reason: str  # a short code such as "repeat_violation", "silenced", "low_confidence"
    detail: str = ""
    destination: str = ""  # empty when held back for everyone


class StorylineUpdated(Fact, frozen=True, kw_only=True):
    """An announcement was put on a storyline or taken off it: where the storyline stands since.

    Written for every announcement, also where nothing alerts. ``start``, ``end`` and ``deadline`` are those that hold.
    """

    wire = "storyline.updated.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("storyline_id", "announcement_id", "change", "at")
    about = "article_id"

    storyline_id: str
    storyline: str  # its name for people, e.g. "ceasefire, Aleppo"
    theatre: str
    family: Family
    announcement_id: str
    article_id: str
    change: Literal["told", "taken_back", "rejected"]  # rejected: a person said that it was read wrongly
    state: State
    places: tuple[Place, ...]
    parties: tuple[str, ...]
    start: ClaimedTime | None = None
    end: ClaimedTime | None = None
    deadline: ClaimedTime | None = None


class StorylineMerged(Fact, frozen=True, kw_only=True):
    """A person said that two storylines are one: what was told of the first belongs to the other."""

    wire = "storyline.merged.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("storyline_id", "into", "at")

    storyline_id: str
    into: str
    user: str
    note: str = ""


class AlertAcknowledged(Fact, frozen=True, kw_only=True):
    """A person took note of an alert: repeats stop."""

    wire = "alert.acknowledged.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("alert_id", "user")

    alert_id: str
    storyline_id: str
    user: str


class StorylineSilenced(Fact, frozen=True, kw_only=True):
    """A person silenced a storyline: until then its alerts are suppressed with that reason."""

    wire = "storyline.silenced.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("storyline_id", "user", "at")

    storyline_id: str
    until: Moment
    user: str
    reason: str = ""


class DeadlinePassed(Fact, frozen=True, kw_only=True, tag_field="fact", tag="deadline.passed.v1"):
    """A claimed deadline or window edge was reached without the outcome that would have settled it."""

    wire = "deadline.passed.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("alert_id",)
    about = "statement.article.id"

    alert_id: str
    storyline_id: str
    storyline: str
    theatre: str
    family: Family
    edge: Literal["deadline", "start", "end"]
    due: Moment
    headline: str  # e.g. "Deadline passed, no acceptance seen: …"
    statement: Statement
    before: State
    steps: tuple[Step, ...]


class DeadlineNear(Fact, frozen=True, kw_only=True, tag_field="fact", tag="deadline.near.v1"):
    """A claimed deadline, or the announced start or end of a window, lies close ahead and nothing has settled it."""

    wire = "deadline.near.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("alert_id",)
    about = "statement.article.id"

    alert_id: str
    storyline_id: str
    storyline: str
    theatre: str
    family: Family
    edge: Literal["deadline", "start", "end"]
    due: Moment
    headline: str  # e.g. "Deadline near: …"
    statement: Statement
    before: State
    steps: tuple[Step, ...]


class AlertWithdrawn(Fact, frozen=True, kw_only=True, tag_field="fact", tag="alert.withdrawn.v1"):
    """An alert fell: what it rests on was revised, withdrawn or judged to be read wrongly, and nothing takes its place.

    ``gone`` is the announcement that is told no more: the later or the earlier one of the alert.
    """

    wire = "alert.withdrawn.v1"
    topic = "tocsin.alerts"
    key = "storyline_id"
    identity = ("alert_id",)
    about = "gone.article.id"

    alert_id: str
    withdraws: str  # id of the alert that fell
    storyline_id: str
    storyline: str
    theatre: str
    family: Family
    relation: RelationName  # of the alert that fell
    kind: Kind
    why: str  # "revised" or "withdrawn" (the article), "rejected" (by a person)
    headline: str  # e.g. "Withdrawn: …"
    gone: Statement
    before: State
    after: State
    steps: tuple[Step, ...]


#: What goes out to people.
Alert = AlertRaised | AlertWithdrawn | DeadlineNear | DeadlinePassed


def told_by(alert: Alert) -> tuple[Statement, ...]:
    """Return the statements that an alert tells of, the newest first."""
    match alert:
        case AlertRaised():
            return (alert.later, alert.earlier)
        case AlertWithdrawn():
            return (alert.gone,)
    return (alert.statement,)
