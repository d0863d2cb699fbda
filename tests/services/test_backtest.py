"""``tocsin backtest``: two versions over the same articles, and what is said where one of them cannot be run."""

import json
from pathlib import Path

import pytest

import services
from services.backtest import Alert, compared
from tests.services.test_cli_texts import DECLARED, OTHER, REJECTED, an_articles_file, tocsin

_CHECKOUT = Path(services.__file__).parents[1]


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)


def an_alert_line(article: str = "a2", **told: str) -> Alert:
    line = {"article_id": article, "family": "ceasefire", "relation": "contradicts", "kind": "rejects"}
    told = {"earlier_article_id": "a0", "quote": REJECTED, "earlier_quote": DECLARED} | told
    return line | {"headline": "Truce refused", "reason": "It is refused."} | told


def test_alerts_of_the_same_article_family_and_relation_are_one() -> None:
    old = [an_alert_line("a1"), an_alert_line("a2"), an_alert_line("a3", kind="denies")]
    new = [an_alert_line("a2"), an_alert_line("a3"), an_alert_line("a4")]
    found = compared(old, new)
    assert (found.same, [one["article_id"] for one in found.gained]) == (1, ["a4"])
    assert [one["article_id"] for one in found.lost] == ["a1"]
    assert [(one.new["article_id"], one.fields) for one in found.changed] == [("a3", ("kind",))]


def test_of_two_alerts_alike_the_equal_ones_are_paired_first() -> None:
    twice = [an_alert_line(quote="first"), an_alert_line(quote="second")]
    found = compared(twice, [an_alert_line(quote="second")])
    assert (found.same, [one["quote"] for one in found.lost], found.changed) == (1, ["first"], ())


def test_a_file_of_alerts_and_a_checkout_are_versions() -> None:
    articles = an_articles_file(DECLARED, OTHER, REJECTED)
    old = Path("old.jsonl")
    old.write_text(json.dumps(an_alert_line(kind="denies")) + "\n" + json.dumps(an_alert_line("a1")) + "\n")
    result = tocsin("backtest", "old.jsonl", str(_CHECKOUT), articles)
    assert result.exit_code == 0, result.output
    assert "0 alerts alike, 0 gained, 1 lost, 1 changed" in result.stdout
    assert "kind: denies" in result.stdout
    assert "→ rejects" in result.stdout


def test_a_version_is_alike_itself_also_in_json() -> None:
    result = tocsin("backtest", "current", str(_CHECKOUT), an_articles_file(DECLARED, OTHER, REJECTED), "--json")
    assert json.loads(result.stdout) == {"same": 1, "gained": [], "lost": [], "changed": []}


@pytest.mark.parametrize(
    ("old", "problem"),
    [
        ("v1.0", "v1.0: no version of tocsin there; name 'current', a checkout"),
        ("notes.txt", "notes.txt: not a file of alerts as tocsin replay writes it"),
        ("broken", "broken: its replay failed (exit code 1)"),
    ],
)
def test_a_version_that_cannot_be_run_is_named(old: str, problem: str) -> None:
    Path("notes.txt").write_text("buy milk\n")
    Path("broken/services").mkdir(parents=True)
    Path("broken/services/cli.py").write_text("raise SystemExit(1)\n")
    Path("broken/services/__init__.py").touch()
    result = tocsin("backtest", old, "current", an_articles_file(DECLARED))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert problem in result.stderr
