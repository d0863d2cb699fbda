"""What a stage counts and times, for Prometheus. docs/operations.md explains each; a test holds it to that."""

from collections.abc import Sequence
from contextlib import suppress
from copy import copy
from datetime import datetime
from typing import Literal, Self

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from tocsin.events import DeliveryFailed, DeliveryGivenUp, DeliveryMade, Fact
from tocsin.log.base import Draft, Record

_BUCKETS = (0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)  # seconds


class StageMetrics:
    """One stage's metrics, in a registry of its own: each process serves its own."""

    def __init__(self, stage: str) -> None:
        self.registry = registry = CollectorRegistry()
        self._stage = stage
        self._in = Counter("tocsin_records_in", "Records decided.", ["stage", "topic"], registry=registry)
        self._out = Counter("tocsin_records_out", "Facts appended.", ["stage", "type"], registry=registry)
        self._dead_letters = Counter(
            "tocsin_dead_letters",
            "Records dead-lettered: failed, or held_back behind one of their key that failed.",
            ["stage", "topic", "reason"],
            registry=registry,
        )
        place = ["stage", "topic", "partition"]
        self._parked = Gauge("tocsin_parked_keys", "Keys that a dead letter holds back.", place, registry=registry)
        self._lag = Gauge("tocsin_lag_records", "Positions between the stage and the end.", place, registry=registry)
        self._lag_seconds = Gauge(
            "tocsin_lag_seconds", "Age of the newest record decided; 0 at the end.", place, registry=registry
        )
        self._decide = Histogram(
            "tocsin_decide_seconds", "Time to decide a record.", ["stage"], registry=registry, buckets=_BUCKETS
        )
        self._commit = Histogram(
            "tocsin_commit_seconds", "Time to commit a batch.", ["stage"], registry=registry, buckets=_BUCKETS
        )
        self._sends = Counter(
            "tocsin_sends", "Sends by what came of them.", ["channel", "destination", "outcome"], registry=registry
        )
        self._errors = Counter("tocsin_errors", "Errors of the stage itself.", ["stage", "error"], registry=registry)
        self._last_error = Gauge(
            "tocsin_last_error_timestamp_seconds", "When the last error came.", ["stage"], registry=registry
        )
        self._last_progress = Gauge(
            "tocsin_last_progress_timestamp_seconds", "When the log last answered.", ["stage"], registry=registry
        )

    def named(self, stage: str) -> Self:
        """Return the same metrics, labelled for another consumer group of the process."""
        other = copy(self)
        other._stage = stage
        return other

    def sent(self, fact: Fact) -> None:
        """Count what came of a send."""
        if isinstance(fact, DeliveryMade | DeliveryFailed | DeliveryGivenUp):
            self._sends.labels(fact.channel, fact.destination, fact.wire).inc()

    def decided(self, record: Record, seconds: float) -> None:
        """Count a record that was decided, and how long that took."""
        self._in.labels(self._stage, record.topic).inc()
        self._decide.labels(self._stage).observe(seconds)

    def dead_lettered(self, record: Record, reason: Literal["failed", "held_back"]) -> None:
        """Count a record that was dead-lettered."""
        self._dead_letters.labels(self._stage, record.topic, reason).inc()

    def committed(self, outputs: Sequence[Draft], seconds: float) -> None:
        """Count what was appended, and how long the commit took."""
        self._commit.labels(self._stage).observe(seconds)
        self.appended(outputs)

    def appended(self, outputs: Sequence[Draft]) -> None:
        """Count what was appended."""
        for draft in outputs:
            self._out.labels(self._stage, draft.type).inc()

    def stands(self, topic: str, partition: int, *, lag: int | None = None, parked: int) -> None:
        """Say how far a partition is behind its end, where that is known, and how many keys are held back."""
        place = (self._stage, topic, str(partition))
        self._parked.labels(*place).set(parked)
        if lag is not None:
            self._lag.labels(*place).set(lag)
        if lag == 0:
            self._lag_seconds.labels(*place).set(0)

    def left(self, topic: str, partition: int) -> None:
        """Forget a partition that went to another worker: its last values would stand for ever."""
        for gauge in (self._parked, self._lag, self._lag_seconds):
            with suppress(KeyError):  # nothing was said of it yet
                gauge.remove(self._stage, topic, str(partition))

    def reached(self, record: Record, now: datetime) -> None:
        """Say how old the newest decided record is."""
        age = (now - record.recorded).total_seconds()
        self._lag_seconds.labels(self._stage, record.topic, str(record.partition)).set(max(age, 0.0))

    def progressed(self, now: datetime) -> None:
        """Note that the log answered."""
        self._last_progress.labels(self._stage).set(now.timestamp())

    def erred(self, error: BaseException, now: datetime) -> None:
        """Count an error of the stage itself."""
        self._errors.labels(self._stage, type(error).__name__).inc()
        self._last_error.labels(self._stage).set(now.timestamp())
