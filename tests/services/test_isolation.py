"""Calls in a killable process: results, errors, hangs, deaths, and a parent that is killed."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection

import pebble
import pytest

from services.isolation import Isolated


def build() -> Callable[[str], str]:
    """Return a function that does as it is told."""
    return obey


def obey(order: str) -> str:
    if order == "hang":
        time.sleep(3600)
    if order == "die":
        os._exit(3)
    if order == "fail":
        raise ValueError("as told")
    return f"{order} by {os.getpid()}"


@pytest.fixture(scope="module")
def isolated() -> Iterator[Isolated[str, str]]:
    one = Isolated(build, time_limit=0.5)
    yield one
    one.close()


def test_the_result_comes_from_another_process_that_is_kept(isolated: Isolated[str, str]) -> None:
    first, second = isolated("done"), isolated("done")
    assert first == second
    assert first != f"done by {os.getpid()}"


def test_an_exception_comes_back_as_it_was(isolated: Isolated[str, str]) -> None:
    with pytest.raises(ValueError, match="as told"):
        isolated("fail")


def test_a_call_that_hangs_is_killed_and_the_next_is_served(isolated: Isolated[str, str]) -> None:
    with pytest.raises(TimeoutError, match=r"no result within 0\.5 s"):
        isolated("hang")
    assert isolated("done").startswith("done")


def test_a_process_that_dies_fails_its_call_and_the_next_is_served(isolated: Isolated[str, str]) -> None:
    with pytest.raises(pebble.ProcessExpired):
        isolated("die")
    assert isolated("done").startswith("done")


def test_the_process_ends_when_its_parent_is_killed() -> None:
    ours, theirs = multiprocessing.Pipe()
    parent = multiprocessing.get_context("spawn").Process(target=_hang_in_isolation, args=(theirs,))
    parent.start()
    theirs.close()
    pid = int(ours.recv().rpartition(" ")[2])
    os.kill(parent.pid or 0, signal.SIGKILL)
    parent.join()
    give_up = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < give_up:
        time.sleep(0.02)
    assert not _lives(pid)


def _hang_in_isolation(pipe: Connection) -> None:
    isolated = Isolated(build, time_limit=3600)
    pipe.send(isolated("done"))
    isolated("hang")


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as stat:
            return stat.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
