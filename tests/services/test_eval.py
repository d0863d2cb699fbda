"""Scoring on gold sets: which are found, what is scored with what, and the bars that the gold sets must pass."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.cli import app
from services.evaluation import GoldError, gold_sets
from tests.shared import SHARED, needs_shared

#: Stands in for the gold folder's scorer: says how many lines it was given, in the real one's form.
SCORER = """
import json, sys
what, labels, found = sys.argv[1:4]
rows = [json.loads(line) for line in open(labels, encoding="utf-8")]
lines = [json.loads(line) for line in open(found, encoding="utf-8")]
if any("announcements" not in row for row in rows):
    sys.exit("a row has no announcements")
f1 = {"f1": len(lines) / 10, "precision": 0, "recall": 0, "tp": len(rows), "fp": 0, "fn": 0}
slots = dict.fromkeys(["issuer", "target", "place", "start", "end", "deadline", "background"], 0.5)
views = {"all.family": f1, "all.family_act": f1, "news.family_act": f1, "all.slots": slots, "false_alarm_rate": 0.0}
levels = ["relation", "relation_family", "relation_family_earlier", "kind_family_earlier"]
alerts = dict.fromkeys(levels, f1) | {"alerts_per_100_articles": 1.0}
errors = [{"article_id": "a1", "missed": "siege/ended", "quote": "[the] siege"}] * int(sys.argv[5])
print(json.dumps((views if what == "detect" else alerts) | {"errors": errors}))
"""
TRUCE = "The army declared a 48-hour ceasefire in Aleppo on Thursday."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "score.py").write_text(SCORER, encoding="utf-8")
    a_set(tmp_path, "dev_one", "a1", "a2")
    a_set(tmp_path, "dev_mixed", "m1")
    return tmp_path


def a_set(folder: Path, name: str, *ids: str) -> None:
    articles = [
        {"id": id_, "title": TRUCE, "text": TRUCE, "published": "2016-11-03T12:00:00+00:00", "lang": "en"}
        for id_ in ids
    ]
    labels = [{"article_id": id_, "announcements": [], "alerts": []} for id_ in ids]
    for part, rows in (("articles", articles), ("labels", labels)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.{part}.jsonl").write_text(text, encoding="utf-8")


def tocsin_eval(folder: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["eval", str(folder), *options], env={"COLUMNS": "240"})


def scores(folder: Path, *options: str) -> Any:
    result = tocsin_eval(folder, "--json", *options)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_sets_are_found_by_their_articles_and_mixed_ones_have_no_alerts(folder: Path) -> None:
    assert [(one.name, one.has_alerts) for one in gold_sets(folder)] == [("dev_mixed", False), ("dev_one", True)]


def test_every_set_is_scored_on_its_own_and_all_together(folder: Path) -> None:
    scored = scores(folder)
    assert list(scored) == ["dev_mixed", "dev_one", "all"]
    assert [one["articles"] for one in scored.values()] == [1, 2, 3]
    assert [one["detect"]["all.family"]["tp"] for one in scored.values()] == [1, 2, 3]
    assert scored["dev_mixed"]["alerts"] is None
    assert scored["all"]["alerts"]["relation"]["tp"] == 2


def test_what_the_detector_finds_reaches_the_scorer(folder: Path) -> None:
    assert scores(folder)["dev_mixed"]["detect"]["all.family"]["f1"] > 0


def test_the_table_names_the_sets_and_shows_misses_when_asked(folder: Path) -> None:
    result = tocsin_eval(folder, "--errors", "1")
    assert result.exit_code == 0, result.output
    assert "dev_mixed" in result.stdout
    assert "relation family earlier" in result.stdout
    assert "dev_one announcements: missed siege/ended, a1: [the] siege" in result.stdout


def test_a_folder_without_a_scorer_sets_or_labels_is_named(folder: Path) -> None:
    (folder / "dev_one.labels.jsonl").unlink()
    with pytest.raises(GoldError, match=r"dev_one.labels.jsonl: missing"):
        gold_sets(folder)
    with pytest.raises(GoldError, match=r"score.py"):
        gold_sets(folder / "nowhere")
    (folder / "empty").mkdir()
    (folder / "empty" / "score.py").touch()
    with pytest.raises(GoldError, match=r"no \*.articles.jsonl there"):
        gold_sets(folder / "empty")


def test_labels_that_the_scorer_refuses_are_one_line_and_exit_code_2(folder: Path) -> None:
    (folder / "dev_mixed.labels.jsonl").write_text('{"article_id": "m1"}\n', encoding="utf-8")
    result = tocsin_eval(folder)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "a row has no announcements" in result.stderr


@needs_shared
def test_the_gold_sets_pass_their_bars() -> None:
    scored = scores(SHARED / "gold")
    assert scored["all"]["detect"]["all.family_act"]["f1"] >= 0.55
    assert scored["all"]["alerts"]["relation_family"]["f1"] >= 0.45
    assert scored["dev_mixed"]["detect"]["false_alarm_rate"] <= 0.05
