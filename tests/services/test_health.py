"""The health server: alive, ready, counted."""

import socket
from datetime import UTC, datetime

import httpx
import pytest

from services import health
from services.metrics import StageMetrics
from services.settings import HealthSettings, SettingsError
from services.vitals import Vitals
from tocsin.clock import ManualClock

NINE = datetime(2016, 11, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NINE)


async def asked(path: str, vitals: Vitals, clock: ManualClock) -> httpx.Response:
    application = health.app(lambda: [vitals], StageMetrics("detect").registry, clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://stage") as client:
        return await client.get(path)


async def test_a_starting_stage_lives_but_is_not_ready(clock: ManualClock) -> None:
    assert (await asked("/healthz", Vitals("detect"), clock)).status_code == 200
    answer = await asked("/readyz", Vitals("detect"), clock)
    assert (answer.status_code, answer.json()["stages"]) == (503, {"detect": "starting"})


async def test_a_stage_whose_loop_turns_is_ready(clock: ManualClock) -> None:
    vitals = Vitals("detect")
    vitals.alive(clock.now())
    assert (await asked("/readyz", vitals, clock)).status_code == 200


async def test_a_stage_in_trouble_says_which(clock: ManualClock) -> None:
    vitals = Vitals("detect")
    vitals.ill("LogUnavailableError: disk full")
    answer = await asked("/readyz", vitals, clock)
    assert answer.json()["stages"] == {"detect": "LogUnavailableError: disk full"}


async def test_a_stage_whose_loop_stands_still_is_not_healthy(clock: ManualClock) -> None:
    vitals = Vitals("detect")
    vitals.alive(clock.now())
    clock.advance(91)
    answer = await asked("/healthz", vitals, clock)
    assert (answer.status_code, answer.json()["stalled"]) == (503, ["detect"])


async def test_metrics_are_served_in_the_prometheus_format(clock: ManualClock) -> None:
    answer = await asked("/metrics", Vitals("detect"), clock)
    assert "# TYPE tocsin_decide_seconds histogram" in answer.text


async def test_a_taken_port_is_an_error_that_says_what_to_set(clock: ManualClock) -> None:
    application = health.app(list, StageMetrics("detect").registry, clock)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        settings = HealthSettings(port=taken.getsockname()[1])
        with pytest.raises(SettingsError, match="TOCSIN_HEALTH__PORT"):
            async with health.serving(application, settings):
                pass


async def test_it_is_served_over_http_while_the_block_runs(clock: ManualClock) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    application = health.app(list, StageMetrics("detect").registry, clock)
    async with health.serving(application, HealthSettings(port=port)), httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{port}/healthz")).json()["ok"]
