"""Golden files: one record of every fact version ever written, as a structured CloudEvent.

``python -m tests.tocsin.golden`` writes the missing ones. One that was released is never written again: a changed
fact gets a new wire name, and the old file then proves that its upcaster works.
"""

import json
from datetime import timedelta
from pathlib import Path

import msgspec

from tests.builders import (
    BUILDERS,
    NOON,
    a_claimed_time,
    a_detected_announcement,
    a_place,
    a_published_article,
    a_source_line,
    a_step,
    an_alert,
    an_announcement,
    an_article_ref,
    an_evidence,
)
from tocsin import codec
from tocsin.events import FACTS, AlertRaised, AnnouncementDetected, ArticlePublished, Fact

GOLDEN = Path(__file__).resolve().parents[1] / "data" / "golden"


class Golden(msgspec.Struct, frozen=True, kw_only=True):
    """One golden file; ``data`` is the value to the byte."""

    id: str
    source: str
    type: str
    time: str
    correlationid: str
    topic: str
    key: str
    data: msgspec.Raw
    specversion: str = "1.0"
    datacontenttype: str = "application/json"


def read(path: Path) -> Golden:
    """Return a golden file's content."""
    return msgspec.json.decode(path.read_bytes(), type=Golden)


def rich(fact: type[Fact]) -> Fact:
    """Return a fact with its optional fields filled, where it has many."""
    if fact is ArticlePublished:
        return a_published_article(
            published_raw="Fri, 99 Nov 2016",
            published_note="unreadable",
            text="حلب.\nAleppo — “pause”",
            text_from="page",
        )
    if fact is AnnouncementDetected:
        return _rich_detection()
    if fact is AlertRaised:
        copy = a_source_line(source="Example Daily", publisher="daily.example", is_copy=True)
        steps = (a_step(), a_step(at=NOON + timedelta(hours=1), act="rejected"))
        return an_alert(sources=(a_source_line(), copy), steps=steps, corrects="alert0", confidence=0.75)
    return BUILDERS[fact]()


def _rich_detection() -> AnnouncementDetected:
    window = {
        "start": a_claimed_time(local="2016-11-04T09:00"),
        "end": a_claimed_time(assumption="year of publication"),
    }
    announcement = an_announcement(
        target=("Rebels",),
        place=(a_place(), a_place("Madaya")),
        deadline=a_claimed_time(local="2016-11-04", zone=None),
        attribution="General Staff",
        confidence=0.5,
        evidence=an_evidence(notes=("read as a window",)),
        **window,
    )
    return a_detected_announcement(announcement, an_article_ref(fingerprint=(1, 4_294_967_295)))


def text_of(fact: Fact) -> str:
    """Return the golden file of a fact: its attributes one a line, its value on one."""
    draft = codec.draft(fact)
    attributes = {
        "specversion": "1.0",
        "id": draft.id,
        "source": draft.source,
        "type": draft.type,
        "time": draft.time.isoformat().replace("+00:00", "Z"),
        "correlationid": draft.correlation,
        "datacontenttype": "application/json",
        "topic": draft.topic,
        "key": draft.key,
    }
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}," for name, value in attributes.items()]
    return "\n".join(["{", *lines, f'  "data": {draft.value.decode()}', "}"]) + "\n"


def main() -> None:
    """Write the golden files that are missing."""
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for fact in FACTS:
        path = GOLDEN / f"{fact.wire}.json"
        if not path.exists():
            path.write_text(text_of(rich(fact)), encoding="utf-8")


if __name__ == "__main__":
    main()
