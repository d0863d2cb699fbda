"""``tocsin dead-letters``: what a stage could not process is listed, shown whole and put back by its own command."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from tests.builders import a_dead_letter
from tests.services.made_log import a_log
from tocsin import codec

ARTICLE = '{"at":"2016-11-03T12:00:00Z"}'


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def tocsin(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def articles() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(tocsin("log", "show", "articles", "--json").stdout)
    return rows


def test_letters_are_listed_by_place_with_their_error_and_command() -> None:
    a_log(a_dead_letter(original_position=7, stage="relate", error="KeyError: 'x'"), a_dead_letter())
    shown = tocsin("dead-letters", "list").stdout.splitlines()
    assert shown[0] == "detect tocsin.articles[0]@3 article.published.v1 2016-11-03 12:00 UTC"
    assert shown[-3:-1] == [
        "relate tocsin.articles[0]@7 article.published.v1 2016-11-03 12:00 UTC",
        "    KeyError: 'x'",
    ]
    assert "    tocsin dead-letters put-back detect tocsin.articles 0 3" in shown


def test_letters_of_one_stage_are_listed_alone() -> None:
    a_log(a_dead_letter(), a_dead_letter(stage="relate"))
    listed = json.loads(tocsin("dead-letters", "list", "--stage", "relate", "--json").stdout)
    assert [letter["stage"] for letter in listed] == ["relate"]


def test_an_empty_list_says_so() -> None:
    a_log()
    assert tocsin("dead-letters", "list").stdout == "no dead letters\n"
    assert tocsin("dead-letters", "list", "--json").stdout == "[]\n"


def test_a_letter_is_shown_whole() -> None:
    a_log(a_dead_letter(value=ARTICLE, traceback="Traceback: line 1\nKeyError: [bold]"))
    shown = tocsin("dead-letters", "show", "detect", "tocsin.articles", "0", "3").stdout
    assert ARTICLE in shown
    assert "Traceback: line 1\nKeyError: [bold]" in shown


def test_the_command_that_a_letter_names_puts_its_record_back() -> None:
    letter = a_dead_letter(value=ARTICLE)
    a_log(letter)
    program, *arguments = letter.put_back.split()
    assert program == "tocsin"
    result = tocsin(*arguments)
    assert (result.exit_code, result.stdout.split(";")[0]) == (0, "1 put back into tocsin.articles")
    [row] = articles()
    assert (row["id"], row["key"], row["value"]) == (letter.original_id, "a1", json.loads(ARTICLE))
    assert row["correlation"] == codec.draft(letter).correlation


def test_what_was_held_back_behind_a_letter_goes_back_with_it_in_order() -> None:
    held = {"original_key": "a1", "error": "held back", "value": ARTICLE}
    a_log(
        a_dead_letter(original_position=9, original_id="c" * 32, **held),
        a_dead_letter(original_position=3, original_id="a" * 32, value=ARTICLE),
        a_dead_letter(original_position=5, original_id="b" * 32, **held),
        a_dead_letter(original_position=6, original_id="d" * 32, original_key="other", value=ARTICLE),
    )
    tocsin("dead-letters", "put-back", "detect", "tocsin.articles", "0", "3")
    assert [row["id"][0] for row in articles()] == ["a", "b", "c"]


@pytest.mark.parametrize("command", ["show", "put-back"])
def test_a_place_without_a_letter_is_one_line_and_exit_code_2(command: str) -> None:
    a_log(a_dead_letter())
    result = tocsin("dead-letters", command, "detect", "tocsin.articles", "0", "4")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "no dead letter from tocsin.articles[0]@4; tocsin dead-letters list" in result.stderr
