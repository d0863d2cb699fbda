"""``tocsin run`` end to end: a feed in, a webhook out, processes killed in between, and a clean stop."""

import asyncio
import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.flow.local_world import a_world
from tests.flow.program import Program, a_program, lives, until, what_was_written

ON_THE_WAY = {
    "article.published.v1",
    "announcement.detected.v1",
    "storyline.updated.v1",
    "alert.raised.v1",
    "delivery.queued.v2",
    "delivery.attempted.v1",
    "delivery.delivered.v1",
}


@pytest.mark.timeout(180)
def test_an_alert_comes_out_of_two_dispatches_though_every_process_is_killed_in_between(tmp_path: Path) -> None:
    chance = random.Random(4)  # noqa: S311  not for secrets
    with a_world() as world, a_program(tmp_path, world) as program:
        until(lambda: len(program.pids()) == 4, "all four stages")
        world.publish("The Syrian army on Wednesday declared a ceasefire in Aleppo.")
        for stage, pid in program.pids().items():
            time.sleep(chance.random() * 0.5)
            os.kill(pid, signal.SIGKILL)
            until(lambda: program.pids()[stage] != pid, f"{stage} to start again")  # noqa: B023  called at once
        world.publish("The rebels rejected the ceasefire that the Syrian army had declared in Aleppo.")
        until(lambda: world.posts, "the alert")
        orphans = list(program.pids().values())
        program.process.kill()
        program.process.wait()
        until(lambda: not any(lives(pid) for pid in orphans), "the stages to end with their supervisor")
        program.restart()
        world.publish("The Houthis on Wednesday declared a ceasefire in Taiz.")
        until(lambda: announced_in(tmp_path, "Taiz"), "the third dispatch to be read")
        world.publish("The Yemeni army rejected the ceasefire that the Houthis had declared in Taiz.")
        until(lambda: len(set(world.ids)) > 1, "the second alert")
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(30) == 0
    written = asyncio.run(what_was_written(tmp_path))
    articles, deliveries = written["tocsin.articles"], written["tocsin.deliveries"]
    raised = [record for record in written["tocsin.alerts"] if record.type == "alert.raised.v1"]
    assert len(articles) == len({record.id for record in articles}) == 4
    assert len(raised) == len({record.id for record in raised}) >= 2
    made = [record for record in deliveries if record.type == "delivery.delivered.v1"]
    assert len(made) == len({record.id for record in made}) == len(raised)
    assert {record.correlation for record in made} <= {record.key for record in articles}


@pytest.mark.timeout(120)
def test_a_wrong_setting_ends_the_program_with_its_name(tmp_path: Path) -> None:
    with a_world() as world:
        program = Program(tmp_path, world, feeds="[[feeds]]\nid = 3\n")
        assert program.process.wait(60) == 78
        assert program.said.read_text().startswith(f"tocsin: {tmp_path / 'feeds.toml'}: entry 1 (3): ")


@pytest.mark.timeout(120)
@pytest.mark.parametrize("stage", ["ingest", "detect", "relate", "deliver"])
def test_a_stage_by_itself_stops_on_sigterm_with_its_work_committed(tmp_path: Path, stage: str) -> None:
    with a_world() as world:
        world.publish("The Syrian army on Wednesday declared a ceasefire in Aleppo.")
        with a_program(tmp_path, world, stage) as program:
            until(lambda: stage in program.pids(), "the stage to start")
            if stage == "ingest":
                until(lambda: any(line["event"] == "article.published.v1" for line in program.lines()), "the article")
            program.process.send_signal(signal.SIGTERM)
            assert program.process.wait(30) == 0
            assert program.lines()[-1]["event"] == "stage stopped"


@pytest.mark.timeout(120)
def test_one_id_leads_from_the_article_to_its_delivery_in_records_and_in_log_lines(tmp_path: Path) -> None:
    with a_world() as world, a_program(tmp_path, world) as program:
        world.publish("The Syrian army on Wednesday declared a ceasefire in Aleppo.")
        until(lambda: announced_in(tmp_path, "Aleppo"), "the first dispatch to be read")
        world.publish("The rebels rejected the ceasefire that the Syrian army had declared in Aleppo.")
        until(lambda: world.posts, "the alert")
        program.process.send_signal(signal.SIGTERM)
        assert program.process.wait(30) == 0
        lines = program.lines()
    written = asyncio.run(what_was_written(tmp_path))
    article = written["tocsin.articles"][1].key
    told = {record.type for records in written.values() for record in records if record.correlation == article}
    assert told == ON_THE_WAY
    assert {line["event"] for line in lines if line.get("correlation") == article} >= ON_THE_WAY


def announced_in(folder: Path, place: str) -> bool:
    """Tell whether an announcement that names a place was written. (A log line may be lost in a kill.)"""
    records = asyncio.run(what_was_written(folder))["tocsin.announcements"] if (folder / "tocsin.db").exists() else []
    return any(place.encode() in record.value for record in records)
