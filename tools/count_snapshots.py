"""Counts items and edits in a folder of feed snapshots, independently of the ingest code.

Usage: python tools/count_snapshots.py SNAPSHOTS.tar.gz [...]

An item is a distinct guid (else link). An edit is a change of the title's or description's words between one document
and the next that shows the item; white space and markup do not count, nor does a date or link that changes alone. Only
the standard library reads the XML; of a document that is no XML (two of one feed hold a merge conflict), the items are
cut out by pattern, and of an item that it holds twice the first counts.
"""

import io
import re
import sys
import tarfile
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple
from xml.etree import ElementTree


class Counts(NamedTuple):
    """What a faithful poller must find."""

    snapshots: int
    items: int
    edits: int


class _Shown(NamedTuple):
    name: str
    words: tuple[str, str]


def snapshots(archive: str) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, document) in the order of the names, which begin with the time of the poll."""
    with tarfile.open(archive) as tar:
        files = sorted((member for member in tar if member.isfile()), key=lambda m: m.name.rpartition("/")[2])
        for member in files:
            held = tar.extractfile(member) or io.BytesIO()
            yield member.name.rpartition("/")[2], held.read()


def count(archive: str) -> Counts:
    """Return the counts of one archive."""
    last: dict[str, tuple[str, str]] = {}
    edits = documents = 0
    for _, body in snapshots(archive):
        documents += 1
        met: set[str] = set()
        for shown in _items(body):
            if shown.name in met:
                continue
            met.add(shown.name)
            edits += last.get(shown.name, shown.words) != shown.words
            last[shown.name] = shown.words
    return Counts(documents, len(last), edits)


def _items(body: bytes) -> list[_Shown]:
    try:
        return [_from_xml(item) for item in ElementTree.fromstring(body).iter("item")]  # noqa: S314 - our own files
    except ElementTree.ParseError:
        pieces: list[bytes] = re.findall(rb"<item>.*?</item>", body, re.DOTALL)
        return [_from_xml(ElementTree.fromstring(piece)) for piece in pieces]  # noqa: S314


def _from_xml(item: ElementTree.Element) -> _Shown:
    name = item.findtext("guid") or item.findtext("link") or ""
    return _Shown(name.strip(), (_words(item.findtext("title")), _words(item.findtext("description"))))


def _words(text: str | None) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text or "")).split())


if __name__ == "__main__":
    for path in sys.argv[1:]:
        found = count(path)
        print(f"{path}: {found.snapshots} snapshots, {found.items} items, {found.edits} edits")
