"""A real broker for a test session: one for each worker of pytest-xdist, on ports of its own."""

import os
from collections.abc import Iterator

import pytest

from tools.kafka.cluster import Cluster, running
from tools.kafka.jars import NoBrokerError

#: What tests of one minute need: a group hears of its dead at once, and compaction does not wait for a full segment.
#: The brokers' retention stays out of it: the tests' own clock stands in 2016.
IMPATIENT: dict[str, object] = {
    "log.retention.check.interval.ms": 86_400_000,
    "log.initial.task.delay.ms": 86_400_000,
    "log.cleaner.backoff.ms": 50,
}


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One broker. Without Java and the jars its tests are skipped, unless TOCSIN_REQUIRE says that they must run."""
    try:
        with running(1, settings=IMPATIENT) as cluster:
            yield cluster
    except NoBrokerError as error:
        if "kafka" in os.environ.get("TOCSIN_REQUIRE", "").split(","):
            raise
        pytest.skip(f"no Kafka broker on this machine: {error}")
