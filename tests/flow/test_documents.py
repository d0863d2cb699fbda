"""What README.md and docs/ tell people to type works: commands exist and run, settings and catalogues load."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ingest import catalogue
from services.cli import COMMANDS, app
from services.routing import routes_of
from services.settings import load

_TOP = Path(__file__).resolve().parents[2]
_README = _TOP / "README.md"
_OPML = '<opml version="2.0"><body><outline type="rss" text="Wire" xmlUrl="https://wire.example/rss"/></body></opml>'
_SECRETS = {"DESK__TOKEN": "xoxb-made-up", "DUTY__PASSWORD": "made up"}  # what the README says to put there

pytestmark = pytest.mark.skipif(not _README.is_file(), reason="the documents are not part of the wheel")


def blocks(language: str) -> list[str]:
    """Return the README's code blocks of a language."""
    return re.findall(rf"```{language}\n(.*?)```", _README.read_text(encoding="utf-8"), re.DOTALL)


def shell_lines() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a newcomer's: the program in .venv/bin, and the files that the README takes as given."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/tocsin").symlink_to(Path(sys.executable).with_name("tocsin"))
    (tmp_path / "subscriptions.opml").write_text(_OPML, encoding="utf-8")
    return tmp_path


def test_the_targets_of_make_exist() -> None:
    makefile = (_TOP / "Makefile").read_text(encoding="utf-8")
    for line in filter(lambda line: line.startswith("make "), shell_lines()):
        assert re.search(rf"^{line.split()[1]}:", makefile, re.MULTILINE), line


def test_the_commands_of_the_readme_do_what_it_says_in_its_order(folder: Path) -> None:
    results = {}
    for line in (line for line in shell_lines() if not line.startswith("make ")):
        done = subprocess.run(line, shell=True, capture_output=True, text=True, timeout=100, check=False)  # noqa: S602
        results[line.partition("#")[0].strip().removeprefix(".venv/bin/tocsin ")] = done
    assert [feed.id for feed in catalogue.load(folder / "feeds.toml").feeds] == ["example", "wire"]
    for line, done in results.items():
        assert "Traceback" not in done.stderr
        if line == "feeds check":  # the feeds are made up: it says so
            assert (done.returncode, "example" in done.stdout) == (1, True)
        elif line.split()[0] in ("storylines", "log", "explain"):  # nothing ran yet: it says so
            assert (done.returncode, "no log there yet" in done.stderr) == (2, True), line
        else:
            assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
    assert json.loads(results["detect news.jsonl"].stdout)["act"] == "declared"


def test_the_commands_that_the_documents_name_exist() -> None:
    pages = [_README, _TOP / "CONTRIBUTING.md", *(_TOP / "docs").glob("*.md")]
    named = {
        (page.name, command)
        for page in pages
        for command in re.findall(r"(?:`|^    )tocsin ([a-z-]+(?: [a-z-]+)?)", page.read_text(encoding="utf-8"), re.M)
    }
    assert named
    for page, command in named:
        name, *rest = shlex.split(command)
        assert name in COMMANDS, page
        is_group = COMMANDS[name].place.endswith(":app")
        arguments = [name, *rest[: 1 if is_group else 0], "--help"]
        assert CliRunner().invoke(app, arguments).exit_code == 0, f"{page}: tocsin {command}"


def test_every_command_stands_in_the_readme() -> None:
    table = _README.read_text(encoding="utf-8")
    assert [name for name in COMMANDS if f"`tocsin {name}" not in table and name != "version"] == []


def test_the_readmes_catalogue_and_settings_load(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feeds, settings = blocks("toml")
    (folder / "feeds.toml").write_text(feeds, encoding="utf-8")
    assert [feed.id for feed in catalogue.load(folder / "feeds.toml").feeds] == ["example"]
    (folder / "tocsin.toml").write_text(settings, encoding="utf-8")
    for name, value in _SECRETS.items():
        monkeypatch.setenv(f"TOCSIN_DELIVER__DESTINATIONS__{name}", value)
    routes = routes_of(load(folder / "tocsin.toml").deliver)
    assert [rule.name for rule in routes.rules] == [
        route["name"] for route in tomllib.loads(settings)["deliver"]["routes"]
    ]
