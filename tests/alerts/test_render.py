"""What people read: golden renderings (TOCSIN_UPDATE=1 writes them anew), and hostile words made harmless."""

import io
import os
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from alerts.cleaning import clean, web_link
from alerts.message import Message, digest_of, message_of
from alerts.render.html import as_html
from alerts.render.slack import MOST_BLOCKS, WHOLE, as_blocks, fit
from alerts.render.terminal import as_panel
from alerts.render.text import WIDTH, as_text
from tests.builders import (
    NOON,
    a_claimed_time,
    a_near_deadline,
    a_passed_deadline,
    a_source_line,
    a_state,
    a_statement,
    a_step,
    a_withdrawn_alert,
    an_alert,
    an_announcement,
    an_article_ref,
)
from tocsin.events import AlertRaised

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "alerts"
HOSTILE = "<script>alert('x')</script>&\u202egpj.exe\u2066 <!channel> [bold]\x1b]0;x\x07 " + "W" * 10_000


def full_alert() -> AlertRaised:
    """Return an alert with everything in it."""
    end = a_claimed_time()
    start = a_claimed_time(
        text="Friday",
        local="2016-11-04",
        earliest=datetime(2016, 11, 3, 22, 0, tzinfo=UTC),
        latest=datetime(2016, 11, 4, 21, 59, tzinfo=UTC),
        assumption="the coming Friday",
    )
    offer = an_announcement(
        issuer=("Government",),
        quote="Our forces will hold their fire in Aleppo on Friday until 7 p.m., the ministry said.",
        start=start,
        end=end,
    )
    refusal = an_announcement(
        id="n2",
        act="rejected",
        issuer=("Northern Brigade",),
        target=("Government",),
        quote="We refuse a pause that was never agreed with us & ours.",
        attribution="the brigade's spokesman",
    )
    return an_alert(
        headline="Northern Brigade rejects the pause that the Government declared for Aleppo until Friday 19:00",
        later=a_statement(refusal, an_article_ref(id="a2", source="Second Wire", title="Brigade says no")),
        earlier=a_statement(offer),
        before=a_state("declared", terms="Friday 4 November until 19:00"),
        sources=(
            a_source_line(source="Second Wire", article_id="a2"),
            a_source_line(source="Mirror of Second Wire", article_id="a3", is_copy=True),
        ),
        steps=(
            a_step(announcement_id="n0", is_background=True, quote="An earlier pause ended."),
            a_step(issuer=("Government",)),
        ),
    )


def rendered() -> dict[str, str]:
    raised, passed = message_of(full_alert()), message_of(a_passed_deadline())
    update = message_of(full_alert(), is_update=True)
    return {
        "raised.txt": as_text(raised),
        "raised.html": as_html(raised),
        "raised.slack.json": msgspec.json.format(msgspec.json.encode(as_blocks(raised)), indent=1).decode() + "\n",
        "raised.terminal.txt": in_terminal(raised, 120),
        "deadline.txt": as_text(passed),
        "near.txt": as_text(message_of(a_near_deadline())),
        "withdrawn.txt": as_text(message_of(a_withdrawn_alert())),
        "digest.txt": as_text(digest_of([update, passed], "desk")),
    }


def in_terminal(message: Message, width: int) -> str:
    console = Console(file=io.StringIO(), width=width, color_system=None)
    console.print(as_panel(message, width))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize("name", sorted(rendered()))
def test_renderings_are_those_of_the_golden_files(name: str) -> None:
    text, path = rendered()[name], GOLDEN / name
    if os.environ.get("TOCSIN_UPDATE"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["raised.txt", "raised.html", "raised.slack.json", "raised.terminal.txt"])
def test_each_rendering_tells_what_changed_both_quotes_who_where_when_and_why(name: str) -> None:
    text = re.sub(r"[\s│]+", " ", rendered()[name]).replace("&amp;", "&")
    for words in (
        "Northern Brigade rejects the pause",
        "never agreed with us & ours",
        "hold their fire in Aleppo",
        "19:00 Damascus (17:00 UTC)",
        "14:00 Damascus (12:00 UTC)",
        "1 independent source (2 reports)",
        "declared-rejected-other",
        "(background)",
        "https://wire.example/news/1",
    ):
        if not (name == "raised.terminal.txt" and len(words) > 22):  # two columns break longer words apart
            assert words in text


def hostile_message() -> Message:
    later = a_statement(
        an_announcement(quote=HOSTILE, issuer=(HOSTILE,) * 50, attribution=HOSTILE),
        an_article_ref(title=HOSTILE, source=HOSTILE, url="javascript:alert(1)"),
    )
    sources = (a_source_line(source=HOSTILE, url="https://x.example/<script>|'\"" + "y" * 900),) * 40
    steps = (a_step(announcement_id="n0", quote=HOSTILE, source=HOSTILE),) * 40
    return message_of(
        an_alert(
            headline=HOSTILE,
            storyline=HOSTILE,
            reason=HOSTILE,
            later=later,
            earlier=later,
            sources=sources,
            steps=steps,
            corrects=HOSTILE,
        )
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen = set[str]()
        self.links = set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links |= {value or "" for name, value in attrs if name == "href"}


def test_hostile_words_make_no_tags_and_no_links_but_web_links() -> None:
    tags = _Tags()
    tags.feed(as_html(hostile_message()))
    assert "script" not in tags.seen
    assert all(link.startswith("https://") for link in tags.links)


def test_hostile_words_stay_within_the_columns_and_hold_no_control_characters() -> None:
    text = as_text(hostile_message())
    assert all(len(line) <= WIDTH for line in text.splitlines() if "https://" not in line)
    assert not re.search(
        r"[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", text + in_terminal(hostile_message(), 80)
    )


@pytest.mark.parametrize("parts", [0, 10])
def test_hostile_words_stay_within_slacks_limits(parts: int) -> None:
    message = digest_of([hostile_message()] * parts, "desk") if parts else hostile_message()
    blocks = as_blocks(message)  # slack_sdk's models check each block
    assert len(blocks) <= MOST_BLOCKS
    assert len(msgspec.json.encode(blocks).decode()) <= WHOLE + 1000
    assert "<!channel>" not in str([block for block in blocks if block["type"] != "header"])  # headers are plain text


@given(st.text(max_size=300), st.integers(1, 80))
def test_cleaning_keeps_to_one_line_and_its_limit_and_is_done_once(text: str, limit: int) -> None:
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert "\n" not in cleaned
    assert clean(cleaned, limit) == cleaned


@given(st.text(alphabet="&<>ab", max_size=200), st.integers(6, 100))
def test_escaping_for_slack_keeps_to_its_limit(text: str, limit: int) -> None:
    escaped = fit(text, limit)
    assert len(escaped) <= limit
    assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", escaped)


@pytest.mark.parametrize(
    ("url", "is_kept"),
    [
        ("https://wire.example/a?b=c#d", True),
        ("HTTP://wire.example/", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//wire.example", False),
        ("https://[bad", False),
        ("https://x.example/" + "y" * 3000, False),
    ],
)
def test_only_web_links_are_links(url: str, is_kept: bool) -> None:
    assert bool(web_link(url)) is is_kept


def test_the_same_alerts_always_make_the_same_digest() -> None:
    messages = [message_of(an_alert(alert_id=name, at=NOON)) for name in "ab"]
    assert digest_of(messages, "desk").alert_id == digest_of(messages[::-1], "desk").alert_id
    assert digest_of(messages, "desk").alert_id != digest_of(messages[:1], "desk").alert_id
