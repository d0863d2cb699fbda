"""The log on Kafka keeps the contract, against a real broker."""

import pytest

from tests.contract.log_contract import LogContract
from tests.kafka.store import store

__all__ = ["store"]

pytestmark = pytest.mark.kafka


class TestKafkaLog(LogContract):
    """The contract, held by the log on Kafka."""
