"""Several ingest workers share the feeds of a log on Kafka."""

from pathlib import Path
from uuid import uuid4

import pytest

from tests.ingest.killed import points, published
from tests.ingest.press import assert_work_is_shared
from tools.kafka.cluster import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


def a_log(cluster: Cluster) -> str:
    """Name a log of its own."""
    return f"kafka:{cluster.bootstrap}:{uuid4().hex[:8]}-"


async def test_workers_share_the_feeds_and_take_over_from_the_dead_and_the_paused(cluster: Cluster) -> None:
    await assert_work_is_shared(a_log(cluster))


async def test_killing_ingest_loses_no_article_and_repeats_none(cluster: Cluster, tmp_path: Path) -> None:
    undisturbed = await published(str(tmp_path / "calm.db"))
    assert await published(a_log(cluster), points(20161103, 6)) == undisturbed
