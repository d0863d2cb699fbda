"""``tocsin explain``: an alert or an announcement, down to the words, the times and the row that decided."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from processors.detect.detector import Detector
from processors.relate.table import load_table
from services.cli import app
from services.commands.explanation import _SILENT
from tests.builders import (
    a_claimed_time,
    a_detected_announcement,
    a_given_up_delivery,
    a_made_delivery,
    a_passed_deadline,
    a_published_article,
    a_retracted_announcement,
    a_statement,
    a_step,
    an_alert,
    an_announcement,
    an_article,
    an_evidence,
)
from tests.services.made_log import a_log


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TOCSIN_CONFIG", raising=False)
    monkeypatch.setenv("COLUMNS", "80")


def tocsin(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def explained(id_: str) -> str:
    """Return what is shown of an id, in one line: where it was wrapped does not matter."""
    result = tocsin("explain", id_)
    assert result.exit_code == 0, result.output
    assert max(map(len, result.stdout.splitlines())) <= 80
    return " ".join(result.stdout.split())


def a_refusal() -> Mapping[str, object]:
    """Return an alert's fields: a refusal with all its evidence, by a row of the real table."""
    evidence = an_evidence(
        trigger="rejected",
        clause="rejected the pause",
        rule="refuses_truce",
        lexicon=("REJECT:rejected", "the:the"),
        notes=("proposed lost: no offer",),
    )
    quote = "The rebels rejected the pause."
    end = a_claimed_time(assumption="the evening is 7 p.m.")
    later = an_announcement(
        id="n2", article_id="a2", act="rejected", issuer=("Rebels",), quote=quote, end=end, evidence=evidence
    )
    return {"later": a_statement(later), "row": "truce-ended"}


def test_an_alert_shows_both_quotes_with_the_match_marked_and_every_slot() -> None:
    a_log(an_alert(**a_refusal()))
    shown = explained("ale")
    for piece in (
        "“The rebels «rejected the pause».”",
        "“The army announced a ten-hour pause in Aleppo on Friday.”",
        "act: by rule refuses_truce, at the word “rejected”, in the clause «rejected the pause»",
        "lexicon: REJECT “rejected”, “the”",
        "note: proposed lost: no offer",
        "issuer: Rebels",
        "place: Aleppo (SY)",
        "end: 2016-11-04T19:00 Asia/Damascus = 2016-11-04 17:00 UTC",
        "read from “7 p.m. on Friday”; assumed: the evening is 7 p.m.",
        "Sources (1 independent)",
        "https://wire.example/news/1",
    ):
        assert piece in shown


def test_an_alert_shows_the_row_of_the_relation_table_that_fired() -> None:
    a_log(an_alert(**a_refusal()))
    row = next(row for row in load_table().rows if row.id == "truce-ended")
    shown = explained("alert1")
    assert "Rule: row truce-ended of the relation table the other side refused what was declared" in shown
    assert f"then: {row.relation} ({row.kind}); told again it stays silent {_SILENT[row.repeat]}" in shown


def test_a_row_that_the_table_no_longer_has_is_said() -> None:
    a_log(an_alert(row="of-old"))
    assert "this build's table has no such row any more" in explained("alert1")


def test_an_alert_shows_what_was_sent_and_what_was_given_up() -> None:
    a_log(an_alert(), a_made_delivery(receipt="<1@tocsin>"), a_given_up_delivery(destination="duty"))
    shown = explained("alert1")
    assert "desk, attempt 1: delivered (<1@tocsin>)" in shown
    assert "duty, attempt 1: given up: no such channel" in shown


def test_a_passed_deadline_shows_its_statement() -> None:
    a_log(a_passed_deadline())
    shown = explained("alert2")
    assert "Deadline passed, no acceptance seen" in shown
    assert "the claimed deadline was 2016-11-04 17:00 UTC, and no outcome was seen by then" in shown


def test_an_announcement_shows_how_it_was_read_and_the_alerts_that_name_it() -> None:
    announcement = an_announcement(evidence=an_evidence())
    a_log(a_detected_announcement(announcement), a_retracted_announcement(), an_alert())
    shown = explained("n1")
    for piece in (
        "read by detector test/en-0 on 2016-11-03 12:00 UTC",
        "retracted on 2016-11-03 12:00 UTC: revised, revision 2",
        "“«The army announced a ten-hour pause in Aleppo on Friday».”",
        "alert1 Rebels reject the pause that the army declared for Aleppo",
    ):
        assert piece in shown


def test_a_beginning_that_several_share_is_refused_with_their_ids() -> None:
    a_log(an_alert(), an_alert(alert_id="alert9"), a_detected_announcement(an_announcement(id="alert5")))
    result = tocsin("explain", "alert")
    assert result.exit_code == 2
    assert result.stderr == "tocsin: 3 ids begin with 'alert': alert1, alert5, alert9; give more of the id\n"


def test_a_whole_id_is_taken_though_another_begins_with_it() -> None:
    a_log(an_alert(), an_alert(alert_id="alert12"))
    assert tocsin("explain", "alert1").exit_code == 0


def test_an_alert_as_json_holds_its_deliveries_and_an_announcement_its_alerts() -> None:
    a_log(a_detected_announcement(), an_alert(), a_made_delivery())
    alert = json.loads(tocsin("explain", "alert1", "--json").stdout)
    assert alert["alert"]["later"]["announcement"]["quote"] == "The rebels rejected the pause."
    assert [delivery["receipt"] for delivery in alert["deliveries"]] == ["printed"]
    announcement = json.loads(tocsin("explain", "n1", "--json").stdout)
    assert announcement["announcement"]["announcement"]["id"] == "n1"
    assert (announcement["retracted"], announcement["alerts"]) == ([], ["alert1"])


def test_an_announcement_shows_the_readings_that_lost_and_why() -> None:
    quote = "Syrian rebels refused to leave Aleppo during the truce, France said."
    article = an_article(id="a1", title="News", text=quote)
    told = next(a for a in Detector.load().announcements(article) if a.act == "rejected")
    a_log(a_published_article(id="a1", title="News", text=quote), a_detected_announcement(told))
    shown = explained(told.id)
    assert "Passed over" in shown
    assert "party: France – neither who announces it nor to whom" in shown
    passed_over = json.loads(tocsin("explain", told.id, "--json").stdout)["passed_over"]
    assert {one["what"] for one in passed_over} >= {"act", "party"}


def test_an_alert_shows_the_rows_and_earlier_statements_that_were_not_taken() -> None:
    call = a_step(act="urged", announcement_id="n0", source="Other Wire")
    a_log(an_alert(row="truce-denied", steps=(call,)))
    shown = explained("alert1")
    assert "row: truce-refused (rejects) – fires after proposed or declared" in shown
    assert "(Other Wire) – this row answers no such act" in shown
