"""Tests of what leaves the dashboard: CSV, JSON, Atom and iCalendar, as other programs read them."""

import csv
import io
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from icalendar import Calendar

from tests.builders import a_dead_letter, a_made_delivery, a_polled_feed, a_suppressed_alert, an_acknowledgement
from tests.services.dashboard.desk_case import a_desk, related, told, until

TRUCE = told(
    "ceasefire/declared", "1", issuer=("Army",), start=until(2), end=until(30), quote='=1+1 "truce", they said'
)
REFUSAL = told("ceasefire/rejected", "2", hours=1, issuer=("Rebels",), quote="Never\x0b, they said.")
_ATOM = "{http://www.w3.org/2005/Atom}"


async def test_a_spreadsheet_reads_every_cell_as_text(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(TRUCE, REFUSAL)) as desk:
        (row,) = csv.DictReader(io.StringIO(await desk.text("/export/alerts.csv")))
        assert row["earlier_quote"] == "'" + '=1+1 "truce", they said'
        assert row["relation"] == "contradicts"


async def test_an_empty_list_is_an_empty_file(tmp_path: Path) -> None:
    async with a_desk(tmp_path) as desk:
        assert await desk.text("/export/storylines.csv") == ""
        assert (await desk.get("/export/alerts.json")).json() == []
        assert (await desk.get("/export/secrets.csv")).status_code == 404


async def test_feed_readers_get_an_entry_for_each_alert(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(TRUCE, REFUSAL)) as desk:
        feed = fromstring((await desk.get("/alerts.atom")).content)  # noqa: S314  our own
        (entry,) = feed.findall(f"{_ATOM}entry")
        (alert,) = (await desk.get("/api/v1/alerts")).json()["alerts"]
        assert entry.findtext(f"{_ATOM}id") == f"urn:tocsin:alert:{alert['id']}"
        link = entry.find(f"{_ATOM}link")
        assert link is not None
        assert link.get("href") == f"http://127.0.0.1/explain/{alert['id']}"
        assert "Never, they said." in str(entry.findtext(f"{_ATOM}summary"))


async def test_calendars_get_windows_and_deadlines(tmp_path: Path) -> None:
    threat = told("ultimatum/declared", "3", issuer=("Army",), deadline=until(12))
    async with a_desk(tmp_path, *related(TRUCE, threat)) as desk:
        book = Calendar.from_ical((await desk.get("/deadlines.ics")).content)
        events = {str(event["summary"]): event for event in book.walk("VEVENT")}
        assert sorted(events) == ["ceasefire, Aleppo: window", "ultimatum, Aleppo: deadline"]
        assert events["ceasefire, Aleppo: window"].decoded("dtend").isoformat() == "2016-11-04T18:00:00+00:00"


@pytest.mark.parametrize(
    "name",
    ["storylines", "alerts", "inbox", "search", "known", "feeds", "deliveries", "dead-letters", "held-back", "acts"],
)
async def test_every_list_can_be_saved(tmp_path: Path, name: str) -> None:
    facts = (a_polled_feed(), a_made_delivery(), a_dead_letter(), a_suppressed_alert(), an_acknowledgement())
    async with a_desk(tmp_path, *related(TRUCE, REFUSAL), *facts) as desk:
        rows = list(csv.DictReader(io.StringIO(await desk.text(f"/export/{name}.csv?q=truce"))))
        assert rows
        assert len((await desk.get(f"/export/{name}.json?q=truce")).json()) == len(rows)
