"""What must be right before a stage starts: told in plain lines with exit code 78, before any process is started."""

import contextlib
import json
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from services.cli import COMMANDS, app
from tests.services.made_log import a_log

FEEDS = '[[feeds]]\nid = "wire"\nurl = "https://wire.example/rss"\n'
SLACK = '[deliver.destinations.desk]\nchannel = "slack"\nroom = "C1"\n'

MAIL = (
    '[deliver.destinations.duty]\nchannel = "email"\nhost = "mail.example"\nsender = "a@b.example"\n'
    'to = ["c@d.example"]\nca_file = "nowhere.pem"\n'
)


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.setenv("TOCSIN_HEALTH__PORT", "0")
    monkeypatch.setenv("TOCSIN_DASHBOARD__PORT", "0")
    Path("feeds.toml").write_text(FEEDS, encoding="utf-8")


def tocsin(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port that somebody listens on, after one on which nobody does."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as listening:
            port = int(listening.getsockname()[1])
            with contextlib.suppress(OSError), socket.socket() as before:
                before.bind(("127.0.0.1", port - 1))
                before.close()
                yield port
                return


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("feeds.toml", "[[feeds]]\nid = 3\n", "feeds.toml: entry 1 (3): "),
        ("feeds.toml", "[[feeds", "feeds.toml: cannot be read: "),
        ("feeds.toml", "", "feeds.toml: no feed is enabled"),
        ("tocsin.toml", "[log", "cannot read the settings file tocsin.toml: "),
        ("tocsin.toml", "[lok]\npath = 'x'\n", "lok: no such setting; remove it from tocsin.toml"),
        ("tocsin.toml", "[worker]\nbatch = 'x'\n", "worker.batch: Input should be a valid integer"),
        (
            "tocsin.toml",
            SLACK,
            "deliver.destinations.desk.token: is missing; set it in tocsin.toml or as TOCSIN",
        ),
        ("tocsin.toml", SLACK.replace("slack", "slak"), "deliver.destinations.desk.channel: must be one of email, "),
        (
            "tocsin.toml",
            MAIL,
            "deliver.destinations.duty.ca_file: nowhere.pem: no such file; correct it in",
        ),
        ("tocsin.toml", "[[deliver.routes]]\nname = 'a'\nto = ['b']\n", "deliver: route 'a' leads to 'b', which is no"),
        ("tocsin.toml", "[log]\npath = 'feeds.toml'\n", "log file feeds.toml: file is not a database; it is no log"),
        ("tocsin.toml", "[log]\npath = '.'\n", "log.path .: is a folder; set log.path"),
        ("tocsin.toml", "[log]\npath = 'feeds.toml/x.db'\n", "log.path feeds.toml/x.db: feeds.toml is no folder"),
    ],
)
@pytest.mark.parametrize("command", ["run", "ingest"])
def test_what_no_restart_would_mend_is_one_line_and_exit_code_78(command: str, file: str, text: str, told: str) -> None:
    Path(file).write_text(text, encoding="utf-8")
    result = tocsin(command)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (78, "", 1)
    assert result.stderr.startswith(f"tocsin: {told}")
    assert not Path("tocsin.db").exists()


def test_without_a_catalogue_the_line_says_how_to_make_one() -> None:
    Path("feeds.toml").unlink()
    result = tocsin("run")
    assert result.exit_code == 78
    assert result.stderr == "tocsin: feeds.toml: no such catalogue; create it with: tocsin feeds add URL\n"


def test_several_wrong_settings_are_a_line_each() -> None:
    Path("tocsin.toml").write_text("[log]\npathh = 'x'\n[foo]\nx = 1\n", encoding="utf-8")
    lines = tocsin("run").stderr.splitlines()
    assert [line.partition(": no such setting")[0] for line in lines] == ["tocsin: log.pathh", "tocsin: foo"]


def test_a_taken_port_is_named_before_anything_starts(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_HEALTH__PORT", str(taken_port - 1))
    result = tocsin("run")
    assert result.exit_code == 78
    assert f"cannot listen on 127.0.0.1:{taken_port} (Address already in use); set health.port" in result.stderr


@pytest.mark.parametrize(("arguments", "code"), [(("run",), 78), (("log", "show"), 2), (("doctor",), 1)])
def test_a_database_of_another_program_is_never_touched(arguments: tuple[str, ...], code: int) -> None:
    with closing(sqlite3.connect("tocsin.db")) as database:
        database.execute("CREATE TABLE recipes (name TEXT)")
    before = Path("tocsin.db").read_bytes()
    result = tocsin(*arguments)
    assert result.exit_code == code
    assert "tocsin.db: is a database of another program; set log.path" in " ".join(result.output.split())
    assert Path("tocsin.db").read_bytes() == before


def test_a_log_that_another_process_holds_locked_is_no_misconfiguration() -> None:
    a_log()
    with closing(sqlite3.connect("tocsin.db", isolation_level=None)) as holding:
        holding.execute("PRAGMA locking_mode = EXCLUSIVE")
        holding.execute("BEGIN EXCLUSIVE")
        result = tocsin("relate")
    assert result.exit_code == 1
    assert result.stderr.startswith("tocsin: log file tocsin.db: database is locked; another process holds it locked")


def test_every_command_of_the_table_can_be_loaded_and_helps() -> None:
    for name, entry in COMMANDS.items():
        result = tocsin(name, "--help")
        assert result.exit_code == 0, entry.place
        assert f"Usage: tocsin {name}" in result.stdout or f"Usage: root {name}" in result.stdout


def test_the_program_starts_without_the_parts_that_its_commands_need() -> None:
    code = "import json, sys, services.cli; print(json.dumps([m for m in sys.modules]))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    heavy = {"pydantic", "structlog", "httpx", "feedparser", "slack_sdk", "processors", "ingest", "alerts"}
    assert not heavy & set(json.loads(done.stdout))
