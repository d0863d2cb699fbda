"""``tocsin dead-letters``: what a stage could not process is listed, shown whole, and retried or discarded."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from tests.builders import a_dead_letter, a_discard, a_retry
from tests.services.made_log import a_log
from tocsin import codec

RETRY = ("dead-letters", "retry", "detect", "tocsin.articles", "0", "3")
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
    assert "    tocsin dead-letters retry detect tocsin.articles 0 3" in shown


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


def test_the_command_that_a_letter_names_retries_its_record() -> None:
    letter = a_dead_letter(value=ARTICLE)
    a_log(letter)
    program, *arguments = letter.put_back.split()
    assert program == "tocsin"
    result = tocsin(*arguments)
    assert (result.exit_code, result.stdout.split(";")[0]) == (0, "1 record appended to tocsin.articles again")
    [row] = articles()
    assert (row["id"], row["key"], row["value"]) == (letter.original_id, "a1", json.loads(ARTICLE))
    assert row["correlation"] == codec.draft(letter).correlation


def test_what_was_held_back_behind_a_letter_is_retried_with_it_in_order() -> None:
    held = {"original_key": "a1", "error": "held back", "value": ARTICLE}
    a_log(
        a_dead_letter(original_position=3, original_id="a" * 32, value=ARTICLE),
        a_dead_letter(original_position=5, original_id="b" * 32, **held),
        a_dead_letter(original_position=6, original_id="d" * 32, original_key="other", value=ARTICLE),
        a_dead_letter(original_position=9, original_id="c" * 32, **held),
    )
    tocsin("dead-letters", "retry", "detect", "tocsin.articles", "0", "3")
    assert [row["id"][0] for row in articles()] == ["a", "b", "c"]


def test_what_was_settled_is_listed_only_when_asked_for_with_what_became_of_it() -> None:
    a_log(a_dead_letter(), a_retry(), a_dead_letter(original_position=5), a_discard(original_position=5, by="ben"))
    assert tocsin("dead-letters", "list").stdout == "no dead letters\n"
    shown = tocsin("dead-letters", "list", "--all").stdout
    assert "    was retried by ana, 2016-11-03 13:00 UTC\n" in shown
    assert "    was discarded by ben, 2016-11-03 13:00 UTC\n" in shown
    listed = json.loads(tocsin("dead-letters", "list", "--all", "--json").stdout)
    assert [letter["settled"]["how"] for letter in listed] == ["record.retried.v1", "record.discarded.v1"]


def test_what_was_retried_says_who_did_it_and_is_refused_a_second_time() -> None:
    a_log(a_dead_letter(value=ARTICLE))
    tocsin(*RETRY, "--by", "ana")
    again = tocsin(*RETRY)
    assert (again.exit_code, again.stderr.split(",")[0]) == (
        2,
        "tocsin: the dead letter from tocsin.articles[0]@3 was retried by ana",
    )
    assert len(articles()) == 1


def test_a_letter_that_waits_behind_another_is_refused_and_the_other_named() -> None:
    a_log(a_dead_letter(), a_dead_letter(original_position=5, original_id="b" * 32))
    result = tocsin("dead-letters", "retry", "detect", "tocsin.articles", "0", "5")
    assert result.exit_code == 2
    assert "@5 waits behind tocsin.articles[0]@3: name that one first" in result.stderr


def test_nothing_is_discarded_without_a_word_of_consent() -> None:
    a_log(a_dead_letter())
    result = tocsin("dead-letters", "discard", "detect", "tocsin.articles", "0", "3")
    assert (result.exit_code, "say --yes" in result.stderr) == (2, True)
    assert len(json.loads(tocsin("dead-letters", "list", "--json").stdout)) == 1


def test_a_discarded_record_leaves_a_mark_in_its_topic_before_those_held_back_behind_it() -> None:
    a_log(a_dead_letter(), a_dead_letter(original_position=5, original_id="b" * 32, value=ARTICLE))
    result = tocsin("dead-letters", "discard", "detect", "tocsin.articles", "0", "3", "--yes", "--by", "ana")
    assert result.stdout == "discarded; 1 record held back behind it appended to tocsin.articles again\n"
    assert [row["type"] for row in articles()] == ["record.discarded.v1", "article.published.v1"]
    assert tocsin("dead-letters", "list").stdout == "no dead letters\n"


@pytest.mark.parametrize("command", ["show", "retry"])
def test_a_place_without_a_letter_is_one_line_and_exit_code_2(command: str) -> None:
    a_log(a_dead_letter())
    result = tocsin("dead-letters", command, "detect", "tocsin.articles", "0", "4")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "no dead letter from tocsin.articles[0]@4; tocsin dead-letters list" in result.stderr
