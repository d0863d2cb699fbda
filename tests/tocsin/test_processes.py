"""Whether a process lives is only claimed of one on this machine."""

import os
import subprocess
import sys

import msgspec

from tocsin.log.processes import is_gone, this_process


def test_this_process_lives() -> None:
    assert this_process().pid == os.getpid()
    assert not is_gone(this_process())


def test_a_process_that_ended_is_gone() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert is_gone(msgspec.structs.replace(this_process(), pid=process.pid))


def test_an_id_that_was_used_again_is_another_process() -> None:
    assert is_gone(msgspec.structs.replace(this_process(), started="1"))


def test_without_a_start_time_a_process_is_gone_only_when_its_id_is_free() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert not is_gone(msgspec.structs.replace(this_process(), started=""))
    assert is_gone(msgspec.structs.replace(this_process(), started="", pid=process.pid))


def test_of_another_machine_nothing_is_known() -> None:
    assert not is_gone(msgspec.structs.replace(this_process(), host="elsewhere", pid=1, started="1"))
