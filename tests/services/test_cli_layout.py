"""What the listing commands show fits a terminal of 80 columns, and tells what a reader looks for."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from services.cli import app
from services.commands.output import show_indented, show_table
from tests.builders import a_detected_announcement, a_polled_feed, an_alert, an_announcement
from tests.services.made_log import a_log

FEED = (
    '[[feeds]]\nid = "example-world-middle-east"\nurl = "https://feeds.example.org/world/middle-east/rss.xml"\n'
    'source = "Example News of the World"\nfulltext = true\n'
)
LONG = "Northern Brigade and five other groups reject the ten-hour pause that the Government declared for east Aleppo"


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    Path("feeds.toml").write_text(FEED, encoding="utf-8")
    made = an_announcement(id="5c" * 16)
    a_log(
        a_detected_announcement(made),
        an_alert(alert_id="4e" * 16, headline=LONG),
        a_polled_feed(feed_id="example-world-middle-east"),
    )


def shown(*arguments: str) -> list[str]:
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


@pytest.mark.parametrize("arguments", [("log", "show"), ("log", "show", "alerts"), ("feeds", "list"), ("--help",)])
def test_no_line_is_wider_than_the_terminal(arguments: Sequence[str]) -> None:
    assert max(map(len, shown(*arguments))) <= 80


def test_a_record_is_shown_with_the_beginning_of_the_id_that_explain_takes() -> None:
    head, *headline = shown("log", "show", "alerts")
    assert head.startswith("2016-11-03 12:00:01 alert.raised.v1 ")
    assert head.endswith(" 4e4e4e4e4e4e")
    assert " ".join(line.strip() for line in headline) == LONG
    assert shown("log", "show", "announcements")[0].endswith(" 5c5c5c5c5c5c")


def test_a_feed_is_shown_with_its_address_whole_and_its_last_poll() -> None:
    assert shown("feeds", "list") == [
        "example-world-middle-east Example News of the World (fulltext)",
        "    https://feeds.example.org/world/middle-east/rss.xml",
        "    2016-11-03 12:00 UTC 200: 1 new, 0 revised; next poll 2016-11-03 12:05 UTC",
    ]


def test_a_topic_without_the_records_that_were_asked_for_says_so() -> None:
    assert shown("log", "show", "deliveries") == ["tocsin.deliveries holds no such record"]


def test_a_table_never_breaks_the_names_of_its_rows(capsys: pytest.CaptureFixture[str]) -> None:
    columns = ("set", *(f"some_long_name_{n}" for n in range(6)))
    show_table("Scores", columns, [{"set": "a_set_of_some_length_2016", "some_long_name_0": 0.5}])
    told = capsys.readouterr().out
    assert "a_set_of_some_length_2016" in told
    assert max(map(len, told.splitlines())) <= 80


def test_wrapped_text_keeps_addresses_whole(capsys: pytest.CaptureFixture[str]) -> None:
    address = "https://wire.example/" + "a" * 90
    show_indented(f"see {address} [bold]for more[/bold]")
    assert capsys.readouterr().out.splitlines() == ["    see", f"    {address}", "    [bold]for more[/bold]"]
