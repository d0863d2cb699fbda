"""Feed documents as publishers really write them."""

from datetime import UTC, datetime

import pytest

from ingest.document import Document, Item, ReadFeed
from ingest.parse import read_feed

TITLE = "Waffenruhe für Aleppo – „endgültig“"
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de-AT"><title>W</title><entry>
<id>tag:wire.example,2016:1</id><title type="html">Siege &amp;amp; truce</title>
<link rel="alternate" href="/news/1"/><updated>2016-11-02T14:00:00+02:00</updated>
<summary>Short.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>First paragraph.</p>
<p>Second one.</p></div></content></entry></feed>"""


def read(body: bytes, content_type: str = "application/rss+xml") -> Document:
    document = read_feed(ReadFeed(body=body, content_type=content_type, url="http://wire.example/rss"))
    assert isinstance(document, Document)
    return document


def an_rss(inner: str, declaration: str = "") -> str:
    return f'{declaration}<rss version="2.0"><channel><title>W</title>{inner}</channel></rss>'


@pytest.mark.parametrize(
    ("encoding", "declaration", "content_type"),
    [
        ("utf-8", '<?xml version="1.0" encoding="utf-8"?>', "application/rss+xml"),
        ("utf-8", "", "text/xml"),
        ("utf-8", "", "text/html"),
        ("utf-8", '<?xml version="1.0" encoding="iso-8859-1"?>', "text/xml; charset=ISO-8859-1"),
        ("windows-1252", '<?xml version="1.0" encoding="windows-1252"?>', "application/xml"),
        ("windows-1252", "", "text/xml; charset=windows-1252"),
        ("utf-16", '<?xml version="1.0" encoding="utf-16"?>', "application/xml"),
    ],
)
def test_the_title_is_right_in_every_encoding_and_under_wrong_headers(
    encoding: str, declaration: str, content_type: str
) -> None:
    body = an_rss(f"<item><title>{TITLE}</title></item>", declaration).encode(encoding)
    assert read(body, content_type).items[0].title == TITLE


def test_atom_gives_its_longest_text_language_date_and_link() -> None:
    (item,) = read(ATOM.encode(), "application/atom+xml").items
    assert item == Item(
        guid="tag:wire.example,2016:1",
        link="http://wire.example/news/1",
        title="Siege & truce",
        text="First paragraph.\nSecond one.",
        lang="de",
        date_raw="2016-11-02T14:00:00+02:00",
        dated=datetime(2016, 11, 2, 12, tzinfo=UTC),
    )


def test_the_feeds_wishes_for_its_polling_are_read() -> None:
    wishes = "<ttl>30</ttl><skipHours><hour>3</hour><hour>24</hour><hour>x</hour></skipHours>"
    document = read(an_rss(wishes).encode())
    assert (document.ttl, document.skip_hours) == (1800, (0, 3))


def test_an_unreadable_date_keeps_its_words() -> None:
    (item,) = read(an_rss("<item><title>t</title><pubDate>last Tuesday</pubDate></item>").encode()).items
    assert (item.date_raw, item.dated) == ("last Tuesday", None)


def test_a_document_with_a_merge_conflict_in_it_still_gives_its_items_and_a_note() -> None:
    body = an_rss("<item><title>t</title></item>", '<?xml version="1.0"?>\n<<<<<<< HEAD\n').encode()
    document = read(body)
    assert [item.title for item in document.items] == ["t"]
    assert document.notes[0].startswith("malformed")
