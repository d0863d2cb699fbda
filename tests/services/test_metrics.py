"""Metrics: each is documented, and says what happened."""

from pathlib import Path

from prometheus_client import CollectorRegistry

from services.metrics import StageMetrics
from services.run import Supervisor
from services.settings import Settings
from tests.builders import NOON, a_published_article
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.log.base import Record

OPERATIONS = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def names(registry: CollectorRegistry) -> set[str]:
    return {family.name + ("_total" if family.type == "counter" else "") for family in registry.collect()}


def test_every_metric_is_documented() -> None:
    supervisor = Supervisor(Settings(), ManualClock(NOON))
    for name in names(StageMetrics("detect").registry) | names(supervisor.registry):
        assert f"`{name}`" in OPERATIONS


def test_a_stage_that_reached_the_end_has_no_lag_in_time() -> None:
    metrics = StageMetrics("detect")
    draft = codec.draft(a_published_article())
    values = {name: getattr(draft, name) for name in draft.__struct_fields__}
    metrics.reached(Record(**values, partition=0, position=0, recorded=NOON), ManualClock(NOON).now())
    place = {"stage": "detect", "topic": "tocsin.articles", "partition": "0"}
    metrics.stands("tocsin.articles", 0, lag=0, parked=0)
    assert metrics.registry.get_sample_value("tocsin_lag_seconds", place) == 0


def test_a_partition_that_went_to_another_worker_is_told_of_no_more() -> None:
    metrics = StageMetrics("detect")
    place = {"stage": "detect", "topic": "tocsin.articles", "partition": "0"}
    metrics.stands("tocsin.articles", 0, lag=7, parked=1)
    metrics.left("tocsin.articles", 0)
    metrics.left("tocsin.articles", 1)  # of which nothing was said
    assert metrics.registry.get_sample_value("tocsin_lag_records", place) is None
    assert metrics.registry.get_sample_value("tocsin_parked_keys", place) is None
