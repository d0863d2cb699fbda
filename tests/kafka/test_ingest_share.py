"""Several ingest workers share the feeds of a log on Kafka."""

from uuid import uuid4

import pytest

from tests.ingest.press import assert_work_is_shared
from tools.kafka.cluster import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


async def test_workers_share_the_feeds_and_take_over_from_the_dead_and_the_paused(cluster: Cluster) -> None:
    await assert_work_is_shared(f"kafka:{cluster.bootstrap}:{uuid4().hex[:8]}-")
