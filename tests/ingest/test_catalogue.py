"""The catalogue of feeds: its file, its errors, its exchange as OPML."""

import os
from pathlib import Path

import pytest

from ingest.catalogue import Catalogue, CatalogueError, CatalogueFile, Feed, add, complete, load, new_id, save
from ingest.opml import OpmlError, from_opml, to_opml


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_an_entry_needs_only_id_and_address_and_gets_its_publisher_from_the_domain(tmp_path: Path) -> None:
    file = written(tmp_path / "feeds.toml", '[[feeds]]\nid = "w"\nurl = "https://feeds.wire.co.uk/rss"\n')
    (feed,) = load(file).feeds
    assert (feed.publisher, feed.source, feed.enabled, feed.fulltext) == ("wire.co.uk", "wire.co.uk", True, False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[feeds]\n", ["feeds.toml", "correct the file"]),
        ("feed = []\n", ["unknown key 'feed'", "[[feeds]]"]),
        ('[[feeds]]\nid = "a"\n', ["entry 1 ('a')", "url"]),
        ('[[feeds]]\nid = "a"\nurl = "ftp://x/"\n', ["entry 1 ('a')", "url"]),
        ('[[feeds]]\nid = "a"\nurl = "http://x/"\nfulltex = true\n', ["entry 1 ('a')", "fulltex", "keys: id, url"]),
        ('[[feeds]]\nid = "a b"\nurl = "http://x/"\n', ["entry 1 ('a b')", "id"]),
        ('[[feeds]]\nid = "a"\nurl = "http://x/"\n' * 2, ["entry 2 ('a')", "taken"]),
        ('[[feeds]]\nid = "a"\nurl = "http://x/"\nmin_interval = 9\nmax_interval = 5\n', ["min_interval", "swap"]),
        ("feeds = 3\n", ["[[feeds]]"]),
    ],
)
def test_an_error_names_the_file_the_entry_and_what_to_do(tmp_path: Path, text: str, words: list[str]) -> None:
    with pytest.raises(CatalogueError) as error:
        load(written(tmp_path / "feeds.toml", text))
    for word in words:
        assert word in str(error.value)


def test_a_missing_catalogue_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="tocsin feeds add"):
        load(tmp_path / "feeds.toml")


def test_adding_keeps_what_people_wrote_and_refuses_what_is_watched_already(tmp_path: Path) -> None:
    file = written(tmp_path / "feeds.toml", '# ours\n[[feeds]]\nid = "a"  # the first\nurl = "http://a.example/"\n')
    add(file, Feed(id="b", url="http://b.example/", source='The "B"', fulltext=True))
    assert "# ours" in file.read_text()
    assert [(feed.id, feed.source, feed.fulltext) for feed in load(file).feeds] == [
        ("a", "a.example", False),
        ("b", 'The "B"', True),
    ]
    with pytest.raises(CatalogueError, match="watched already"):
        add(file, Feed(id="c", url="http://b.example/"))
    with pytest.raises(CatalogueError, match="taken"):
        add(file, Feed(id="a", url="http://c.example/"))


def test_adding_makes_the_file_and_saving_gives_the_same_catalogue_back(tmp_path: Path) -> None:
    file = tmp_path / "feeds.toml"
    catalogue = add(file, Feed(id="a", url="http://a.example/", source="Ä\\\n\x7f", min_interval=5, enabled=False))
    assert load(file) == catalogue
    save(tmp_path / "copy.toml", catalogue)
    assert load(tmp_path / "copy.toml") == catalogue


def test_a_changed_file_is_read_again_and_a_broken_one_leaves_the_last_good_version(tmp_path: Path) -> None:
    file = written(tmp_path / "feeds.toml", "")
    watched = CatalogueFile(file)
    add(file, Feed(id="a", url="http://a.example/"))
    assert [feed.id for feed in watched.current().feeds] == ["a"]
    written(file, "[[feeds]]\nbroken")
    assert [feed.id for feed in watched.current().feeds] == ["a"]
    assert "feeds.toml" in (watched.problem or "")
    os.unlink(file)
    assert [feed.id for feed in watched.current().feeds] == ["a"]


def test_a_new_id_is_readable_and_free() -> None:
    url = "https://www.wire.co.uk/news/world/rss.xml"
    first = new_id(url, Catalogue())
    assert first == "wire-news-world"
    assert new_id(url, Catalogue(feeds=(Feed(id=first, url=url),))) == "wire-news-world-2"


def test_opml_gives_back_what_was_exported_but_no_permission_for_the_private_network() -> None:
    feed = complete(
        Feed(id="a", url="http://a.example/?x=1&y=2", source="A & Co", lang="de", fulltext=True, max_interval=90.0)
    )
    open_feed = complete(Feed(id="b", url="http://b.example/", allow_private=True, enabled=False))
    first, second = from_opml(to_opml(Catalogue(feeds=(feed, open_feed)))).feeds
    assert first == feed
    assert (second.id, second.enabled, second.allow_private) == ("b", False, False)


def test_another_readers_opml_is_read_through_its_folders_and_known_feeds_are_left_out() -> None:
    known = Catalogue(feeds=(Feed(id="old", url="http://old.example/"),))
    document = b"""<?xml version="1.0"?><opml version="1.0"><body><outline text="News"><outline text="Wire" type="rss"
        xmlUrl="https://wire.example/world/rss"/><outline xmlUrl="http://old.example/"/></outline></body></opml>"""
    (feed,) = from_opml(document, known).feeds
    assert (feed.id, feed.source, feed.publisher) == ("wire-world", "Wire", "wire.example")


@pytest.mark.parametrize(
    "document", [b"", b"<html/>", b"<opml><body/></opml>", b'<!DOCTYPE a [<!ENTITY x "y">]><opml/>']
)
def test_what_is_no_opml_is_refused_in_words(document: bytes) -> None:
    with pytest.raises(OpmlError):
        from_opml(document)
