"""Which process this is, and whether another on the same machine still lives.

A process id alone is reused by the system, so it goes with the process's start time (``/proc/PID/stat``, field 22)
and with the machine's boot and process-id namespace: two containers never judge each other's ids.
"""

import os
import socket
from functools import lru_cache
from pathlib import Path

import msgspec

_PROC = Path("/proc")


class Process(msgspec.Struct, frozen=True):
    """One process: ``started`` is empty where the system does not tell (then a reused id looks alive)."""

    host: str
    pid: int
    started: str


def this_process() -> Process:
    """Return the calling process."""
    pid = os.getpid()
    return Process(_host(), pid, _started(pid) or "")


def is_gone(process: Process) -> bool:
    """Tell whether a process certainly lives no more. Says no of one on another host, where nothing is known."""
    if process.host != _host():
        return False
    if process.started:
        return _started(process.pid) != process.started
    return not _is_alive(process.pid)


@lru_cache(maxsize=1)
def _host() -> str:
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}/{(_PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return socket.gethostname()


def _started(pid: int) -> str | None:
    """Return the start time in clock ticks since boot, or None for a process that is gone or a zombie."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()  # the name before it may hold spaces and brackets
    return None if state in "ZX" else fields[18]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
