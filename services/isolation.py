"""Calls a function in a process of its own, which is killed when a call takes too long."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from pebble import ProcessPool

A = TypeVar("A")
R = TypeVar("R")

_built: Callable[[Any], Any] | None = None  # in the child: what the pool's process built when it started


class Isolated(Generic[A, R]):
    """A function whose hanging or dying hurts nobody: the next call gets a new process.

    ``build`` runs once in each process and returns the function, so that what is slow to load is loaded once; it,
    the arguments and the results must be picklable. A call blocks: make it from a thread.
    """

    def __init__(self, build: Callable[[], Callable[[A], R]], time_limit: float) -> None:
        self._time_limit = time_limit
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPool(max_workers=1, initializer=_start, initargs=(build,), context=spawn)
        self._pool.schedule(_is_built)  # start the process now: what it loads delays no first call

    def __call__(self, argument: A) -> R:
        """Return the function's result. Raises what it raised, TimeoutError, or pebble.ProcessExpired."""
        try:
            result: R = self._pool.schedule(_call, args=(argument,), timeout=self._time_limit).result()
        except TimeoutError as error:
            raise TimeoutError(f"no result within {self._time_limit:g} s: the process was killed") from error
        return result

    def close(self) -> None:
        """Kill the process; a call under way fails."""
        self._pool.stop()  # type: ignore[no-untyped-call]  # pebble leaves it bare
        self._pool.join()


def _start(build: Callable[[], Callable[[Any], Any]]) -> None:
    global _built
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; our parent ends us in order
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _built = build()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _is_built() -> bool:
    return _built is not None


def _call(argument: Any) -> Any:
    if _built is None:
        raise RuntimeError("the process was not started by Isolated")
    return _built(argument)
