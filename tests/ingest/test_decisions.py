"""Tables for the pure parts of ingest: schedule, freshness, dates, identity, notices, addresses, plain text."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.addresses import is_public, may_reach
from ingest.answer import Fetched, Freshness, NotModified
from ingest.dates import believe
from ingest.decide import Read, decide, start
from ingest.document import Document, Item
from ingest.freshness import read_freshness
from ingest.identity import article_id, identities, normal_link
from ingest.notices import is_kill, killed_title, plain_title
from ingest.plaintext import plain, tidy
from ingest.revisions import compare
from ingest.schedule import Bounds, adapt, after_answer, after_failure, is_silent, next_poll
from ingest.state import FeedState
from tests.ingest.builders import NOON, a_feed, of
from tocsin.events import FeedSilent

BOUNDS = Bounds(60, 3600)
DAY = 86_400.0


@pytest.mark.parametrize(
    ("interval", "freshness", "ttl", "wait"),
    [
        (300, Freshness(), None, 300),
        (300, Freshness(max_age=900), None, 900),
        (300, Freshness(max_age=900), 1800, 1800),
        (300, Freshness(max_age=10**9), None, 3600),  # a long max-age is capped
        (300, Freshness(), 10**9, 3600),
        (300, Freshness(retry_after=7200), None, 7200),  # Retry-After may pass the cap
        (300, Freshness(retry_after=10**9), None, DAY),
        (1, Freshness(max_age=0), None, 60),
    ],
)
def test_the_longest_wish_wins_within_bounds(
    interval: float, freshness: Freshness, ttl: float | None, wait: float
) -> None:
    assert after_answer(interval, freshness, ttl, BOUNDS) == wait


@pytest.mark.parametrize(
    ("failures", "retry_after", "wait"),
    [(1, None, 120), (3, None, 480), (50, None, 21_600), (1, 1000, 1000), (1, 1e12, DAY)],
)
def test_failures_back_off_but_never_for_good(failures: int, retry_after: float | None, wait: float) -> None:
    assert after_failure(failures, Freshness(retry_after=retry_after), BOUNDS) == wait


def test_news_shortens_the_interval_and_silence_stretches_it_within_bounds() -> None:
    assert adapt(400, has_news=True, bounds=BOUNDS) == 200
    assert adapt(400, has_news=False, bounds=BOUNDS) == 500
    assert adapt(61, has_news=True, bounds=BOUNDS) == 60
    assert adapt(3599, has_news=False, bounds=BOUNDS) == 3600


@given(st.floats(1, 1e5), st.text(max_size=8), st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))  # noqa: DTZ001
def test_jitter_only_adds_and_never_more_than_a_tenth(wait: float, feed: str, naive: datetime) -> None:
    now = naive.replace(tzinfo=UTC)
    gap = (next_poll(feed, now, wait) - now).total_seconds()
    assert wait - 1e-5 <= gap <= wait * 1.1 + 1e-5
    assert next_poll(feed, now, wait) == next_poll(feed, now, wait)


def test_hours_to_skip_are_skipped_and_skipping_all_of_them_is_not_obeyed() -> None:
    assert next_poll("a", NOON, 300, (12, 13, 14)) == NOON.replace(hour=15)
    assert next_poll("a", NOON, 300, tuple(range(24))) < NOON + timedelta(hours=1)


def test_silence_is_judged_by_the_feeds_own_rhythm() -> None:
    assert not is_silent(NOON + timedelta(hours=20), NOON, 60.0, 9)
    assert is_silent(NOON + timedelta(hours=25), NOON, 60.0, 9)
    assert not is_silent(NOON + timedelta(days=6), NOON, DAY, 9)
    assert not is_silent(NOON + timedelta(days=99), NOON, 60.0, 2)


def test_a_feed_that_falls_silent_is_told_once() -> None:
    feed, now = a_feed(), NOON
    state: FeedState = start(feed, now)
    for number in range(8):
        now += timedelta(hours=1)
        document = Document(items=(Item(guid=str(number), title="News"),))
        answer = Fetched(feed.url, feed.url, 200, "", b"x")
        state, _ = decide(feed, state, Read(answer, document, compare(state.items, document.items)), now)
    silent = []
    for _ in range(100):
        now += timedelta(hours=1)
        state, facts = decide(feed, state, NotModified(), now)
        silent += of(FeedSilent, facts)
    assert [fact.usual_gap for fact in silent] == [3600.0]


@pytest.mark.parametrize(
    ("headers", "max_age", "retry_after"),
    [
        ({"cache-control": "public, max-age=300"}, 300, None),
        ({"cache-control": "s-maxage=900, max-age=300", "age": "100"}, 200, None),
        ({"cache-control": "no-cache, max-age=300"}, None, None),
        ({"cache-control": "max-age=soon"}, None, None),
        ({"expires": "Wed, 02 Nov 2016 12:10:00 GMT", "date": "Wed, 02 Nov 2016 12:00:00 GMT"}, 600, None),
        ({"expires": "0"}, None, None),
        ({"retry-after": "120"}, None, 120),
        ({"retry-after": "Wed, 02 Nov 2016 12:01:00 GMT"}, None, 60),
        ({"retry-after": "later"}, None, None),
        ({"retry-after": "Wed, 02 Nov 99999 12:01:00 GMT"}, None, None),
    ],
)
def test_headers_say_how_long_to_wait(
    headers: dict[str, str], max_age: float | None, retry_after: float | None
) -> None:
    assert read_freshness(headers, NOON) == Freshness(max_age, retry_after)


@pytest.mark.parametrize(
    ("raw", "dated", "published", "note"),
    [
        ("x", NOON - timedelta(hours=3), NOON - timedelta(hours=3), "given"),
        ("x", NOON + timedelta(minutes=5), NOON, "given"),
        ("x", NOON + timedelta(hours=5), NOON, "future"),
        ("x", datetime(1970, 1, 1, tzinfo=UTC), NOON, "implausible"),
        ("yesterday-ish", None, NOON, "unreadable"),
        (None, None, NOON, "missing"),
        (" ", None, NOON, "missing"),
    ],
)
def test_a_date_is_believed_or_clamped_with_the_reason(
    raw: str | None, dated: datetime | None, published: datetime, note: str
) -> None:
    assert believe(raw, dated, NOON) == (published, note)


@pytest.mark.parametrize(
    ("one", "other", "are_same"),
    [
        ("http://www.wire.example/a/?utm_source=x&utm_medium=y", "https://wire.example/a", True),
        ("http://wire.example/a#top", "http://WIRE.example:80/a", True),
        ("http://wire.example/?p=1", "http://wire.example/?p=2", False),
        ("http://wire.example/a?b=1&a=2", "http://wire.example/a?a=2&b=1", True),
        ("http://wire.example/live#block-1", "http://wire.example/live#block-2", False),
        ("http://wire.example:8080/a", "http://wire.example/a", False),
        ("http://[broken/a", "http://[broken/a", True),
    ],
)
def test_links_are_compared_without_what_tells_nothing(one: str, other: str, are_same: bool) -> None:
    assert (normal_link(one) == normal_link(other)) is are_same


def test_identity_is_guid_then_link_then_title_and_date() -> None:
    items = [
        Item(guid="g", link="http://a/1", title="t"),
        Item(link="http://a/2?utm_source=rss", title="t"),
        Item(title="t", date_raw="today"),
        Item(text="only words"),
        Item(),
    ]
    kinds = [identity.partition(":")[0] for identity in identities(items)]
    assert kinds == ["guid", "link", "title", "text", ""]


def test_a_guid_that_only_counts_edits_of_its_link_is_one_identity() -> None:
    first = Item(guid="http://a/news/1#0", link="http://a/news/1?at_medium=RSS")
    later = Item(guid="http://a/news/1#1", link="http://a/news/1")
    first = Item(guid=first.guid, link="http://a/news/1")
    assert identities([first]) == identities([later])
    assert article_id("a", "f", first) == article_id("a", "f", later)


def test_equal_short_guids_of_different_items_make_different_articles() -> None:
    assert article_id("a", "f", Item(guid="1", link="http://a/1")) != article_id(
        "a", "f", Item(guid="1", link="http://a/2")
    )


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("KILL: Truce agreed", True),
        ("WITHDRAWN - Truce agreed", True),
        ("ADVISORY: story on truce has been withdrawn", True),
        ("Story withdrawn: Truce agreed", True),
        ("Truce agreed (WITHDRAWN)", True),
        ("Truce agreed (withdrawn)", True),
        ("URGENT: KILL - Truce agreed", True),
        ("(KILL) Truce agreed", True),
        ("Rebels withdrawn - army", False),
        ("Troops killed - report", False),
        ("Kill Bill returns to cinemas", False),
        ("KILLED IN ACTION: the names", False),
        ("Troops withdrawn from the front", False),
        ("Withdrawn: the troops that never left", False),
        ("ADVISORY: events for Tuesday", False),
    ],
)
def test_a_kill_notice_is_told_from_news_of_killing(title: str, expected: bool) -> None:
    assert is_kill(title) is expected


@pytest.mark.parametrize(
    "notice",
    [
        "KILL: UPDATE 2-Truce agreed",
        "Truce agreed (WITHDRAWN)",
        "URGENT: KILL - Truce agreed",
        "ADVISORY - Truce agreed - WITHDRAWN",
        "STORY WITHDRAWN: Truce agreed",
        "MANDATORY KILL|Truce agreed",
    ],
)
def test_a_kill_notice_names_its_story(notice: str) -> None:
    assert killed_title(notice) == "truce agreed"


@pytest.mark.parametrize(
    "title",
    [
        "CORRECTED-Truce Agreed",
        "CORRECTION: Truce agreed",
        "Update 3: Truce agreed",
        "REFILE-CORRECTED-Truce agreed",
        "Truce agreed (take 2)",
        "2nd take: Truce agreed",
        "Truce agreed (adds details)",
    ],
)
def test_a_title_is_compared_without_what_its_wire_added(title: str) -> None:
    assert plain_title(title) == "truce agreed"


@pytest.mark.parametrize(
    ("address", "public", "private_allowed"),
    [
        ("93.184.215.14", True, True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True, True),
        ("64:ff9b::5db8:d70e", True, True),
        ("127.0.0.1", False, True),
        ("10.0.0.1", False, True),
        ("172.31.0.1", False, True),
        ("192.168.0.1", False, True),
        ("100.64.0.1", False, True),
        ("198.18.0.1", False, True),
        ("::1", False, True),
        ("fd00::1", False, True),
        ("::ffff:10.0.0.1", False, True),
        ("64:ff9b::a00:1", False, True),
        ("2002:a00:1::", False, True),
        ("169.254.169.254", False, False),
        ("::ffff:169.254.169.254", False, False),
        ("64:ff9b::a9fe:a9fe", False, False),
        ("fe80::1%eth0", False, False),
        ("fd00:ec2::254", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - an address to refuse
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("255.255.255.255", False, False),
        ("no address", False, False),
    ],
)
def test_which_addresses_may_be_reached(address: str, public: bool, private_allowed: bool) -> None:
    assert may_reach(address, allow_private=False) is public
    assert may_reach(address, allow_private=True) is private_allowed


def test_an_address_of_a_redirecting_server_is_public_or_not() -> None:
    assert is_public("93.184.215.14")
    assert not is_public("127.0.0.1")


@pytest.mark.parametrize(
    ("text", "is_html", "expected"),
    [
        ("<p>One.</p><p>Two<br>three</p>", True, "One.\nTwo\nthree"),
        ("<p>a\nb</p><script>alert(1)</script>", True, "a b"),
        ("5 < 6 &amp; 7 > 6", False, "5 < 6 & 7 > 6"),
        ("<b>bold</b> in plain", False, "bold in plain"),
        ("Tom &amp; Jerry", True, "Tom & Jerry"),
        ("a\u00a0b\u200b  c\r\n\r\n d", False, "a b c\nd"),
        ("<p>unclosed <b>tag", True, "unclosed tag"),
        ("<ul><li>x</li><li>y</li></ul>", True, "x\ny"),
    ],
)
def test_html_becomes_paragraphs(text: str, is_html: bool, expected: str) -> None:
    assert plain(text, is_html=is_html) == expected


@given(st.text())
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)
