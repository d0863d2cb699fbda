"""The command line as a whole: exit codes, one-line errors, the catalogue's commands, doctor."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingest import catalogue
from services.cli import app

OPML = """<opml version="2.0"><body>
<outline type="rss" text="Example Wire" xmlUrl="https://wire.example/rss"/>
<outline type="rss" text="Other Wire" xmlUrl="https://other.example/rss"/>
</body></opml>"""


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "240")


def tocsin(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_version_prints_the_installed_version() -> None:
    assert tocsin("version").stdout == f"tocsin {version('tocsin')}\n"


def test_every_command_is_listed_in_the_help_with_what_it_is_for() -> None:
    shown = tocsin("--help").stdout
    for name in (
        "run",
        "ingest",
        "detect",
        "relate",
        "deliver",
        "feeds",
        "storylines",
        "explain",
        "log",
        "replay",
        "backtest",
    ):
        assert name in shown
    assert "eval" in shown
    assert "doctor" in shown


@pytest.mark.parametrize("arguments", [("nonsense",), ("feeds", "list", "--nonsense"), ("explain",)])
def test_a_wrong_use_is_exit_code_2(arguments: Sequence[str]) -> None:
    assert tocsin(*arguments).exit_code == 2


def test_a_setting_that_does_not_exist_is_one_line_and_exit_code_2() -> None:
    Path("tocsin.toml").write_text("[log]\npathh = 'x.db'\n", encoding="utf-8")
    result = tocsin("feeds", "list")
    assert result.exit_code == 2
    assert result.stderr.startswith("tocsin: log.pathh: no such setting")


def test_the_settings_file_can_be_named() -> None:
    Path("mine.toml").write_text('[ingest]\ncatalogue = "mine-feeds.toml"\n', encoding="utf-8")
    assert tocsin("--config", "mine.toml", "feeds", "add", "https://wire.example/rss").exit_code == 0
    assert Path("mine-feeds.toml").exists()


def test_feeds_are_added_and_listed() -> None:
    assert tocsin("feeds", "add", "https://wire.example/rss", "--source", "Example Wire", "--fulltext").exit_code == 0
    [row] = json.loads(tocsin("feeds", "list", "--json").stdout)
    assert (row["source"], row["url"], row["fulltext"]) == ("Example Wire", "https://wire.example/rss", True)
    assert "Example Wire" in tocsin("feeds", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("feeds", "add", "wire.example/rss"), "begins with http"),
        (("feeds", "add", "https://wire.example/rss", "--id", "no spaces"), "id"),
        (("feeds", "list"), "feeds.toml: no such catalogue"),
        (("feeds", "check", "wire"), "feeds.toml: no such catalogue"),
        (("feeds", "import", "nowhere.opml"), "nowhere.opml"),
    ],
)
def test_a_mistake_with_feeds_is_one_line_and_exit_code_2(arguments: Sequence[str], problem: str) -> None:
    result = tocsin(*arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert problem in result.stderr


def test_a_feed_is_not_added_twice() -> None:
    tocsin("feeds", "add", "https://wire.example/rss")
    assert tocsin("feeds", "add", "https://wire.example/rss").exit_code == 2
    assert len(catalogue.load(Path("feeds.toml")).feeds) == 1


def test_an_unknown_feed_cannot_be_checked() -> None:
    tocsin("feeds", "add", "https://wire.example/rss")
    result = tocsin("feeds", "check", "nobody")
    assert result.exit_code == 2
    assert "no feed 'nobody'" in result.stderr


def test_opml_is_imported_once_and_exported_again() -> None:
    Path("feeds.opml").write_text(OPML, encoding="utf-8")
    assert "2 feeds added, 0 were there" in tocsin("feeds", "import", "feeds.opml").stdout
    assert "0 feeds added, 2 were there" in tocsin("feeds", "import", "feeds.opml").stdout
    tocsin("feeds", "export", "-o", "out.opml")
    exported = Path("out.opml").read_text(encoding="utf-8")
    assert exported.count("xmlUrl=") == 2
    assert tocsin("feeds", "export").stdout == exported + "\n"


def test_a_file_that_is_no_opml_is_named() -> None:
    Path("feeds.opml").write_text("<html></html>", encoding="utf-8")
    result = tocsin("feeds", "import", "feeds.opml")
    assert result.exit_code == 2
    assert result.stderr.startswith("tocsin: feeds.opml: no OPML")


def test_the_installed_program_runs(tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("tocsin")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    done = subprocess.run(  # noqa: S603  our own program
        [program, "detect", "nowhere.jsonl"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "tocsin: nowhere.jsonl: No such file or directory; check the path\n"
