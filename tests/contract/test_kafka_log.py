"""The log on Kafka keeps the contract, against a real broker."""

import pytest

from tests.contract.log_contract import LogContract
from tests.kafka.store import cluster, store

__all__ = ["cluster", "store"]

pytestmark = pytest.mark.kafka


class TestKafkaLog(LogContract):
    """The contract, held by the log on Kafka."""
