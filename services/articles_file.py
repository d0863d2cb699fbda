"""Reads articles from a file: one JSON object a line (``.jsonl``), or the same under gzip (``.jsonl.gz``).

A line is ``{id, title, text, published, source, url, lang, observed?, revision?}``; only ``id`` and ``title`` or
``text`` are needed. The order of the file is the order in which the articles were seen.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import msgspec

from ingest.catalogue import publisher_of
from tocsin.vocabulary import Article

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class ArticlesFileError(ValueError):
    """The file cannot be read as articles. The message names the file, the line and what to do."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it is written; fields that it does not know are ignored."""

    id: str
    title: str | None = None
    text: str | None = None
    published: str | None = None
    observed: str | None = None
    revision: int | None = None
    source: str | None = None
    url: str | None = None
    lang: str | None = None


def read_articles(path: Path) -> list[Article]:
    """Return the file's articles in its order. Raises ArticlesFileError at the first line that is not one.

    ``observed`` is the line's own, else ``published``; where both are unknown it is that of the article before
    (for the first ones: that of the next dated one), so time does not jump. Ids must be unique.
    """
    articles: list[Article] = []
    lines_by_id: dict[str, int] = {}
    for number, raw in _numbered_lines(path):
        line = _decode(path, number, raw)
        if line.id in lines_by_id:
            raise _fault(
                path, number, f"the id {line.id!r} stands on line {lines_by_id[line.id]} too; give each its own"
            )
        lines_by_id[line.id] = number
        articles.append(_article(path, number, line, articles[-1].observed if articles else _EPOCH))
    return _dated_from_the_start(articles)


def _numbered_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    try:
        with _open(path) as file:
            for number, raw in enumerate(file, start=1):
                if raw.strip():
                    yield number, raw
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ArticlesFileError(f"{path}: broken gzip ({error}); fetch or write the file again") from error
    except OSError as error:
        raise ArticlesFileError(f"{path}: {error.strerror or error}; check the path") from error


def _open(path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return io.BufferedReader(gzip.open(path, "rb"))
    return path.open("rb")


def _decode(path: Path, number: int, raw: bytes) -> Line:
    try:
        line = msgspec.json.decode(raw, type=Line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _fault(path, number, f"{error}; each line must be one article as a JSON object") from error
    if not line.id:
        raise _fault(path, number, "the id is empty; give each article an id")
    if not (line.title or line.text):
        raise _fault(path, number, f"{line.id!r} has neither title nor text; remove the line")
    return line


def _article(path: Path, number: int, line: Line, previous: datetime) -> Article:
    published = _moment(path, number, "published", line.published)
    observed = _moment(path, number, "observed", line.observed)
    source = line.source or "unknown"
    return Article(
        id=line.id,
        feed_id=source,
        source=source,
        publisher=_publisher(line.url, source),
        url=line.url or "",
        title=line.title or "",
        text=line.text or "",
        lang=(line.lang or "und").lower(),
        published=published,
        published_raw=line.published,
        published_note="given" if published else "missing",
        observed=observed or published or previous,
        revision=line.revision or 1,
    )


def _moment(path: Path, number: int, field: str, text: str | None) -> datetime | None:
    """Return an ISO 8601 time in UTC; without an offset it is UTC, a bare date is its midnight."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _fault(
            path, number, f"{field} {text!r} is no ISO 8601 time; write e.g. 2016-11-04T19:00:00+00:00"
        ) from error


def _publisher(url: str | None, source: str) -> str:
    """Return the publisher of the line's address, or the source's name where there is none."""
    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        host = None
    return _publisher_of_host(host) if host else source


@lru_cache(maxsize=4096)
def _publisher_of_host(host: str) -> str:
    return publisher_of(f"https://{host}/")


def _dated_from_the_start(articles: list[Article]) -> list[Article]:
    first_known = next((a.observed for a in articles if a.observed > _EPOCH), _EPOCH)
    return [msgspec.structs.replace(a, observed=first_known) if a.observed == _EPOCH else a for a in articles]


def _fault(path: Path, number: int, problem: str) -> ArticlesFileError:
    return ArticlesFileError(f"{path}, line {number}: {problem}")
