"""Feed documents to items, by feedparser. Runs in a reader process (``ingest.sandbox``): it may hang or eat memory."""

import calendar
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from ingest.document import Document, Item, ReadFeed, Unreadable
from ingest.plaintext import one_line, plain

MAX_ITEMS = 5_000
_PERIODS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_LAST_CLOSED = re.compile(rb".*</(?:\w+:)?(?:item|entry)\s*>", re.DOTALL)
_OPENED = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")


def read_feed(work: ReadFeed) -> Document | Unreadable:
    """Return a feed's items, in the document's order. Broken documents give what can be saved of them, with a note."""
    if not work.body.strip():
        return Unreadable(reason="empty_body", detail="the answer holds nothing")
    headers = {"content-type": work.content_type, "content-location": work.url}
    parsed = feedparser.parse(
        _mended(work.body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    if not parsed.get("version") and not parsed.entries:
        return Unreadable(reason="not_a_feed", detail=_complaint(parsed) or "no RSS, RDF or Atom")
    entries = list(parsed.entries)
    notes = _notes(parsed, entries, is_cut := _is_cut_off(work.body))
    feed = parsed.feed
    lang = _language(feed.get("language"))
    return Document(
        items=tuple(_item(entry, lang) for entry in (entries[:-1] if is_cut else entries)[:MAX_ITEMS]),
        ttl=max(_ttl(feed), _update_period(feed)) or None,
        skip_hours=_skip_hours(work.body),
        notes=notes,
    )


def _notes(parsed: Any, entries: list[Any], is_cut: bool) -> tuple[str, ...]:
    complaint = _complaint(parsed) if parsed.get("bozo") else ""
    notes = [f"malformed: {complaint}"] if complaint and "NonXMLContentType" not in complaint else []
    if is_cut:
        notes.append("cut off inside the last item, which waits for the next poll")
    if len(entries) > MAX_ITEMS:
        notes.append(f"{len(entries)} items; the first {MAX_ITEMS} were read")
    return tuple(notes)


def _complaint(parsed: Any) -> str:
    problem = parsed.get("bozo_exception")
    return f"{type(problem).__name__}: {problem}"[:200] if problem else ""


def _mended(body: bytes) -> bytes:
    """Return the body with stray bytes of nearly valid UTF-8 replaced: else one of them turns all of it to mojibake."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
        strays = text.count("\ufffd")
        if sum(character > "\x7f" for character in text) > 2 * strays and not body.startswith(
            (b"\xff\xfe", b"\xfe\xff")
        ):
            return text.encode()
    return body


def _is_cut_off(body: bytes) -> bool:
    """Tell whether the document ends inside an item: half an item would be published, and edited at the next poll."""
    closed = _LAST_CLOSED.match(body)
    return _OPENED.search(body, closed.end() if closed else 0) is not None


def _item(entry: Mapping[str, Any], lang: str) -> Item:
    raw, parsed = _date(entry)
    title = entry.get("title_detail") or {}
    return Item(
        guid=" ".join(str(entry.get("id") or "").split()),
        link=str(entry.get("link") or "").strip(),
        title=one_line(str(entry.get("title") or ""), is_html=_is_html(title)),
        text=_text(entry),
        lang=_language(title.get("language")) or lang,
        date_raw=raw,
        dated=parsed,
    )


def _text(entry: Mapping[str, Any]) -> str:
    """Return the longest text that the item carries: summary and content are used for either, feed by feed."""
    parts: Iterable[Mapping[str, Any]] = (entry.get("summary_detail") or {}, *(entry.get("content") or ()))
    texts = [plain(str(part.get("value") or ""), is_html=_is_html(part)) for part in parts]
    return max(texts, key=len)


def _is_html(part: Mapping[str, Any]) -> bool:
    return str(part.get("type") or "").lower() in ("text/html", "application/xhtml+xml")


def _date(entry: Mapping[str, Any]) -> tuple[str | None, datetime | None]:
    for name in ("published", "updated", "created"):
        # not .get: feedparser maps a missing "updated" onto "published" with a warning
        if name in entry and str(entry[name]).strip():
            return str(entry[name]), _moment(entry.get(f"{name}_parsed"))
    return None, None


def _moment(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _language(value: object) -> str:
    primary = str(value or "").replace("_", "-").split("-")[0].strip().lower()
    return primary if re.fullmatch(r"[a-z]{2,3}", primary) else ""


def _ttl(feed: Mapping[str, Any]) -> float:
    text = str(feed.get("ttl") or "").strip()
    return float(text) * 60 if re.fullmatch(r"\d{1,7}", text) else 0.0


def _update_period(feed: Mapping[str, Any]) -> float:
    """Read the RSS 1.0 syndication module: so many updates a period."""
    period = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower(), 0)
    frequency = str(feed.get("sy_updatefrequency") or "1").strip()
    return period / max(1, int(frequency)) if re.fullmatch(r"\d{1,6}", frequency) else float(period)


def _skip_hours(body: bytes) -> tuple[int, ...]:
    """Return the hours of RSS 2.0 skipHours, which feedparser does not keep."""
    found = re.search(rb"<skipHours\b[^>]*>(.{0,2000}?)</skipHours\s*>", body[:200_000], re.DOTALL | re.IGNORECASE)
    hours = re.findall(rb"<hour\b[^>]*>\s*(\d{1,2})\s*</hour", found[1], re.IGNORECASE) if found else []
    return tuple(sorted({int(hour) % 24 for hour in hours}))
