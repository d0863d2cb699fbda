"""Tests of the pages and the API as somebody reads them: what stands, what changed, what was known when."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.builders import (
    NOON,
    a_dead_letter,
    a_failed_feed,
    a_made_delivery,
    a_merged_storyline,
    a_passed_deadline,
    a_place,
    a_polled_feed,
    a_revised_article,
    a_suppressed_alert,
    an_acknowledged_alert,
    an_acknowledgement,
    an_alert,
    an_evidence,
)
from tests.services.dashboard.desk_case import a_desk, related, told, until

TRUCE = told(
    "ceasefire/declared", "1", issuer=("Army",), target=("Rebels",), end=until(30), quote="A truce until night."
)
REFUSAL = told("ceasefire/rejected", "2", hours=2, issuer=("Rebels",), target=("Army",), quote="Rebels refused it.")
HOSTILE = '<script>alert(1)</script> \u202egnp.exe " onload="x'


async def test_the_board_says_what_is_in_force_until_when_and_who_says_so(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(TRUCE)) as desk:
        (card,) = (await desk.get("/api/v1/storylines")).json()
        assert (card["group"], card["status"], card["sides"]) == ("in force", "declared", ["Army", "Rebels"])
        assert card["edge"]["due"] == "2016-11-04T18:00:00Z"
        page = await desk.text("/")
        assert "A truce until night." in page
        assert "ends <time" in page
        assert "in 1 d 0 h" in page


async def test_a_threat_stands_by_itself_and_its_deadline_comes_first(tmp_path: Path) -> None:
    threat = told("ultimatum/declared", "3", issuer=("Army",), deadline=until(12))
    async with a_desk(tmp_path, *related(TRUCE, threat)) as desk:
        groups = {card["group"] for card in (await desk.get("/api/v1/storylines")).json()}
        assert groups == {"in force", "threatened"}


async def test_a_refused_demand_is_a_threat_until_its_deadline(tmp_path: Path) -> None:
    threat = told("ultimatum/declared", "3", issuer=("Army",), target=("Rebels",), deadline=until(12))
    refusal = told("ultimatum/rejected", "4", hours=1, issuer=("Rebels",), target=("Army",))
    async with a_desk(tmp_path, *related(threat, refusal)) as desk:
        (card,) = (await desk.get("/api/v1/storylines")).json()
        assert (card["group"], card["status"], card["edge"]["name"]) == ("threatened", "refused", "deadline")
        desk.clock.advance(timedelta(hours=12).total_seconds())
        (card,) = (await desk.get("/api/v1/storylines")).json()
        assert (card["group"], card["edge"]) == ("over", None)


async def test_a_window_that_ran_out_is_over_by_the_clock_alone(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(TRUCE)) as desk:
        desk.clock.advance(timedelta(hours=30).total_seconds())
        (card,) = (await desk.get("/api/v1/storylines")).json()
        assert (card["group"], card["status"], card["edge"]) == ("over", "expired", None)
        desk.clock.advance(timedelta(days=4).total_seconds())
        assert (await desk.get("/api/v1/storylines")).json() == []


async def test_a_change_shows_both_quotes_its_reason_and_its_states(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(TRUCE, REFUSAL)) as desk:
        page = await desk.text("/")
        for words in ("A truce until night.", "Rebels refused it.", "contradicts · rejects", "independent"):
            assert words in page


async def test_publishers_of_the_same_news_are_counted_once_each(tmp_path: Path) -> None:
    second = told("ceasefire/declared", "4", hours=1, source="other.example", issuer=("Army",))
    again = told("ceasefire/declared", "5", hours=1.5, source="other.example", issuer=("Army",))
    async with a_desk(tmp_path, *related(TRUCE, second, again)) as desk:
        assert [card["independent"] for card in (await desk.get("/api/v1/storylines")).json()] == [2]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 2),
        ("family=siege", 1),
        ("country=sy", 2),
        ("country=UA", 0),
        ("group=in+force", 2),
        ("words=aleppo", 2),
        ("words=%25", 0),
        ("since=2016-11-03T13:00", 1),
        ("until=2016-11-03T13:00", 1),
    ],
)
async def test_a_filter_in_the_address_narrows_the_lists(tmp_path: Path, query: str, count: int) -> None:
    async with a_desk(tmp_path, *related(TRUCE, told("siege/in_force", "6", hours=3))) as desk:
        assert len((await desk.get(f"/api/v1/storylines?{query}")).json()) == count


@pytest.mark.parametrize("query", ["family=war", "country=Syria", "group=x", "since=soon", "limit=0", "limit=x"])
async def test_a_filter_that_is_none_is_refused_with_what_it_may_be(tmp_path: Path, query: str) -> None:
    async with a_desk(tmp_path) as desk:
        answer = await desk.get(f"/api/v1/alerts?{query}")
        assert answer.status_code == 400
        assert query.partition("=")[0] in answer.json()["error"]


async def test_a_storyline_page_tells_all_of_it(tmp_path: Path) -> None:
    facts = [
        *related(TRUCE, REFUSAL),
        a_revised_article(id="a-1", title="Truce until night, army says", revision=2),
    ]
    async with a_desk(tmp_path, *facts) as desk:
        (card,) = (await desk.get("/api/v1/storylines")).json()
        page = await desk.text(f"/storylines/{card['id']}")
        for words in ("<svg", "Revision 2", "<ins>", "Silence", "Wrong", "All that was told"):
            assert words in page


async def test_a_merged_storyline_is_found_under_its_new_id(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(TRUCE, told("ceasefire/agreed", "7", place=(a_place("Homs"),)))) as desk:
        cards = (await desk.get("/api/v1/storylines")).json()
        first, into = cards[0]["id"], cards[-1]["id"]
        await desk.append(a_merged_storyline(storyline_id=first, into=into))
        assert (await desk.get(f"/api/v1/storylines/{first}")).json()["card"]["id"] == into


async def test_the_past_is_shown_as_it_was_believed_and_as_it_was(tmp_path: Path) -> None:
    late = told("ceasefire/ended", "8", hours=20, end=until(3), quote="It ended at three, the army now says.")
    async with a_desk(tmp_path, *related(TRUCE, late), now=NOON + timedelta(hours=30)) as desk:
        (row,) = (await desk.get("/api/v1/known?at=2016-11-03T17:00Z")).json()
        assert (row["believed"], row["true"]) == ("declared", "ended")
        (row,) = (await desk.get("/api/v1/known?at=2016-11-03T13:00Z")).json()
        assert (row["believed"], row["true"]) == ("declared", "declared")
        assert (await desk.get("/api/v1/known?at=2016-11-01")).json() == []
        assert "differs" in await desk.text("/known?at=2016-11-03T17:00Z")


async def test_the_inbox_holds_what_nobody_has_judged(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(TRUCE, REFUSAL)) as desk:
        (waiting,) = (await desk.get("/api/v1/inbox")).json()
        answer = await desk.post("/act/review", alert=waiting["id"], verdict="confirm")
        assert answer.status_code == 303, answer.text
        await desk.desk.follower.catch_up()
        assert (await desk.get("/api/v1/inbox")).json() == []


async def test_operations_tells_of_feeds_sends_letters_and_what_was_held_back(tmp_path: Path) -> None:
    facts = (
        a_polled_feed(),
        a_failed_feed(feed_id="ill"),
        a_made_delivery(),
        a_dead_letter(),
        a_suppressed_alert(),
        an_acknowledgement(),
    )
    async with a_desk(tmp_path, *facts) as desk:
        await desk.desk.gauge.look()
        page = await desk.text("/operations")
        for words in ("failing", "silenced", "Retry", "ana", "tocsin.announcements", "strip"):
            assert words in page
        assert "1 dead letter waits" in await desk.text("/")


async def test_an_alert_is_explained_down_to_the_words_and_the_row(tmp_path: Path) -> None:
    news = told(
        "ceasefire/declared",
        "1",
        quote="The army declared a truce until night.",
        evidence=an_evidence(clause="declared a truce"),
    )
    async with a_desk(tmp_path, *related(news, REFUSAL)) as desk:
        (alert,) = (await desk.get("/api/v1/alerts")).json()["alerts"]
        page = await desk.text(f"/explain/{alert['id']}")
        for words in ("truce-refused", "<mark>declared a truce</mark>", "by rule", "The article with the quote marked"):
            assert words in page
        assert (await desk.get(f"/explain/{alert['id'][:10]}")).status_code == 200, "a beginning is enough"
        assert "What it says" in await desk.text("/explain/n-1")


@pytest.mark.parametrize("path", ["/storylines/none", "/explain/none", "/api/v1/alerts/none", "/nowhere"])
async def test_what_is_not_there_is_said_plainly(tmp_path: Path, path: str) -> None:
    async with a_desk(tmp_path) as desk:
        assert (await desk.get(path)).status_code == 404


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("truce", 2),
        ("TRUC", 2),
        ('"until night"', 2),
        ('"night until"', 0),
        ("aleppo", 1),
        ("truce refused", 0),
        ('AND OR NOT "', 0),
        ("title:truce*", 0),
        ("(((", 0),
        ("ж", 0),
    ],
)
async def test_search_finds_words_and_phrases_and_takes_anything_for_words(
    tmp_path: Path, words: str, count: int
) -> None:
    async with a_desk(tmp_path, *related(TRUCE)) as desk:
        answer = await desk.client.get("/api/v1/search", params={"q": words})
        assert (answer.status_code, len(answer.json())) == (200, count)


async def test_hostile_text_is_shown_as_text(tmp_path: Path) -> None:
    news = told("ceasefire/declared", "9", title=HOSTILE, quote=HOSTILE, issuer=(HOSTILE, "x" * 10_000), source=HOSTILE)
    async with a_desk(tmp_path, *related(news, REFUSAL)) as desk:
        (card, *_) = (await desk.get("/api/v1/storylines")).json()
        for path in ("/", "/map", "/inbox", f"/storylines/{card['id']}", "/explain/n-9", "/search?q=script", "/known"):
            page = await desk.text(path)
            assert "<script>alert" not in page
            assert 'onload="x' not in page.replace("&#34;", "")
        for path in ("/alerts.atom", "/deadlines.ics", "/export/alerts.csv", "/export/storylines.json"):
            assert (await desk.get(path)).status_code == 200


async def test_an_article_address_that_is_no_web_address_is_no_link(tmp_path: Path) -> None:
    alert = an_alert()
    later = alert.later
    bad = msgspec.structs.replace(later.article, url="javascript:alert(1)")
    async with a_desk(tmp_path, an_alert(later=msgspec.structs.replace(later, article=bad))) as desk:
        assert "javascript:" not in await desk.text("/")


async def test_an_acknowledged_alert_says_by_whom(tmp_path: Path) -> None:
    async with a_desk(tmp_path, an_alert(), an_acknowledged_alert()) as desk:
        assert "acknowledged by ana" in await desk.text("/")


async def test_a_passed_deadline_is_told_among_the_changes(tmp_path: Path) -> None:
    async with a_desk(tmp_path, a_passed_deadline()) as desk:
        assert "Deadline passed" in await desk.text("/")
