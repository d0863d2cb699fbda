"""``tocsin detect FILE`` and ``tocsin replay FILE``: files in, files out, and what is said of mistakes."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from tests.shared import SHARED, needs_shared

DECLARED = "The Syrian army declared a 48-hour ceasefire in Aleppo on Thursday."
REJECTED = "Syrian rebels rejected the army's ceasefire in Aleppo."
OTHER = "Shares rose in early trading."


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)


def tocsin(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def an_articles_file(*texts: str, name: str = "articles.jsonl") -> str:
    rows = [
        {
            "id": f"a{n}",
            "title": text,
            "text": text,
            "published": f"2016-11-03T{12 + n}:00:00+00:00",
            "source": "Example Wire",
            "url": f"https://wire.example/{n}",
            "lang": "en",
        }
        for n, text in enumerate(texts)
    ]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    Path(name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return name


def rows_of(path: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]


def test_detect_writes_one_line_an_announcement_with_all_slots() -> None:
    result = tocsin("detect", an_articles_file(DECLARED, OTHER), "-o", "out.jsonl")
    assert result.exit_code == 0, result.output
    [row] = rows_of("out.jsonl")
    assert (row["article_id"], row["family"], row["act"]) == ("a0", "ceasefire", "declared")
    assert row["place"] == [{"name": "Aleppo", "country": "SY"}]
    assert row["quote"] in DECLARED
    assert row["background"] is False
    assert set(row) >= {"issuer", "target", "start", "end", "deadline", "confidence"}
    assert "1 announcements in 2 articles: out.jsonl" in result.stdout


def test_detect_without_an_output_file_writes_to_the_standard_output() -> None:
    result = tocsin("detect", an_articles_file(DECLARED, name="articles.jsonl.gz"))
    assert json.loads(result.stdout)["family"] == "ceasefire"


def test_replay_writes_an_alert_for_a_refusal_with_both_articles() -> None:
    result = tocsin("replay", an_articles_file(DECLARED, OTHER, REJECTED), "-o", "alerts.jsonl")
    assert result.exit_code == 0, result.output
    [row] = rows_of("alerts.jsonl")
    assert (row["article_id"], row["earlier_article_id"]) == ("a2", "a0")
    assert (row["family"], row["relation"], row["kind"]) == ("ceasefire", "contradicts", "rejects")
    assert (row["quote"], row["earlier_quote"]) == (REJECTED, DECLARED)
    assert "3 articles" in result.stdout


def test_replay_keeps_its_log_where_asked_and_the_other_commands_read_it() -> None:
    articles = an_articles_file(DECLARED, REJECTED)
    assert tocsin("replay", articles, "-o", "alerts.jsonl", "--log", "tocsin.db").exit_code == 0
    [alert] = rows_of("alerts.jsonl")
    assert REJECTED in tocsin("explain", alert["alert_id"][:8]).stdout
    [line] = json.loads(tocsin("storylines", "--json").stdout)
    assert (line["family"], line["theatre"], line["state"]) == ("ceasefire", "SY", "refused")


def test_replay_of_the_same_file_gives_the_same_alerts() -> None:
    articles = an_articles_file(DECLARED, REJECTED, DECLARED, REJECTED)
    tocsin("replay", articles, "-o", "one.jsonl")
    tocsin("replay", articles, "-o", "two.jsonl")
    assert Path("one.jsonl").read_bytes() == Path("two.jsonl").read_bytes()


@pytest.mark.parametrize("command", ["detect", "replay"])
@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("nowhere.jsonl",), "nowhere.jsonl: No such file"),
        (("articles.jsonl", "-o", "nowhere/out.jsonl"), "the folder nowhere does not exist"),
        (("articles.jsonl", "-o", "."), "is a folder"),
        (("broken.jsonl", "-o", "out.jsonl"), "broken.jsonl, line 2: "),
    ],
)
def test_a_bad_file_is_one_line_and_leaves_the_output_as_it_was(
    command: str, arguments: Sequence[str], problem: str
) -> None:
    an_articles_file(DECLARED)
    Path("broken.jsonl").write_text(Path("articles.jsonl").read_text(encoding="utf-8") + "{", encoding="utf-8")
    Path("out.jsonl").write_text("as before\n", encoding="utf-8")
    result = tocsin(command, *arguments)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert problem in result.stderr
    assert Path("out.jsonl").read_text(encoding="utf-8") == "as before\n"


def test_replay_refuses_to_write_into_a_log_that_exists() -> None:
    Path("tocsin.db").touch()
    result = tocsin("replay", an_articles_file(DECLARED), "--log", "tocsin.db")
    assert result.exit_code == 2
    assert "tocsin.db: exists already" in result.stderr


def test_an_output_for_the_stage_makes_no_sense() -> None:
    result = tocsin("detect", "-o", "out.jsonl")
    assert result.exit_code == 2
    assert "needs a file of articles" in result.stderr


@needs_shared
def test_the_head_of_a_real_stream_goes_through() -> None:
    with gzip.open(SHARED / "streams" / "sudan_2023.jsonl.gz", "rb") as stream:
        Path("head.jsonl").write_bytes(b"".join(line for line, _ in zip(stream, range(4000), strict=False)))
    result = tocsin("replay", "head.jsonl", "-o", "alerts.jsonl")
    assert result.exit_code == 0, result.output
    assert "4000 articles" in result.stdout
