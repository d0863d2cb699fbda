"""What a stage cannot process: parked with what follows under its key, retried, discarded."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import msgspec
import pytest

from services import dead_letters
from services.dead_letters import LetterPlace, NotFirstError, SettledError
from services.settings import WorkerSettings
from services.worker import PoisonRunError, Worker
from tests.builders import NOON, a_discard, a_published_article
from tests.services.worker_fixtures import (
    CountingCore,
    a_worker,
    announcements,
    open_log,
    publish,
    records,
    run_to_the_end,
)
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.events import RecordDeadLettered
from tocsin.log.sqlite import SqliteLog


@pytest.fixture
async def log(tmp_path: Path) -> AsyncIterator[SqliteLog]:
    opened = await open_log(tmp_path / "log.db")
    yield opened
    await opened.aclose()


async def letters(log: SqliteLog) -> list[RecordDeadLettered]:
    return [letter.fact for letter in await dead_letters.letters(log)]


async def open_letters(log: SqliteLog) -> list[int]:
    """Return the positions of those that nothing became of."""
    return [letter.place.position for letter in await dead_letters.letters(log) if letter.settled is None]


def at(position: int, stage: str = "counting") -> LetterPlace:
    return LetterPlace(stage, "tocsin.articles", 0, position)


async def retry(log: SqliteLog, position: int) -> int:
    return await dead_letters.retry(log, at(position), "ana", NOON)


async def discard(log: SqliteLog, position: int) -> int:
    return await dead_letters.discard(log, at(position), "ana", NOON)


# --- parking ---------------------------------------------------------------------------------------------------------


POISON = CountingCore(poisonous=frozenset({"poison"}))


async def test_a_record_that_fails_is_parked_and_the_others_go_on(log: SqliteLog) -> None:
    await publish(log, ("a1", "quiet"), ("a2", "poison"), ("a3", "quiet"))
    await run_to_the_end(a_worker(log, POISON), log)
    assert await announcements(log) == ["a1:1", "a3:2"]
    (letter,) = await letters(log)
    assert (letter.original_topic, letter.original_position, letter.error) == (
        "tocsin.articles",
        1,
        "ValueError: cannot read 'poison'",
    )
    assert letter.put_back == "tocsin dead-letters retry counting tocsin.articles 0 1"


async def test_a_record_that_is_no_fact_is_parked_byte_for_byte(log: SqliteLog) -> None:
    good = codec.draft(a_published_article(id="a1"))
    await log.append([msgspec.structs.replace(good, value=b"\xff{")])
    await run_to_the_end(a_worker(log), log)
    (letter,) = await letters(log)
    assert letter.error.startswith("MalformedFactError: tocsin.articles[0]@0")
    await retry(log, 0)
    again = (await records(log, "tocsin.articles"))[1]
    assert (again.id, again.key, again.value, again.time) == (good.id, good.key, b"\xff{", good.time)


async def test_later_records_of_the_same_key_wait_behind_it_in_order(log: SqliteLog) -> None:
    await publish(log, ("a1", "poison"), ("a2", "quiet"), ("a1@2", "quiet"), ("a1@3", "quiet"))
    await run_to_the_end(a_worker(log, POISON), log)
    assert await announcements(log) == ["a2:1"]
    assert [letter.original_position for letter in await letters(log)] == [0, 2, 3]


async def test_a_key_waits_on_after_a_restart(log: SqliteLog) -> None:
    await publish(log, ("a1", "poison"))
    await run_to_the_end(a_worker(log, POISON), log)
    await publish(log, ("a1@2", "quiet"), ("a2", "quiet"))
    await run_to_the_end(a_worker(log, POISON), log)
    assert await announcements(log) == ["a2:1"]


# --- retried and discarded -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("snapshot_every", [1, 500])
async def test_what_is_retried_is_decided_in_its_order_and_the_key_is_free_again(
    log: SqliteLog, snapshot_every: int
) -> None:
    await publish(log, ("a1", "poison"), ("a1@2", "quiet"), ("a2", "quiet"))
    await run_to_the_end(a_worker(log, POISON, snapshot_every=snapshot_every), log)
    assert await retry(log, 0) == 2
    await publish(log, ("a1@3", "quiet"))
    mended = a_worker(log, snapshot_every=snapshot_every)
    await run_to_the_end(mended, log)
    assert await announcements(log) == ["a2:1", "a1:2", "a1:3", "a1:4"]


async def test_what_fails_again_when_retried_is_parked_again_with_those_behind_it(log: SqliteLog) -> None:
    await publish(log, ("a1", "poison"), ("a1@2", "quiet"))
    await run_to_the_end(a_worker(log, POISON), log)
    await retry(log, 0)
    await run_to_the_end(a_worker(log, POISON), log)
    assert await announcements(log) == []
    assert [letter.original_position for letter in await letters(log)] == [0, 1, 2, 3]


async def test_retrying_what_was_never_parked_is_an_error(log: SqliteLog) -> None:
    with pytest.raises(LookupError, match=r"no dead letter from tocsin\.articles\[0\]@9"):
        await retry(log, 9)


async def test_what_was_retried_is_settled_and_what_failed_again_is_not(log: SqliteLog) -> None:
    await publish(log, ("a1", "poison"), ("a1@2", "quiet"))
    await run_to_the_end(a_worker(log, POISON), log)
    await retry(log, 0)
    assert await open_letters(log) == []
    with pytest.raises(SettledError, match=r"tocsin\.articles\[0\]@0 was retried by ana"):
        await retry(log, 0)
    await run_to_the_end(a_worker(log, POISON), log)
    assert await open_letters(log) == [2, 3]


async def test_a_key_is_retried_from_its_first_letter_on_however_late_that_came_back(log: SqliteLog) -> None:
    await publish(log, ("a1", "poison"), ("a1@2", "quiet"))
    await run_to_the_end(a_worker(log, POISON), log)
    await publish(log, ("a1@3", "quiet"))  # unread when the first two are retried
    await retry(log, 0)
    await run_to_the_end(a_worker(log, POISON), log)
    assert await open_letters(log) == [2, 3, 4]
    with pytest.raises(NotFirstError, match=r"waits behind tocsin\.articles\[0\]@3: name that one first"):
        await retry(log, 2)
    await retry(log, 3)
    await run_to_the_end(a_worker(log), log)
    assert await announcements(log) == ["a1:1", "a1:2", "a1:3"]


@pytest.mark.parametrize("snapshot_every", [1, 500])
async def test_a_discarded_record_is_never_decided_and_its_key_goes_on(log: SqliteLog, snapshot_every: int) -> None:
    await publish(log, ("a1", "poison"), ("a1@2", "quiet"), ("a2", "quiet"))
    await run_to_the_end(a_worker(log, POISON, snapshot_every=snapshot_every), log)
    assert await discard(log, 0) == 1
    await run_to_the_end(a_worker(log, POISON, snapshot_every=snapshot_every), log)
    await publish(log, ("a1@3", "quiet"))
    await run_to_the_end(a_worker(log, POISON, snapshot_every=snapshot_every), log)  # restored past the mark
    assert await announcements(log) == ["a2:1", "a1:2", "a1:3"]
    assert await open_letters(log) == []


async def test_another_stage_passes_over_the_mark(log: SqliteLog) -> None:
    other = CountingCore(poisonous=frozenset({"poison"}))
    other.name = "other"
    await publish(log, ("a1", "poison"), ("a1@2", "quiet"))
    await run_to_the_end(a_worker(log, POISON), log)
    await discard(log, 0)
    await run_to_the_end(a_worker(log, other), log, group="other")
    theirs = [letter.place.position for letter in await dead_letters.letters(log, "other")]
    assert theirs == [0, 1, 3]  # the mark at 2 neither lets the key go nor fails


async def test_a_mark_that_cannot_be_read_is_a_dead_letter(log: SqliteLog) -> None:
    mark = msgspec.structs.replace(codec.draft(a_discard()), topic="tocsin.articles", value=b"{}")
    await log.append([mark])
    await run_to_the_end(a_worker(log), log)
    (letter,) = await letters(log)
    assert letter.error.startswith("MalformedFactError")


# --- a run of them ----------------------------------------------------------------------------------------------------


async def test_a_run_of_failures_stops_the_worker_and_leaves_the_last_in_its_place(log: SqliteLog) -> None:
    await publish(log, *[(f"a{number}", "poison") for number in range(1, 6)])
    for _ in range(2):  # the second start counts on where the first stopped
        with pytest.raises(PoisonRunError, match=r"3 records in a row failed, the last at tocsin\.articles\[0\]@2"):
            await run_to_the_end(a_worker(log, POISON, dead_letter_run=3), log)
    assert [letter.original_position for letter in await letters(log)] == [0, 1]
    await run_to_the_end(a_worker(log, dead_letter_run=3), log)  # the mended core
    assert await announcements(log) == ["a3:1", "a4:2", "a5:3"]


async def test_a_decision_past_its_time_limit_is_parked(log: SqliteLog) -> None:
    async def too_slow(*_: object) -> tuple[object, Sequence[object]]:
        raise TimeoutError("20 s")

    await publish(log, ("a1", "quiet"))
    worker = Worker(CountingCore(), log, ManualClock(NOON), WorkerSettings(), decide=too_slow)  # type: ignore[arg-type]
    await run_to_the_end(worker, log)
    (letter,) = await letters(log)
    assert letter.error == "TimeoutError: 20 s"
