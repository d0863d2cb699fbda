"""The catalogue: which feeds are watched. A TOML file that people edit; OPML is for exchange (``ingest.opml``)."""

import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
import structlog
from tld import get_fld

log_line = structlog.get_logger("ingest")

_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
_HEADER = "# The feeds that Tocsin watches; docs/operations.md explains every key.\n"


class CatalogueError(ValueError):
    """The catalogue is missing or wrong. The message names the file and entry and says what to do."""


class Feed(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One entry. Intervals are seconds; ``publisher`` is the family of outlets that counts as one source."""

    id: Annotated[str, msgspec.Meta(pattern=_ID, max_length=100)]
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://\S+$")]
    source: str = ""  # the outlet's name, for people; empty: the publisher
    publisher: str = ""  # empty: the registrable domain of ``url``
    lang: Annotated[str, msgspec.Meta(pattern=r"^([a-z]{2,3})?$")] = ""  # empty: what the feed says
    fulltext: bool = False  # read the text from the article's page
    allow_private: bool = False  # the feed may live in a private network
    enabled: bool = True
    min_interval: Annotated[float, msgspec.Meta(gt=0)] | None = None
    max_interval: Annotated[float, msgspec.Meta(gt=0)] | None = None


class Catalogue(msgspec.Struct, frozen=True, kw_only=True):
    """All entries, in the order of the file. Ids are unique."""

    feeds: tuple[Feed, ...] = ()

    def named(self, feed_id: str) -> Feed | None:
        """Return the entry of that id."""
        return next((feed for feed in self.feeds if feed.id == feed_id), None)


class CatalogueFile:
    """The catalogue on disk, read again whenever the file changes. Never raises once it was read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stamp = self._look()
        self._catalogue = load(path)
        self.problem: str | None = None  # why the newest version of the file is not in use

    def current(self) -> Catalogue:
        """Return the newest version of the file that could be read."""
        stamp = self._look()
        if stamp != self._stamp:
            self._stamp = stamp
            try:
                self._catalogue = load(self._path)
                self.problem = None
            except CatalogueError as error:
                self.problem = str(error)
                log_line.warning("catalogue not read; its last good version stays in use", problem=self.problem)
        return self._catalogue

    def _look(self) -> tuple[int, int, int] | None:
        try:
            seen = os.stat(self._path)
        except OSError:
            return None
        return seen.st_mtime_ns, seen.st_size, seen.st_ino


def load(path: Path) -> Catalogue:
    """Read a catalogue. Raises CatalogueError naming the file, the entry and what to do."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise CatalogueError(f"{path}: no such catalogue; create it with: tocsin feeds add URL") from None
    except (OSError, ValueError) as error:
        raise CatalogueError(f"{path}: cannot be read: {error}; correct the file") from error
    unknown = sorted(set(data) - {"feeds"})
    if unknown:
        raise CatalogueError(f"{path}: unknown key {unknown[0]!r}; entries begin with [[feeds]]")
    entries = data.get("feeds", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise CatalogueError(f"{path}: 'feeds' is no list of entries; each begins with [[feeds]]")
    feeds = tuple(_entry(path, number, entry) for number, entry in enumerate(entries, 1))
    _refuse_twins(path, feeds)
    return Catalogue(feeds=feeds)


def save(path: Path, catalogue: Catalogue) -> None:
    """Write a whole catalogue, replacing the file in one step. Comments are lost: prefer ``add``."""
    _write(path, _HEADER + "".join("\n" + to_toml(feed) for feed in catalogue.feeds))


def add(path: Path, *feeds: Feed) -> Catalogue:
    """Append entries to the file, keeping comments and order. Raises CatalogueError on a known id or url."""
    known = load(path) if path.exists() else Catalogue()
    whole = (*known.feeds, *(complete(feed) for feed in feeds))
    _refuse_twins(path, whole)
    for twin in {feed.url for feed in feeds} & {feed.url for feed in known.feeds}:
        raise CatalogueError(f"{path}: {twin} is watched already; edit its entry instead")
    text = path.read_text(encoding="utf-8").rstrip("\n") + "\n" if path.exists() else _HEADER
    _write(path, text + "".join("\n" + to_toml(feed) for feed in feeds))
    return Catalogue(feeds=whole)


def complete(feed: Feed) -> Feed:
    """Return the entry with its defaults filled in: publisher from the address, source from the publisher."""
    publisher = feed.publisher or publisher_of(feed.url)
    return msgspec.structs.replace(feed, publisher=publisher, source=feed.source or publisher)


def publisher_of(url: str) -> str:
    """Return the registrable domain of an address (``feeds.bbc.co.uk`` → ``bbc.co.uk``), or its host where none is."""
    return get_fld(url, fail_silently=True) or urlsplit(url).hostname or url


def new_id(url: str, taken: Catalogue) -> str:
    """Return a readable id for a feed's address that no entry has yet."""
    parts = urlsplit(url)
    words = re.findall(r"[a-z0-9]+", f"{publisher_of(url).split('.')[0]} {parts.path}".lower())
    noise = {"rss", "feed", "feeds", "xml", "atom", "index", "www"}
    stem = "-".join(word for word in words if word not in noise)[:60].strip("-") or "feed"
    ids = {feed.id for feed in taken.feeds}
    return next(name for n in range(1, len(ids) + 2) if (name := stem if n == 1 else f"{stem}-{n}") not in ids)


def to_toml(feed: Feed) -> str:
    """Return an entry's TOML, without the keys that hold their default."""
    values = msgspec.structs.asdict(feed)
    defaults = msgspec.structs.asdict(Feed(id=feed.id, url=""))
    shown = [(key, value) for key, value in values.items() if key == "id" or value != defaults[key]]
    return "[[feeds]]\n" + "".join(f"{key} = {_literal(value)}\n" for key, value in shown)


def _literal(value: object) -> str:
    # TOML's basic strings are JSON's, but for DEL (toml.io, v1.0.0, section String)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _entry(path: Path, number: int, entry: Mapping[str, Any]) -> Feed:
    name = f"entry {number} ({entry['id']!r})" if "id" in entry else f"entry {number}"
    try:
        feed = complete(msgspec.convert(entry, Feed))
        has_host = urlsplit(feed.url).hostname is not None
    except ValueError as error:  # msgspec.ValidationError is one
        known = ", ".join(Feed.__struct_fields__)
        raise CatalogueError(f"{path}: {name}: {error}; correct the entry (keys: {known})") from None
    if not has_host:
        raise CatalogueError(f"{path}: {name}: url {feed.url!r} names no host; correct it")
    if feed.min_interval and feed.max_interval and feed.min_interval > feed.max_interval:
        raise CatalogueError(f"{path}: {name}: min_interval is above max_interval; swap them")
    return feed


def _refuse_twins(path: Path, feeds: tuple[Feed, ...]) -> None:
    seen: set[str] = set()
    for number, feed in enumerate(feeds, 1):
        if feed.id in seen:
            raise CatalogueError(f"{path}: entry {number} ({feed.id!r}): the id is taken; give it another")
        seen.add(feed.id)


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    os.replace(part, path)
