"""``tocsin doctor``: what would keep a run from working, and what does."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.cli import app
from tests.builders import a_dead_letter, a_published_article
from tests.services.made_log import a_log

Found = dict[str, tuple[str, str]]  # check: verdict, detail

UNREACHABLE = """
[deliver.destinations.screen]
channel = "terminal"
[deliver.destinations.desk]
channel = "email"
host = "127.0.0.1"
port = 1
sender = "a@b.example"
to = ["c@d.example", "e@d.example"]
[[deliver.routes]]
name = "all"
to = ["screen"]
"""


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    Path("feeds.toml").write_text('[[feeds]]\nid = "wire"\nurl = "http://127.0.0.1:1/rss"\n', encoding="utf-8")


def examined() -> tuple[int, Found]:
    """Return the exit code and what was found."""
    result = CliRunner().invoke(app, ["doctor", "--json"])
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    return result.exit_code, {row["check"]: (row["verdict"], row["detail"]) for row in rows}


def test_a_folder_with_a_catalogue_is_enough_and_stays_as_it_was() -> None:
    before = sorted(Path().iterdir())
    code, found = examined()
    assert code == 0, found
    assert {verdict for check, (verdict, _) in found.items() if check != "time"} == {"ok"}
    assert {"settings", "names", "lexicons", "catalogue", "clock", "disk", "log", "channel terminal"} <= set(found)
    assert sorted(Path().iterdir()) == before


def test_people_get_a_table_and_a_last_line() -> None:
    shown = CliRunner().invoke(app, ["doctor"]).stdout.splitlines()
    assert shown[0].split() == ["ok", "settings", "every", "one", "can", "be", "read"]
    assert shown[-1] == "a run would work"
    assert max(map(len, shown)) <= 80


def test_a_wrong_setting_fails_before_all_else() -> None:
    Path("tocsin.toml").write_text("[log]\npathh = 'x.db'\n", encoding="utf-8")
    code, found = examined()
    assert (code, list(found)) == (1, ["settings"])


def test_an_idle_destination_and_a_server_that_does_not_answer_are_found() -> None:
    Path("tocsin.toml").write_text(UNREACHABLE, encoding="utf-8")
    code, found = examined()
    assert code == 1
    assert found["routes"] == ("warn", "no route leads to desk: no alerts go there")
    assert found["channel screen"][0] == "ok"
    assert found["channel desk"][0] == "fail"
    assert found["channel desk"][1].endswith("; correct deliver.destinations.desk")


def test_feeds_that_do_not_tell_their_time_leave_the_clock_in_doubt() -> None:
    assert examined()[1]["time"] == ("warn", "no feed's server told its time: the clock was compared with nothing")


def test_what_the_stages_have_not_read_yet_is_counted() -> None:
    a_log(a_published_article(), a_dead_letter())
    _, found = examined()
    assert found["log"] == ("ok", "tocsin.db: sound and writable")
    assert found["lag of detect"][1].startswith("1 records")
    assert found["dead letters"] == ("warn", "1; see tocsin dead-letters list")


def test_a_damaged_log_is_found() -> None:
    Path("tocsin.db").write_bytes(b"this is no database" * 100)
    code, found = examined()
    assert (code, found["log"][0]) == (1, "fail")


def test_a_log_that_was_made_with_other_partitions_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    a_log()
    monkeypatch.setenv("TOCSIN_LOG__PARTITIONS", "2")
    assert "has 6 partitions, not 2; give log.partitions" in examined()[1]["log"][1]


def test_an_empty_file_is_no_log_yet_and_stays_empty() -> None:
    Path("tocsin.db").touch()
    assert examined()[1]["log"] == ("ok", "tocsin.db: none yet; the first run makes it")
    assert CliRunner().invoke(app, ["log", "show"]).exit_code == 2
    assert not Path("tocsin.db").stat().st_size
