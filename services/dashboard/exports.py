"""Lists on their way out: CSV and JSON of any, an Atom feed of alerts, an iCalendar of deadlines and windows."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

import msgspec
from icalendar import Calendar, Event

from services.dashboard.views.values import Card, Change, Shown
from tocsin.vocabulary import ClaimedTime

_ATOM = "http://www.w3.org/2005/Atom"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
Row = Mapping[str, object]


def as_json(values: Iterable[object]) -> bytes:
    """Return values as a JSON array."""
    return msgspec.json.encode(list(values), order="deterministic")


def as_csv(rows: Sequence[Row]) -> str:
    """Return rows as CSV (RFC 4180). A cell that a spreadsheet would take for a formula is put in quotes of text."""
    if not rows:
        return ""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([_cell(value) for value in row.values()])
    return file.getvalue()


def card_row(card: Card) -> Row:
    """Return a storyline as a row."""
    return {
        "id": card.id,
        "storyline": card.name,
        "family": card.family,
        "country": card.theatre,
        "group": card.group,
        "status": card.status,
        "since": card.since,
        "start": _claimed(card.start),
        "end": _claimed(card.end),
        "deadline": _claimed(card.deadline),
        "places": "; ".join(place.name for place in card.places),
        "sides": "; ".join(card.sides),
        "quote": card.quote,
        "source": card.source,
        "url": card.url,
        "confidence": card.confidence,
        "independent_sources": card.independent,
        "changed": card.changed,
    }


def change_row(change: Change) -> Row:
    """Return an alert as a row."""
    earlier = change.earlier
    return {
        "id": change.id,
        "at": change.at,
        "type": change.type,
        "relation": change.relation,
        "kind": change.kind,
        "family": change.family,
        "country": change.theatre,
        "storyline": change.storyline,
        "headline": change.headline,
        "reason": change.reason,
        "confidence": change.confidence,
        "later_quote": change.later.announcement.quote,
        "later_source": change.later.article.source,
        "later_url": change.later.article.url,
        "earlier_quote": earlier.announcement.quote if earlier else "",
        "earlier_source": earlier.article.source if earlier else "",
        "earlier_url": earlier.article.url if earlier else "",
        "acknowledged_by": "; ".join(change.acknowledged_by),
        "verdict": change.verdict,
    }


def plain_row(value: Shown) -> Row:
    """Return a value without values inside as a row."""
    fields = msgspec.structs.asdict(value)
    return {name: " ".join(map(str, one)) if isinstance(one, tuple) else one for name, one in fields.items()}


def atom(changes: Sequence[Change], link: Callable[[str], str], now: datetime) -> bytes:
    """Return alerts as an Atom feed (RFC 4287). ``link`` makes a path absolute."""
    feed = Element("feed", xmlns=_ATOM)
    SubElement(feed, "id").text = link("/alerts.atom")
    SubElement(feed, "title").text = "Tocsin: what changed"
    SubElement(feed, "updated").text = (changes[0].at if changes else now).isoformat()
    SubElement(feed, "link", rel="self", href=link("/alerts.atom"))
    for change in changes:
        entry = SubElement(feed, "entry")
        SubElement(entry, "id").text = f"urn:tocsin:alert:{change.id}"
        SubElement(entry, "title").text = _plain(change.headline)
        SubElement(entry, "updated").text = change.at.isoformat()
        SubElement(SubElement(entry, "author"), "name").text = _plain(change.later.article.source)
        SubElement(entry, "link", rel="alternate", href=link(f"/explain/{change.id}"))
        SubElement(entry, "summary").text = _plain(_summary(change))
    text: bytes = tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def calendar(cards: Sequence[Card], link: Callable[[str], str], now: datetime) -> bytes:
    """Return claimed windows and deadlines as an iCalendar (RFC 5545), an event for each."""
    book = Calendar()
    book.add("prodid", "-//Tocsin//deadlines and windows//EN")
    book.add("version", "2.0")
    book.add("x-wr-calname", "Tocsin: deadlines and windows")
    for card in cards:
        for name, first, last in _times(card):
            event = Event()
            event.add("uid", f"{card.id}-{name}@tocsin")
            event.add("dtstamp", now)
            event.add("dtstart", first)
            if last > first:
                event.add("dtend", last)
            event.add("summary", f"{card.name}: {name}")
            event.add("description", f"{card.status.replace('_', ' ')}. “{card.quote}” ({card.source})")
            event.add("url", link(f"/storylines/{card.id}"))
            book.add_component(event)
    text: bytes = book.to_ical()
    return text


def _times(card: Card) -> Iterable[tuple[str, datetime, datetime]]:
    if card.start and card.end:
        yield "window", card.start.earliest, card.end.latest
    elif card.start:
        yield "start", card.start.earliest, card.start.latest
    elif card.end:
        yield "end", card.end.earliest, card.end.latest
    if card.deadline:
        yield "deadline", card.deadline.earliest, card.deadline.latest


def _summary(change: Change) -> str:
    quotes = [f"“{change.later.announcement.quote}” ({change.later.article.source})"]
    if change.earlier:
        quotes.append(f"Before: “{change.earlier.announcement.quote}” ({change.earlier.article.source})")
    return " ".join((*quotes, change.reason))


def _claimed(time: ClaimedTime | None) -> str:
    return "" if time is None else time.local + (f" {time.zone}" if time.zone else "")


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(text: str) -> str:
    """Return a text without the control characters that XML 1.0 forbids."""
    return "".join(c for c in text if c in "\t\n\r" or (c >= " " and c not in "\ufffe\uffff"))
