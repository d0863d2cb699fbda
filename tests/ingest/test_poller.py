"""The poller over time: publication, edits, withdrawals, restarts, several feeds."""

import asyncio
from collections.abc import Sequence

import pytest

from ingest.catalogue import Catalogue
from ingest.poller import Poller
from tests.ingest.builders import Bench, a_bench, a_feed, an_item, of, rss
from tests.ingest.loopback import Loopback, answer, serving
from tocsin.clock import SystemClock
from tocsin.events import ArticlePublished, ArticleRevised, ArticleWithdrawn, Fact, FeedPolled
from tocsin.log.base import LogUnavailableError

PAGE = (
    b"<html lang='en'><head><title>Truce</title></head><body><nav>Home News Sport</nav><article><h1>Truce</h1>"
    b"<p>The two sides in the valley agreed on Tuesday to hold their fire for three days, mediators said.</p>"
    b"<p>Lorries with food are to enter the town on the first morning, a spokesman for the mission told reporters.</p>"
    b"<p>Earlier truces in the valley had broken down within hours, and people there expected little.</p>"
    b"</article></body></html>"
)


async def show(server: Loopback, bench: Bench, *items: str, **feed: object) -> list[Fact]:
    """Let the feed show these items, poll it, and return the facts."""
    server.handlers["/rss"] = answer(rss(*items), ETag=f'"{hash(items)}"')
    return await bench.poll(a_feed(server.url("/rss"), **feed))


def kinds(facts: Sequence[Fact]) -> list[str]:
    return [fact.wire.split(".")[1] for fact in facts if fact.topic == "tocsin.articles"]


async def test_an_item_is_published_once_and_each_edit_recorded_once_with_what_changed() -> None:
    async with serving() as server, a_bench() as bench:
        (published,) = of(ArticlePublished, await show(server, bench, an_item(title="Truce agreed")))
        assert (published.article.title, published.article.lang, published.article.revision) == (
            "Truce agreed",
            "en",
            1,
        )
        assert kinds(await show(server, bench, an_item(title="Truce  agreed "))) == []  # white space is no edit
        (revised,) = of(ArticleRevised, await show(server, bench, an_item(title="Truce agreed, then denied")))
        assert revised.article.id == published.article.id
        assert revised.article.revision == 2
        assert [(c.field, c.before, c.after) for c in revised.changes] == [
            ("title", "Truce agreed", "Truce agreed, then denied")
        ]
        assert kinds(await show(server, bench, an_item(title="Truce agreed, then denied"))) == []


async def test_items_come_oldest_first_and_one_that_left_and_comes_back_is_not_new() -> None:
    async with serving() as server, a_bench() as bench:
        first = of(ArticlePublished, await show(server, bench, an_item("2"), an_item("1")))
        assert [fact.article.guid for fact in first] == ["1", "2"]
        assert kinds(await show(server, bench, an_item("3"))) == ["published"]
        bench.restart()
        bench.clock.advance(40 * 86_400)
        assert kinds(await show(server, bench, an_item("1"), an_item("3"))) == []


async def test_a_backlog_is_published_in_the_order_of_its_dates_whatever_order_the_feed_shows() -> None:
    days = {"4th": "Fri, 04 Nov 2016 08:00:00 GMT", "1st": "Tue, 01 Nov 2016 08:00:00 GMT"}
    async with serving() as server, a_bench() as bench:
        bench.clock.advance(7 * 86_400)
        items = [an_item("2nd"), *(an_item(guid, date=date) for guid, date in days.items())]
        facts = await show(server, bench, *items)
    assert [fact.article.guid for fact in of(ArticlePublished, facts)] == ["1st", "2nd", "4th"]


async def test_a_restart_forgets_neither_items_nor_validators() -> None:
    async with serving() as server, a_bench() as bench:
        await show(server, bench, an_item())
        etag = server.asked[-1].headers.get("if-none-match")
        bench.restart()
        assert kinds(await show(server, bench, an_item())) == []
        assert etag is None
        assert "if-none-match" in server.asked[-1].headers


async def test_a_poll_whose_append_fails_is_made_again_in_full() -> None:
    async with serving() as server, a_bench() as bench:
        bench.log.is_down = True
        with pytest.raises(LogUnavailableError):
            await show(server, bench, an_item())
        bench.log.is_down = False
        assert kinds(await show(server, bench, an_item())) == ["published"]


async def test_a_kill_notice_withdraws_the_story_whether_it_replaces_it_or_stands_beside_it() -> None:
    async with serving() as server, a_bench() as bench:
        await show(server, bench, an_item("1", "Truce agreed in valley"), an_item("2", "Siege lifted"))
        replaced = await show(server, bench, an_item("1", "KILL: Truce agreed in valley"), an_item("2", "Siege lifted"))
        assert kinds(replaced) == ["withdrawn"]
        beside = await show(server, bench, an_item("9", "WITHDRAWN - Siege lifted"), an_item("2", "Siege lifted"))
        assert kinds(beside) == ["withdrawn"]
        assert of(ArticleWithdrawn, beside)[0].reason == "kill_notice"
        assert kinds(await show(server, bench, an_item("9", "WITHDRAWN - Siege lifted"))) == []


async def test_two_feeds_of_one_publisher_give_one_article() -> None:
    async with serving() as server, a_bench() as bench:
        assert kinds(await show(server, bench, an_item(), id="world")) == ["published"]
        assert kinds(await show(server, bench, an_item(), id="top")) == []
        bench.restart()
        assert kinds(await show(server, bench, an_item(title="Truce broken"), id="world")) == ["revised"]
        assert kinds(await show(server, bench, an_item(title="Truce broken"), id="top")) == []
        assert kinds(await show(server, bench, an_item(), id="other", publisher="other.example")) == ["published"]


async def test_when_the_feed_that_showed_an_item_first_is_watched_no_more_another_one_speaks_for_it() -> None:
    async with serving() as server, a_bench() as bench:
        await show(server, bench, an_item(), id="world")
        await show(server, bench, an_item(), id="top")
        bench.restart()  # "world" was taken out of the catalogue
        assert kinds(await show(server, bench, an_item(title="Truce broken"), id="top")) == ["revised"]


async def test_an_item_that_its_feed_forgot_long_ago_may_be_told_by_another_one() -> None:
    async with serving() as server, a_bench() as bench:
        await show(server, bench, an_item("1"), id="world")
        for number in range(3):  # it leaves, is remembered for a while, and is forgotten
            await show(server, bench, an_item(f"other {number}"), id="world")
            bench.clock.advance(46 * 86_400)
        assert kinds(await show(server, bench, an_item("1"), id="top")) == ["published"]


async def test_a_guid_that_a_document_gives_to_several_links_loses_no_item() -> None:
    async with serving() as server, a_bench() as bench:
        same = [an_item("x", f"Story {n}", link=f"http://wire.example/{n}?utm_source=rss") for n in range(3)]
        assert kinds(await show(server, bench, *same)) == ["published"] * 3


async def test_full_text_comes_from_the_page_and_falls_back_to_the_feed_with_a_note() -> None:
    async with serving() as server, a_bench() as bench:
        server.handlers["/story"] = answer(PAGE, content_type="text/html")
        items = (an_item("1", link=server.url("/story")), an_item("2", link=server.url("/missing")))
        facts = await show(server, bench, *items, fulltext=True)
        texts = {fact.article.guid: (fact.article.text_from, fact.article.text) for fact in of(ArticlePublished, facts)}
        assert texts["1"][0] == "page"
        assert "hold their fire for three days" in texts["1"][1]
        assert "Home News" not in texts["1"][1]
        assert texts["2"] == ("feed", "Quiet night.")
        assert "http_404" in " ".join(of(FeedPolled, facts)[0].notes)


@pytest.mark.parametrize(("status", "polls"), [(410, 1), (404, 2)])
async def test_a_page_that_goes_after_publication_withdraws_the_article(status: int, polls: int) -> None:
    async with serving() as server, a_bench() as bench:
        server.handlers["/story"] = answer(PAGE, content_type="text/html")
        item = an_item("1", link=server.url("/story"))
        await show(server, bench, item, fulltext=True)
        server.handlers["/story"] = answer(b"", status)
        outcomes = [kinds(await show(server, bench, item, fulltext=True)) for _ in range(4)]
        assert outcomes == [["withdrawn"] if n == polls else [] for n in range(1, 5)]


async def test_a_long_first_document_of_a_full_text_feed_is_taken_in_portions() -> None:
    async with serving() as server, a_bench() as bench:
        items = [an_item(str(n), link=server.url(f"/{n}")) for n in range(30)]
        assert len(kinds(await show(server, bench, *items, fulltext=True))) == 25
        assert len(kinds(await show(server, bench, *items, fulltext=True))) == 5
        assert "if-none-match" not in next(a for a in reversed(server.asked) if a.path == "/rss").headers


async def test_what_a_poll_appended_is_counted() -> None:
    counted: list[str] = []
    async with serving() as server, a_bench() as bench:
        server.handlers["/rss"] = answer(rss(an_item()))
        poller = Poller(
            log=bench.log,
            catalogue=Catalogue,
            fetcher=bench.fetcher,
            sandbox=bench.sandbox,
            clock=bench.clock,
            count=lambda drafts: counted.extend(draft.type for draft in drafts),
        )
        await poller.poll_once(a_feed(server.url("/rss")))
        assert counted == [record.type for record in bench.log.records]
        assert counted[:2] == [ArticlePublished.wire, FeedPolled.wire]


async def test_a_running_poller_follows_the_catalogue_keeps_the_schedule_and_stops_clean() -> None:
    stop = asyncio.Event()
    async with serving() as server, a_bench() as bench:
        server.handlers["/rss"] = answer(rss(an_item()))
        shown = [a_feed(server.url("/rss"), id="a", min_interval=0.02, max_interval=0.05)]
        poller = Poller(
            log=bench.log,
            catalogue=lambda: Catalogue(feeds=tuple(shown)),
            fetcher=bench.fetcher,
            sandbox=bench.sandbox,
            clock=SystemClock(),
        )
        running = asyncio.create_task(poller.run(stop))
        async with asyncio.timeout(20):
            await bench.log.until(lambda facts: len(of(FeedPolled, facts)) >= 3)
            shown.append(a_feed(server.url("/rss"), id="b", min_interval=0.02, max_interval=0.05))
            await bench.log.until(lambda facts: "b" in {fact.feed_id for fact in of(FeedPolled, facts)})
            stop.set()
            await running
        assert len(of(ArticlePublished, bench.log.facts())) == 1
