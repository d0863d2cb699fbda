"""Files of articles: what is read, in which order and time, and what is said of bad lines."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.articles_file import ArticlesFileError, read_articles


def a_file(folder: Path, *lines: dict[str, object] | str, name: str = "articles.jsonl") -> Path:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    path = folder / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def a_line(id_: str = "a1", **fields: object) -> dict[str, object]:
    return {"id": id_, "title": "Truce declared", "text": "", "published": "2016-11-03T12:00:00+00:00"} | fields


@pytest.mark.parametrize("name", ["articles.jsonl", "articles.jsonl.gz"])
def test_articles_come_in_the_order_of_the_file_gzipped_or_not(tmp_path: Path, name: str) -> None:
    path = a_file(tmp_path, a_line("b"), "", a_line("a"), name=name)
    assert [article.id for article in read_articles(path)] == ["b", "a"]


@pytest.mark.parametrize(
    ("published", "expected"),
    [
        ("2016-11-03", datetime(2016, 11, 3, tzinfo=UTC)),
        ("2016-11-03T12:00:00", datetime(2016, 11, 3, 12, tzinfo=UTC)),
        ("2016-11-03T12:00:00Z", datetime(2016, 11, 3, 12, tzinfo=UTC)),
        ("2016-11-03T14:00:00+02:00", datetime(2016, 11, 3, 12, tzinfo=UTC)),
        ("2016-11-03T12:00:00.250000+00:00", datetime(2016, 11, 3, 12, 0, 0, 250_000, tzinfo=UTC)),
    ],
)
def test_a_publication_time_is_read_with_or_without_an_offset_or_a_clock_time(
    tmp_path: Path, published: str, expected: datetime
) -> None:
    [article] = read_articles(a_file(tmp_path, a_line(published=published)))
    assert (article.published, article.observed, article.published_raw) == (expected, expected, published)


def test_an_undated_article_stays_undated_and_is_observed_when_the_one_before_it_was(tmp_path: Path) -> None:
    lines = a_line("a", published=None), a_line("b"), a_line("c", published=None)
    first, second, third = read_articles(a_file(tmp_path, *lines))
    assert first.published is None
    assert third.published is None
    assert first.observed == second.observed == third.observed == datetime(2016, 11, 3, 12, tzinfo=UTC)


def test_the_time_of_observation_is_the_line_s_own_where_it_has_one(tmp_path: Path) -> None:
    [article] = read_articles(a_file(tmp_path, a_line(observed="2016-11-03T15:30:00+00:00", revision=2)))
    assert article.observed == datetime(2016, 11, 3, 15, 30, tzinfo=UTC)
    assert article.revision == 2


def test_outlets_of_one_domain_are_one_publisher(tmp_path: Path) -> None:
    lines = [a_line(str(n), url=f"https://{host}/news/1") for n, host in enumerate(["www.wire.com", "feeds.wire.com"])]
    assert {article.publisher for article in read_articles(a_file(tmp_path, *lines))} == {"wire.com"}


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{broken", "JSON"),
        ('{"title": "no id"}', "id"),
        ('"text"', "object"),
        (json.dumps(a_line("x", title=None, text=None)), "neither title nor text"),
        (json.dumps(a_line("x", published="last Friday")), "ISO 8601"),
        (json.dumps(a_line("a1")), "line 1"),
        (json.dumps(a_line("")), "empty"),
    ],
)
def test_a_bad_line_is_named_with_its_file_and_number(tmp_path: Path, line: str, problem: str) -> None:
    path = a_file(tmp_path, a_line("a1"), line)
    with pytest.raises(ArticlesFileError, match=problem) as raised:
        read_articles(path)
    assert str(raised.value).startswith(f"{path}, line 2: ")
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArticlesFileError, match=r"nowhere.jsonl.*check the path"):
        read_articles(tmp_path / "nowhere.jsonl")


@pytest.mark.parametrize("cut", [slice(0, 20), slice(5, None)])
def test_a_damaged_gzip_is_named(tmp_path: Path, cut: slice) -> None:
    path = tmp_path / "articles.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps(a_line()).encode() * 50)[cut])
    with pytest.raises(ArticlesFileError, match=r"articles.jsonl.gz: broken gzip"):
        read_articles(path)


def test_an_empty_file_holds_no_articles(tmp_path: Path) -> None:
    assert read_articles(a_file(tmp_path)) == []
