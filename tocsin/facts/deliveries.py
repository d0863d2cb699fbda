"""Facts of ``tocsin.deliveries``: what is owed to whom, and what came of it."""

from tocsin.facts.alerts import Alert, told_by
from tocsin.facts.base import Fact
from tocsin.vocabulary import Moment


class DeliveryQueued(Fact, frozen=True, kw_only=True):
    """An alert is owed to a destination. The outbox is the fold of these less what was delivered or given up."""

    wire = "delivery.queued.v2"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat")
    about = "article_id"

    alert_id: str
    storyline_id: str
    channel: str  # "terminal", "slack", "email", "webhook"
    destination: str  # the configured destination's name, never its secret address
    route: str
    due: Moment
    repeat: int = 0
    parent: str | None = None  # the alert that heads this one's burst: sent as an update in its thread
    is_digest: bool = False  # held through quiet hours: goes out in one message with all of the same due time
    alert: Alert

    @property
    def article_id(self) -> str:
        """The article of the announcement that the alert is about."""
        return told_by(self.alert)[0].article.id


class DeliveryAttempted(Fact, frozen=True, kw_only=True):
    """A send is about to start. Without a later outcome the send is in doubt and is made again."""

    wire = "delivery.attempted.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat", "attempt")

    alert_id: str
    channel: str
    destination: str
    repeat: int = 0
    attempt: int


class DeliveryMade(Fact, frozen=True, kw_only=True):
    """The channel took the alert. ``receipt`` is what it answered (Message-ID, Slack ts, HTTP status)."""

    wire = "delivery.delivered.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat")

    alert_id: str
    storyline_id: str
    channel: str
    destination: str
    repeat: int = 0
    attempt: int
    receipt: str
    thread: str | None = None  # where later updates of this storyline go (Slack parent ts, e-mail Message-ID)


class DeliveryFailed(Fact, frozen=True, kw_only=True):
    """A send did not succeed and will be tried again at ``retry_at``."""

    wire = "delivery.failed.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat", "attempt")

    alert_id: str
    channel: str
    destination: str
    repeat: int = 0
    attempt: int
    reason: str
    retry_at: Moment
    is_in_doubt: bool = False  # it may have arrived all the same (e.g. no answer in time)


class DeliveryGivenUp(Fact, frozen=True, kw_only=True):
    """A send will not be tried again: refused for good, or retried past its limit."""

    wire = "delivery.given-up.v1"
    topic = "tocsin.deliveries"
    key = "alert_id"
    identity = ("alert_id", "channel", "destination", "repeat")

    alert_id: str
    channel: str
    destination: str
    repeat: int = 0
    attempt: int
    reason: str
