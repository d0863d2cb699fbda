"""The broker of docker-compose.yml: its settings, turned into a broker's by the image's own program, start one."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.builders import an_alert
from tests.flow.composed import COMPOSE, read
from tocsin import codec
from tocsin.log.kafka_log import KafkaLog
from tools.kafka.broker import Broker, wait_until_ready
from tools.kafka.cluster import Cluster, free_ports
from tools.kafka.jars import jars

pytestmark = pytest.mark.kafka

_SECONDS = 60


@pytest.fixture
def composed(tmp_path: Path, cluster: Cluster) -> Iterator[Broker]:
    """A broker with the composed settings, elsewhere on loopback. (``cluster`` skips where there can be none.)"""
    inside, outside, control = map(str, free_ports(3))
    here = {"9092": inside, "9093": control, "9094": outside, "kafka": "127.0.0.1"}
    composed = read(COMPOSE)["services"]["kafka"]["environment"]
    moved = {name: re.sub(r"\b(909[234]|kafka)\b", lambda found: here[found[0]], composed[name]) for name in composed}
    settings = _as_the_image_does({**moved, "KAFKA_LOG_DIRS": str(tmp_path / "formatted")}, tmp_path)
    broker = Broker(1, int(outside), tmp_path / "broker", settings)
    broker.format(composed["CLUSTER_ID"])
    broker.start()
    yield broker
    broker.kill()


async def test_the_composed_broker_takes_our_topics_and_transactions(composed: Broker) -> None:
    wait_until_ready(composed, _SECONDS)
    log = await KafkaLog.open(f"127.0.0.1:{composed.port}", replication=1, limit=20)
    draft = codec.draft(an_alert())
    await log.append([draft])
    found = [record.id for n in range(6) async for record in log.read("tocsin.alerts", n, 0)]
    await log.aclose()
    assert found == [draft.id]


def _as_the_image_does(environment: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Let the image's own program turn variables into a broker's settings, and return those."""
    folders = {name: folder / name for name in ("default", "mounted", "final")}
    for made in folders.values():
        made.mkdir()
    options = [part for name, made in folders.items() for part in (f"--{name}-configs-dir", str(made))]
    command = ["java", "-cp", f"{jars()}/*", "kafka.docker.KafkaDockerWrapper", "setup", *options]
    path = {"PATH": os.environ["PATH"]}
    subprocess.run(command, env={**environment, **path}, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
    lines = (folders["final"] / "server.properties").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line)
