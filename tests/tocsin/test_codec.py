"""Facts become bytes and come back, of every version ever written; what cannot is named."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import BUILDERS, NOON, a_dead_letter, a_gone_feed, a_published_article, a_queued_delivery, an_alert
from tests.tocsin.golden import GOLDEN, Golden, read
from tocsin import codec
from tocsin.codec import MalformedFactError, UnknownFactError
from tocsin.events import FACTS, Fact, FeedGone
from tocsin.log.base import Draft, Record

EVERY_FACT = pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.wire)
EVERY_GOLDEN = pytest.mark.parametrize(
    "golden", [read(path) for path in sorted(GOLDEN.glob("*.json"))], ids=lambda g: g.type
)


def a_record(draft: Draft, **overrides: Any) -> Record:
    """Return a draft's record at position 7 of partition 2."""
    fields = {name: getattr(draft, name) for name in Draft.__struct_fields__}
    return Record(**{**fields, "partition": 2, "position": 7, "recorded": NOON, **overrides})


# --- golden files ----------------------------------------------------------------------------------------------------


@EVERY_FACT
def test_every_fact_has_a_golden_file(fact: type[Fact]) -> None:
    assert (GOLDEN / f"{fact.wire}.json").is_file(), "python -m tests.tocsin.golden writes it"


@EVERY_GOLDEN
def test_every_version_ever_written_still_decodes(golden: Golden) -> None:
    assert isinstance(codec.decode_value(golden.type, bytes(golden.data)), Fact)


@EVERY_GOLDEN
def test_what_was_written_is_written_the_same_today(golden: Golden) -> None:
    if golden.type in codec.UPCASTERS:
        pytest.skip("an old version is read, never written")
    draft = codec.draft(codec.decode_value(golden.type, bytes(golden.data)), golden.correlationid)
    hint = f"{golden.type} changed: before its release delete its golden file and run python -m tests.tocsin.golden"
    assert draft.value == bytes(golden.data), hint
    assert (draft.id, draft.topic, draft.key, draft.source) == (golden.id, golden.topic, golden.key, golden.source), (
        hint
    )


# --- every fact ------------------------------------------------------------------------------------------------------


@EVERY_FACT
def test_a_fact_comes_back_equal(fact: type[Fact]) -> None:
    built = BUILDERS[fact]()
    assert codec.decode(a_record(codec.draft(built))) == built


@EVERY_FACT
def test_headers_come_back_as_the_same_draft(fact: type[Fact]) -> None:
    draft = codec.draft(BUILDERS[fact]())
    assert codec.from_headers(codec.headers(draft), draft.topic, draft.key, draft.value) == draft


def test_a_dead_letter_says_in_its_headers_where_it_came_from() -> None:
    headers = dict(codec.headers(codec.draft(a_dead_letter(original_partition=2))))
    assert {name: value.decode() for name, value in headers.items() if "origin" in name} == {
        "ce_originstage": "detect",
        "ce_origintopic": "tocsin.articles",
        "ce_originpartition": "2",
        "ce_originoffset": "3",
        "ce_originerror": "MalformedFactError",
    }


def test_wire_names_are_unique_and_end_with_their_version() -> None:
    wires = [fact.wire for fact in FACTS]
    assert len(set(wires)) == len(wires)
    assert all(wire.rpartition(".v")[2].isdigit() for wire in wires)


def test_the_same_fact_made_twice_has_one_id() -> None:
    again = an_alert(at=NOON + timedelta(hours=1), headline="told anew")
    assert codec.draft(an_alert()).id == codec.draft(again).id


def test_facts_of_other_content_have_other_ids() -> None:
    drafts = [codec.draft(BUILDERS[fact]()) for fact in FACTS]
    drafts += [codec.draft(an_alert(alert_id="other")), codec.draft(a_queued_delivery(repeat=1))]
    assert len({draft.id for draft in drafts}) == len(drafts)


def test_a_fact_starts_its_own_correlation_unless_it_follows_from_another() -> None:
    assert codec.draft(an_alert()).correlation == "a2"
    assert codec.draft(a_gone_feed()).correlation == "wire"
    assert codec.draft(a_gone_feed(), "a9").correlation == "a9"


@given(text=st.text(), title=st.text(min_size=1))
def test_any_text_survives(text: str, title: str) -> None:
    article = a_published_article(text=text, title=title)
    assert codec.decode(a_record(codec.draft(article))) == article


@given(at=st.datetimes(timezones=st.just(UTC)))
def test_any_time_survives_in_value_and_header(at: datetime) -> None:
    draft = codec.draft(a_gone_feed(at=at))
    assert codec.from_headers(codec.headers(draft), draft.topic, draft.key, draft.value).time == at
    assert codec.decode_value(draft.type, draft.value).at == at


# --- what cannot be read ---------------------------------------------------------------------------------------------


def test_an_unknown_type_is_named_with_its_place() -> None:
    record = a_record(codec.draft(a_gone_feed()), type="feed.exploded.v1")
    with pytest.raises(UnknownFactError, match=r"tocsin\.feeds\[2\]@7.*feed\.exploded\.v1"):
        codec.decode(record)


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"at":"yesterday","feed_id":"wire","next_poll":"2016-11-03T12:00:00Z"}',
        b'{"at":"2016-11-03T12:00:00","feed_id":"wire","next_poll":"2016-11-03T12:00:00Z"}',
        b'{"at":"2016-11-03T12:00:00Z","feed_id":7,"next_poll":"2016-11-03T12:00:00Z"}',
    ],
    ids=["empty", "no fields", "no object", "no UTF-8", "no time", "no time zone", "wrong type"],
)
def test_a_malformed_value_is_named_with_its_place(value: bytes) -> None:
    record = a_record(codec.draft(a_gone_feed()), value=value)
    with pytest.raises(MalformedFactError, match=r"tocsin\.feeds\[2\]@7: feed\.gone\.v1"):
        codec.decode(record)


@pytest.mark.parametrize("name", ["ce_id", "ce_type", "ce_source", "ce_time", "ce_correlationid"])
def test_a_missing_header_is_named(name: str) -> None:
    headers = [header for header in codec.headers(codec.draft(a_gone_feed())) if header[0] != name]
    with pytest.raises(MalformedFactError, match=name):
        codec.from_headers(headers, "tocsin.feeds", "wire", b"{}")


def test_an_unreadable_header_is_reported() -> None:
    headers = [*codec.headers(codec.draft(a_gone_feed())), ("ce_time", b"noon")]
    with pytest.raises(MalformedFactError, match="noon"):
        codec.from_headers(headers, "tocsin.feeds", "wire", b"{}")


# --- old versions ----------------------------------------------------------------------------------------------------

Upcasters = Mapping[str, tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]]


@pytest.fixture
def two_old_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that feed.gone.v1 had two forerunners: v0 without ``next_poll``, and v-1 with ``feed``."""
    upcasters: Upcasters = MappingProxyType(
        {
            "feed.gone.v-1": ("feed.gone.v0", lambda old: {"at": old["at"], "feed_id": old["feed"]}),
            "feed.gone.v0": ("feed.gone.v1", lambda old: {**old, "next_poll": old["at"]}),
        }
    )
    monkeypatch.setattr(codec, "UPCASTERS", upcasters)


@pytest.mark.usefixtures("two_old_versions")
@pytest.mark.parametrize(
    ("wire", "value"),
    [("feed.gone.v0", {"at": NOON, "feed_id": "wire"}), ("feed.gone.v-1", {"at": NOON, "feed": "wire"})],
)
def test_an_old_version_is_read_as_the_newest(wire: str, value: dict[str, object]) -> None:
    fact = codec.decode_value(wire, msgspec.json.encode(value))
    assert fact == FeedGone(at=NOON, feed_id="wire", next_poll=NOON)


@pytest.mark.usefixtures("two_old_versions")
@pytest.mark.parametrize("value", [b"{}", b"[]", b"", b'{"at":1,"feed":2}'])
def test_a_malformed_old_version_is_reported(value: bytes) -> None:
    with pytest.raises(MalformedFactError):
        codec.decode_value("feed.gone.v-1", value)


def test_every_upcaster_leads_to_a_known_fact() -> None:
    known = {fact.wire for fact in FACTS} | codec.UPCASTERS.keys()
    assert all(newer in known for newer, _ in codec.UPCASTERS.values())


def test_a_time_in_another_zone_is_the_same_moment() -> None:
    paris = NOON.astimezone(timezone(timedelta(hours=1)))
    decoded = codec.decode_value("feed.gone.v1", codec.draft(a_gone_feed(at=paris)).value)
    assert decoded.at == NOON
