"""The commands that look into the log: log show, storylines, feeds list. They change nothing."""

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from tests.builders import (
    NOON,
    a_failed_feed,
    a_passed_deadline,
    a_published_article,
    an_alert,
)
from tests.processors.relate_case import by, says
from tests.services.made_log import a_log


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "240")


def tocsin(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def printed_json(*arguments: str) -> Any:
    result = tocsin(*arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


# --- log show --------------------------------------------------------------------------------------------------------


def test_log_show_lists_the_topics_with_their_records() -> None:
    a_log(a_published_article(id="a1"), a_published_article(id="a2"))
    rows = {row["topic"]: row["records"] for row in printed_json("log", "show")}
    assert (rows["tocsin.articles"], rows["tocsin.alerts"]) == (2, 0)


def test_log_show_shows_the_newest_records_of_all_partitions_in_order() -> None:
    a_log(*(a_published_article(id=f"a{n}", title=f"Dispatch {n}") for n in range(10)))
    rows = printed_json("log", "show", "articles", "--limit", "3")
    assert [row["what"] for row in rows] == ["Dispatch 7", "Dispatch 8", "Dispatch 9"]


def test_log_show_filters_by_key_and_by_type_without_its_version() -> None:
    a_log(an_alert(), a_passed_deadline(), an_alert(alert_id="alert3", storyline_id="s3"))
    by_type = printed_json("log", "show", "tocsin.alerts", "--type", "alert.raised")
    by_key = printed_json("log", "show", "alerts", "--key", "s2")
    assert [row["value"]["alert_id"] for row in by_type] == ["alert1", "alert3"]
    assert [row["type"] for row in by_key] == ["deadline.passed.v1"]


def test_log_show_prints_a_table_for_people() -> None:
    a_log(an_alert(headline="Rebels refuse [the] pause"))
    result = tocsin("log", "show", "alerts")
    assert "Rebels refuse [the] pause" in result.stdout
    assert "alert.raised.v1" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("log", "show", "news"), "no topic"),
        (("log", "show", "alerts", "--type", "alert.rang"), "no fact type"),
        (("explain", "nothing"), "no alert or announcement whose id begins with 'nothing'"),
    ],
)
def test_a_name_that_the_log_does_not_know_is_one_line_and_exit_code_2(arguments: Sequence[str], problem: str) -> None:
    a_log()
    result = tocsin(*arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert problem in result.stderr


@pytest.mark.parametrize("arguments", [("log", "show"), ("explain", "a"), ("storylines",)])
def test_without_a_log_the_commands_that_read_it_say_how_to_make_one(arguments: Sequence[str]) -> None:
    result = tocsin(*arguments)
    assert result.exit_code == 2
    assert "tocsin.db: no log there yet; start one with tocsin run" in result.stderr
    assert not Path("tocsin.db").exists()


def everything() -> tuple[list[str], list[str]]:
    """Return the names in this folder, and all that the log's file holds as SQL."""
    names = sorted(path.name for path in Path().iterdir())
    with closing(sqlite3.connect("file:tocsin.db?mode=ro", uri=True)) as database:
        return names, list(database.iterdump())


@pytest.mark.parametrize("arguments", [("log", "show"), ("log", "show", "alerts"), ("storylines",), ("explain", "a")])
def test_looking_changes_nothing(arguments: Sequence[str]) -> None:
    a_log(an_alert())
    before = everything()
    assert tocsin(*arguments).exit_code == 0
    assert everything() == before


# --- storylines of the past -------------------------------------------------------------------------------------------


def stood(*arguments: str) -> list[str]:
    return [row["state"] for row in printed_json("storylines", *arguments)]


def test_storylines_tell_what_was_in_force_and_what_was_believed() -> None:
    a_log(
        says("ceasefire/agreed", start=by(6), end=by(30)),
        says("ceasefire/ended", hours=10, arrives=50),
    )
    assert stood("--as-of", "2016-11-04T00:00Z") == ["ended"]
    assert stood("--known-at", "2016-11-04T00:00Z") == ["in_force"]
    assert stood("--as-of", "2016-11-03T13:00Z", "--known-at", "2016-11-04T01:00+01:00") == ["agreed"]
    assert stood("--known-at", "2016-11-03") == ["in_force"]  # the end of the day
    assert stood("--as-of", "2016-11-02") == []
    assert "no storylines like that" in tocsin("storylines", "--as-of", "2016-11-02").stdout


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("Friday", "--as-of 'Friday' is no date or time: give a date (2016-11-04) or a time with its offset"),
        ("2016-11-04T12:00", "--as-of '2016-11-04T12:00' has no offset: give"),
        ("9999-12-31", "--as-of '9999-12-31' is no date or time"),
    ],
)
def test_a_moment_that_cannot_be_read_says_what_to_give(typed: str, problem: str) -> None:
    a_log()
    result = tocsin("storylines", "--as-of", typed)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert problem in result.stderr


# --- feeds list ------------------------------------------------------------------------------------------------------


def test_feeds_list_says_how_the_last_poll_went() -> None:
    Path("feeds.toml").write_text('[[feeds]]\nid = "wire"\nurl = "https://wire.example/rss"\n', encoding="utf-8")
    a_log(a_failed_feed(failures=3, at=NOON + timedelta(minutes=1)))
    [row] = printed_json("feeds", "list")
    assert (row["id"], row["last"]) == ("wire", "http_500 (3 in a row)")
