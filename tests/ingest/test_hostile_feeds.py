"""What publishers and attackers send, through the real fetcher, reader process and poller."""

import sys
from datetime import timedelta

import pytest

from ingest.fetch import FetchLimits
from ingest.sandbox import Sandbox
from tests.ingest.builders import NOON, a_bench, a_feed, an_item, of, rss
from tests.ingest.loopback import answer, serving
from tocsin.events import ArticlePublished, Fact, FeedFailed, FeedGone, FeedMoved, FeedPolled

HANGS = (sys.executable, "-c", "import sys,time; sys.stdout.write('ready\\n'); sys.stdout.flush(); time.sleep(600)")
DIES = (sys.executable, "-c", "import sys; sys.stdout.write('ready\\n'); sys.stdout.flush(); sys.stdin.buffer.read(4)")
BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 20) for n in range(8))
    + b"]><rss version='2.0'><channel><title>x</title><item><guid>1</guid><title>t</title>"
    b"<description>&i;</description></item></channel></rss>"
)


async def facts_of(body: bytes, status: int = 200, **headers: str) -> list[Fact]:
    async with serving() as server, a_bench() as bench:
        server.handlers["/rss"] = answer(body, status, **headers)
        return await bench.poll(a_feed(server.url("/rss")))


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (b"\x00\x01garbage\xff\xfe", 200, "not_a_feed"),
        (b"<html><body><h1>Welcome</h1></body></html>", 200, "not_a_feed"),
        (b"", 200, "empty_body"),
        (b"oops", 500, "http_500"),
        (b"oops", 404, "http_404"),
    ],
)
async def test_what_is_no_feed_is_a_failure_with_its_reason_and_stays_scheduled(
    body: bytes, status: int, reason: str
) -> None:
    facts = await facts_of(body, status)
    (failed,) = of(FeedFailed, facts)
    assert (failed.reason, failed.failures) == (reason, 1)
    assert failed.next_poll > failed.at
    assert of(ArticlePublished, facts) == []


async def test_an_empty_feed_is_polled_and_publishes_nothing() -> None:
    (polled,) = of(FeedPolled, await facts_of(rss()))
    assert (polled.new, polled.seen) == (0, 0)


async def test_a_date_in_2099_keeps_its_words_and_is_clamped_to_first_sight() -> None:
    (fact,) = of(ArticlePublished, await facts_of(rss(an_item(date="Thu, 01 Jan 2099 00:00:00 GMT"))))
    assert fact.article.published == fact.article.observed == NOON + timedelta(hours=1)
    assert fact.article.published_raw == "Thu, 01 Jan 2099 00:00:00 GMT"
    assert fact.article.published_note == "future"


async def test_a_stray_byte_in_utf8_costs_one_character_not_the_whole_text() -> None:
    body = rss(an_item(title="Waffenruhe für Aleppo – Bürger hoffen")).replace(b"Aleppo", b"Alep\xffpo")
    (fact,) = of(ArticlePublished, await facts_of(body))
    assert fact.article.title == "Waffenruhe für Alep�po – Bürger hoffen"


async def test_an_entity_bomb_costs_neither_memory_nor_time() -> None:
    for fact in of(ArticlePublished, await facts_of(BILLION_LAUGHS)):
        assert len(fact.article.text) < 10_000


async def test_a_reader_that_hangs_is_killed_and_replaced() -> None:
    async with serving() as server, a_bench(sandbox=Sandbox(processes=1, seconds=0.3, command=HANGS)) as bench:
        server.handlers["/rss"] = answer(rss(an_item()))
        for _ in range(2):
            (failed,) = of(FeedFailed, await bench.poll(a_feed(server.url("/rss"))))
            assert failed.reason == "parse_timeout"


async def test_a_reader_that_dies_is_a_failure_of_the_poll_only() -> None:
    async with serving() as server, a_bench(sandbox=Sandbox(processes=1, command=DIES)) as bench:
        server.handlers["/rss"] = answer(rss(an_item()))
        (failed,) = of(FeedFailed, await bench.poll(a_feed(server.url("/rss"))))
        assert failed.reason == "parse_crash"


async def test_a_body_past_its_cap_is_a_failure() -> None:
    async with serving() as server, a_bench(limits=FetchLimits(wire_bytes=1000)) as bench:
        server.handlers["/rss"] = answer(rss(an_item(text="x" * 5000)))
        (failed,) = of(FeedFailed, await bench.poll(a_feed(server.url("/rss"))))
        assert failed.reason == "too_large"


async def test_a_feed_on_loopback_needs_its_permission() -> None:
    async with serving() as server, a_bench() as bench:
        server.handlers["/rss"] = answer(rss(an_item()))
        (failed,) = of(FeedFailed, await bench.poll(a_feed(server.url("/rss"), allow_private=False)))
        assert failed.reason == "private_address"
        assert server.asked == []


async def test_an_absurd_retry_after_parks_the_feed_for_a_day_at_most() -> None:
    (failed,) = of(FeedFailed, await facts_of(b"", 503, Retry_After="999999999"))
    assert timedelta(hours=24) <= failed.next_poll - failed.at <= timedelta(hours=27)


async def test_a_feed_that_is_gone_is_asked_again_after_a_day() -> None:
    facts = await facts_of(b"", 410)
    (gone,) = of(FeedGone, facts)
    assert gone.next_poll - gone.at >= timedelta(hours=24)


async def test_a_permanent_redirect_to_a_feed_moves_it_and_one_to_a_page_does_not() -> None:
    async with serving() as server, a_bench() as bench:
        feed = a_feed(server.url("/rss"))
        server.handlers["/rss"] = answer(b"", 301, Location="/new")
        server.handlers["/new"] = answer(b"<html>sign in</html>")
        assert of(FeedMoved, await bench.poll(feed)) == []
        server.handlers["/new"] = answer(rss(an_item()))
        (moved,) = of(FeedMoved, await bench.poll(feed))
        assert moved.new_url == server.url("/new")
        bench.restart()
        server.asked.clear()
        assert of(FeedMoved, await bench.poll(feed)) == []
        assert [asked.path for asked in server.asked] == ["/new"]


async def test_when_the_address_a_feed_moved_to_is_gone_its_own_is_asked_again() -> None:
    async with serving() as server, a_bench() as bench:
        feed = a_feed(server.url("/rss"))
        server.handlers["/rss"] = answer(b"", 301, Location="/new")
        server.handlers["/new"] = answer(rss(an_item()))
        await bench.poll(feed)
        server.handlers["/rss"] = answer(rss(an_item("2")))
        server.handlers["/new"] = answer(b"", 410)
        assert len(of(FeedGone, await bench.poll(feed))) == 1
        assert len(of(ArticlePublished, await bench.poll(feed, hours=25))) == 1


async def test_a_document_cut_off_inside_an_item_publishes_the_whole_items_only() -> None:
    whole = rss(an_item("1"), an_item("2", text="A long story."))
    (fact,) = of(ArticlePublished, await facts_of(whole[: whole.index(b"long story")]))
    assert fact.article.guid == "1"
