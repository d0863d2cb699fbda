"""Tests of the read model: it is what the log says, whenever it was built and however often it was interrupted."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from services.dashboard.follower import Follower
from services.dashboard.model.fold import folded
from services.dashboard.model.rows import Rows
from services.dashboard.model.store import ForeignFileError, Store
from services.dashboard.serving import open_desk
from services.settings import DashboardSettings, LogSettings, Settings
from services.vitals import Vitals
from tests.builders import BUILDERS, NOON, a_published_article, a_revised_article, a_withdrawn_article
from tests.services.dashboard.desk_case import a_desk, related, told
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.log.base import Draft
from tocsin.log.sqlite import SqliteLog

_TABLES = (
    "articles",
    "revisions",
    "announcements",
    "retractions",
    "storylines",
    "storyline_versions",
    "members",
    "merges",
    "silences",
    "alerts",
    "falls",
    "acknowledgements",
    "reviews",
    "suppressions",
    "deliveries",
    "delivery_hours",
    "feeds",
    "feed_hours",
    "dead_letters",
    "settlements",
    "acts",
)


def dumped(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return all that a read model holds, but for the numbers of changes."""
    database = sqlite3.connect(path)
    found = {table: sorted(database.execute(f"SELECT * FROM {table}"), key=repr) for table in _TABLES}  # noqa: S608
    database.close()
    return found


async def followed(log: SqliteLog, path: Path, name: str = "log") -> Store:
    store = Store(path, name)
    await Follower(log, store, ManualClock(NOON), Vitals("dashboard")).catch_up()
    return store


async def test_every_kind_of_fact_is_folded_and_a_rebuilt_model_is_the_same(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", partitions=2, clock=ManualClock(NOON))
    first = Store(tmp_path / "a.db", "log")
    follower = Follower(log, first, ManualClock(NOON), Vitals("dashboard"))
    for build in BUILDERS.values():
        await log.append([codec.draft(build())])
        await follower.catch_up()
    second = await followed(log, tmp_path / "b.db")
    assert dumped(tmp_path / "a.db") == dumped(tmp_path / "b.db")
    await first.aclose()
    await second.aclose()
    await log.aclose()


async def test_rows_and_position_are_written_both_or_neither(tmp_path: Path) -> None:
    store = Store(tmp_path / "a.db", "log")
    rows = Rows()
    rows.add("INSERT INTO merges VALUES (?, ?, ?, ?)", "s1", "s2", 0, "ana")
    rows.add("INSERT INTO no_such_table VALUES (?)", 1)
    with pytest.raises(sqlite3.OperationalError):
        await store.fold(rows, "tocsin.alerts", 0, 7)
    assert dumped(tmp_path / "a.db")["merges"] == []
    assert await store.positions() == {}
    await store.aclose()


async def test_a_reopened_model_goes_on_where_it_was(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", partitions=1, clock=ManualClock(NOON))
    await log.append([codec.draft(a_published_article())])
    await (await followed(log, tmp_path / "a.db")).aclose()
    await log.append([codec.draft(a_withdrawn_article())])
    store = Store(tmp_path / "a.db", "log")
    follower = Follower(log, store, ManualClock(NOON), Vitals("dashboard"))
    assert await follower.catch_up() == 1
    await store.aclose()
    await log.aclose()


async def test_a_model_of_another_log_is_made_anew(tmp_path: Path) -> None:
    first = Store(tmp_path / "a.db", "log")
    await first.fold(Rows(), "tocsin.alerts", 0, 7)
    await first.aclose()
    store = Store(tmp_path / "a.db", "another log")
    assert await store.positions() == {}
    await store.aclose()


async def test_a_file_that_is_no_read_model_is_left_alone(tmp_path: Path) -> None:
    log = await SqliteLog.open(tmp_path / "log.db", partitions=1, clock=ManualClock(NOON))
    await log.append([codec.draft(a_published_article())])
    (tmp_path / "text.db").write_bytes(b"this is no database, but somebody may want it")
    for name in ("log.db", "text.db"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(ForeignFileError, match=name):
            Store(tmp_path / name, "log")
        assert (tmp_path / name).read_bytes() == before
    await log.aclose()


async def test_a_model_that_saw_more_than_the_log_holds_is_made_anew(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(told("ceasefire/declared", "1"))) as desk:
        await desk.desk.store.fold(Rows(), "tocsin.alerts", 0, 70)
        settings = Settings(
            log=LogSettings(path=tmp_path / "log.db", partitions=1),
            dashboard=DashboardSettings(path=tmp_path / "desk.db", port=0),
        )
        again = await open_desk(settings, desk.log, desk.clock, Vitals("dashboard"), {})
        assert await again.store.positions() == {}
        await again.store.aclose()


async def test_a_record_that_cannot_be_read_is_passed_over(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *related(told("ceasefire/declared", "1"))) as desk:
        odd = Draft(
            topic="tocsin.alerts",
            key="s1",
            id="odd",
            type="alert.raised.v9",
            source="tocsin/alerts",
            time=NOON,
            correlation="",
            value=b"{",
        )
        await desk.log.append([odd])
        await desk.append(*related(told("siege/declared", "2")))
        assert "siege" in await desk.text("/")


async def test_an_edited_article_is_found_by_its_new_words_alone(tmp_path: Path) -> None:
    edit = a_revised_article(title="Pause called off", text="The guns spoke.")
    async with a_desk(tmp_path, a_published_article(title="Pause announced", text="All quiet."), edit) as desk:
        for words, count in (("spoke", 1), ("quiet", 0)):
            assert len((await desk.get(f"/api/v1/search?q={words}")).json()) == count


def test_facts_that_the_pages_do_not_show_fold_to_nothing() -> None:
    assert list(folded([])) == []


async def test_records_are_folded_from_where_retention_left_them(tmp_path: Path) -> None:
    clock = ManualClock(NOON)
    log = await SqliteLog.open(tmp_path / "log.db", partitions=1, clock=clock)
    await log.append([codec.draft(a_published_article())])
    clock.advance(timedelta(days=400).total_seconds())
    await log.append([codec.draft(a_published_article(id="a2"))])
    await log.maintain(clock.now())
    store = await followed(log, tmp_path / "a.db")
    assert [row[0] for row in dumped(tmp_path / "a.db")["articles"]] == ["a2"]
    await store.aclose()
    await log.aclose()
