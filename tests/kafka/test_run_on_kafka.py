"""``tocsin run --log kafka://…`` end to end, twice over: two of each stage share one log."""

import json
import signal
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from tests.flow.local_world import a_world
from tests.flow.program import a_program, until
from tools.kafka.cluster import Cluster

pytestmark = pytest.mark.kafka


@pytest.mark.timeout(180)
def test_two_of_each_stage_bring_each_article_and_each_alert_once(cluster: Cluster, tmp_path: Path) -> None:
    log = ("--log", f"kafka://{cluster.bootstrap}")
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    with a_world() as world, a_program(tmp_path / "one", world, "run", *log) as one:
        until(lambda: len(one.pids()) == 4, "the first four stages")
        with a_program(tmp_path / "two", world, "run", *log) as two:
            until(lambda: len(two.pids()) == 4, "the other four stages")
            world.publish("The Syrian army on Wednesday declared a ceasefire in Aleppo.")
            until(lambda: one.said_of("article.published.v1") + two.said_of("article.published.v1"), "the article")
            world.publish("The rebels rejected the ceasefire that the Syrian army had declared in Aleppo.")
            until(lambda: world.posts, "the alert")
            two.process.send_signal(signal.SIGTERM)
            assert two.process.wait(40) == 0
        world.publish("The Syrian army said that the ceasefire in Aleppo was over.")
        until(lambda: len(set(world.ids)) == 2, "the alert of those who stayed")
        one.process.send_signal(signal.SIGTERM)
        assert one.process.wait(40) == 0
    for fact, count in (("article.published.v1", 3), ("announcement.detected.v1", 3), ("delivery.delivered.v1", 2)):
        assert len(one.said_of(fact) + two.said_of(fact)) == count, fact
    assert len(world.ids) == 2
    listed = CliRunner().invoke(app, ["log", "show", "alerts", *log])
    assert listed.exit_code == 0
    assert "Aleppo" in listed.output


def test_topics_are_planned_made_and_checked(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    config = tmp_path / "tocsin.toml"
    config.write_text(f'[log.kafka]\nservers = "{cluster.bootstrap}"\nprefix = "planned-"\n')
    assert topics("plan").output.count("to be made") == 8
    assert topics("check").exit_code == 1
    assert "8 topics made" in topics("apply").output
    assert topics("check").exit_code == 0
    config.write_text(f'{config.read_text()}partitions = {{ "tocsin.alerts" = 2 }}\n')
    assert "partitions is 6, declared is 2" in topics("plan").output
    refused = topics("apply")
    assert refused.exit_code == 1
    assert "nothing was changed" in refused.output


def topics(command: str) -> Result:
    return CliRunner().invoke(app, ["topics", command])


def test_doctor_looks_at_the_brokers(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tocsin.toml").write_text(f'[log.kafka]\nservers = "{cluster.bootstrap}"\nprefix = "doctor-"\n')
    assert "holds no topics yet" in doctor()["log"]["detail"]
    topics("apply")
    assert "topics as declared" in doctor()["log"]["detail"]
    assert doctor()["brokers"]["verdict"] == "warn"
    assert "remember for 7 days" in doctor()["brokers"]["detail"]
    assert doctor()["lag of detect"]["verdict"] == "ok"


def doctor() -> dict[str, dict[str, str]]:
    """Return what doctor found, by check."""
    found = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    return {finding["check"]: finding for finding in found}
