"""The broker that all tests of one worker of pytest-xdist share."""

import os
from collections.abc import Iterator

import pytest

from tools.kafka.cluster import Cluster, running
from tools.kafka.jars import NoBrokerError, jars

#: The broker's retention stays out of the tests, whose own clock stands in 2016; its cleaner does not wait.
_SETTINGS = {
    "log.retention.check.interval.ms": 86_400_000,
    "log.initial.task.delay.ms": 86_400_000,
    "log.cleaner.backoff.ms": 50,
}


def shared_cluster() -> Iterator[Cluster]:
    """Run one broker. Without Java and the jars its tests are skipped, unless TOCSIN_REQUIRE says they must run."""
    try:
        jars()
    except NoBrokerError as error:
        if "kafka" in os.environ.get("TOCSIN_REQUIRE", "").split(","):
            raise
        pytest.skip(f"no Kafka broker on this machine: {error}")
    with running(1, settings=_SETTINGS) as cluster:
        yield cluster
