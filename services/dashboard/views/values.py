"""The values that pages show and the API answers with. Times are UTC; names are for people."""

from datetime import datetime
from typing import Literal

import msgspec

from tocsin.vocabulary import ClaimedTime, Family, Place, State, Statement

Group = Literal["in force", "threatened", "offered", "over"]


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A value on its way out."""


class Edge(Shown, frozen=True, kw_only=True):
    """The next time that something is due: a countdown leads to it."""

    name: Literal["start", "end", "deadline"]
    due: datetime
    text: str  # the words that it was read from
    assumption: str = ""


class Card(Shown, frozen=True, kw_only=True):
    """A storyline as it stands: what the board shows of it."""

    id: str
    name: str
    family: Family
    theatre: str
    group: Group
    status: str
    since: datetime | None
    terms: str
    start: ClaimedTime | None
    end: ClaimedTime | None
    deadline: ClaimedTime | None
    edge: Edge | None
    places: tuple[Place, ...]
    sides: tuple[str, ...]
    quote: str
    source: str
    url: str
    announcement_id: str
    confidence: float
    independent: int  # publishers that tell of the newest act
    changed: datetime
    silenced_until: datetime | None = None


class Change(Shown, frozen=True, kw_only=True):
    """An alert as lists show it."""

    id: str
    storyline_id: str
    storyline: str
    type: Literal["raised", "withdrawn", "near", "passed"]
    relation: str
    kind: str
    family: Family
    theatre: str
    at: datetime
    headline: str
    reason: str
    confidence: float
    independent: int
    later: Statement
    earlier: Statement | None
    before: State
    after: State | None
    acknowledged_by: tuple[str, ...] = ()
    verdict: str = ""
    verdict_by: str = ""
    fell: bool = False


class Told(Shown, frozen=True, kw_only=True):
    """An announcement as a storyline lists it."""

    statement: Statement
    at: datetime  # when we read it
    gone: str = ""  # why it counts no more: revised, withdrawn, rejected
    alerts: tuple[str, ...] = ()


class Revision(Shown, frozen=True, kw_only=True):
    """An edit of an article."""

    revision: int
    at: datetime
    changes: tuple[tuple[str, str, str], ...]  # field, before, after


class Source(Shown, frozen=True, kw_only=True):
    """An article that a storyline rests on."""

    id: str
    source: str
    publisher: str
    url: str
    title: str
    published: datetime | None
    observed: datetime
    revision: int
    withdrawn: str
    revisions: tuple[Revision, ...] = ()


class Suppression(Shown, frozen=True, kw_only=True):
    """Something that was held back."""

    at: datetime
    storyline_id: str
    announcement_id: str
    reason: str
    detail: str
    destination: str


class Act(Shown, frozen=True, kw_only=True):
    """What a person did."""

    at: datetime
    user: str
    what: str
    storyline_id: str
    alert_id: str
    detail: str


class Line(Shown, frozen=True, kw_only=True):
    """A whole storyline."""

    card: Card
    told: tuple[Told, ...]
    changes: tuple[Change, ...]
    sources: tuple[Source, ...]
    suppressions: tuple[Suppression, ...]
    acts: tuple[Act, ...]
    merged_from: tuple[str, ...] = ()


class Past(Shown, frozen=True, kw_only=True):
    """A storyline at a moment of the past: what was believed then, and what was true for then by all we know now."""

    id: str
    name: str
    family: Family
    theatre: str
    believed: str  # status, empty where nothing was known
    believed_terms: str
    true: str  # status, empty where nothing is known of that time
    true_terms: str

    @property
    def differs(self) -> bool:
        """Say whether we know better now."""
        return self.believed != self.true


class Hit(Shown, frozen=True, kw_only=True):
    """Something that a search found."""

    type: Literal["announcement", "article"]
    id: str
    title: str
    excerpt: str  # with the found words between ⟦ and ⟧
    source: str
    at: datetime
    storyline_id: str = ""


class Feed(Shown, frozen=True, kw_only=True):
    """A feed's health."""

    id: str
    health: str
    at: datetime
    next_poll: datetime | None
    failures: int
    detail: str
    polled_well: datetime | None
    changed: datetime | None
    hours: tuple[str, ...] = ()  # of the last two days, oldest first: good, bad, quiet


class Delivery(Shown, frozen=True, kw_only=True):
    """Where a send stands."""

    alert_id: str
    channel: str
    destination: str
    repeat: int
    status: str
    attempt: int
    detail: str
    at: datetime


class Destination(Shown, frozen=True, kw_only=True):
    """How sends to one destination went."""

    name: str
    channel: str
    delivered: int
    waiting: int
    given_up: int
    last: datetime
    hours: tuple[str, ...] = ()


class DeadLetter(Shown, frozen=True, kw_only=True):
    """A record that a stage could not process."""

    stage: str
    topic: str
    partition: int
    position: int
    key: str
    type: str
    error: str
    at: datetime
    settled: str = ""


class StageReport(Shown, frozen=True, kw_only=True):
    """How far a consumer group has come on a topic."""

    group: str
    topic: str
    partitions: int
    behind: int  # positions between it and the end
    lag: float  # seconds: age of the oldest record that it has not processed
    per_minute: float  # records, over the last minutes


class TopicSize(Shown, frozen=True, kw_only=True):
    """How much of a topic the log keeps."""

    topic: str
    partitions: int
    records: int
