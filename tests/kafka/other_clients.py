"""Programs that read our topics and are not ours, run as docs/consumers.md tells people to run them."""

import asyncio
import json
import os
import re
import shlex
import shutil
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from tocsin.log.kafka import until
from tools.kafka.jars import jars

DOCS = Path(__file__).resolve().parents[2] / "docs"
_PAGE = DOCS / "consumers.md"
_CONSOLE = ["java", "-XX:TieredStopAtLevel=1", "-cp", "{jars}/*", "org.apache.kafka.tools.consumer.ConsoleConsumer"]
_PATIENCE = 60.0  # seconds; a JVM takes three to start


class Seen(NamedTuple):
    """A record as another program shows it."""

    headers: Mapping[str, str]
    key: str
    value: bytes


async def seen_by_console(servers: str, topics: str, count: int) -> list[Seen]:
    """Return the first records of the topics (a pattern) as Kafka's console consumer shows them."""
    _, *options = _documented("bin/kafka-console-consumer.sh", servers)
    at = options.index("--topic")
    options[at : at + 2] = ["--include", topics, "--max-messages", str(count)]
    java = [part.format(jars=jars()) for part in _CONSOLE]
    return [_of_console(line) for line in await _output([*java, *options])]


async def seen_by_kcat(servers: str, topic: str, *options: str) -> list[Seen]:
    """Return a topic's records as kcat shows them. Skips the test where there is none."""
    if shutil.which("kcat") is None:
        is_required = "kafka" in os.environ.get("TOCSIN_REQUIRE", "").split(",")
        (pytest.fail if is_required else pytest.skip)("kcat is not on this machine (Debian's package kcat)")
    command = _documented("kcat -C", servers)
    command[command.index("-t") + 1] = topic
    return [_of_kcat(line) for line in await _output([*command, *options])]


async def printed_by_example(servers: str, topic: str, folder: Path, dealt_with: int) -> list[str]:
    """Run the page's example until it has dealt with so many facts in all, kill it, and return what it printed."""
    (source,) = re.findall(r"```python\n(.*?)```", _PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (folder / "alerts.py").write_text(source, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "alerts.py", servers, topic, cwd=folder, stdout=asyncio.subprocess.PIPE
    )

    async def has_done() -> bool:
        assert process.returncode is None, "the example ended"
        return _dealt_with(folder) >= dealt_with

    try:
        async with asyncio.timeout(_PATIENCE):
            await until(has_done, every=0.05)
    finally:
        process.kill()
    output, _ = await process.communicate()
    return output.decode().splitlines()


def _dealt_with(folder: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{folder / 'seen.db'}?mode=ro", uri=True)) as memory:
            return int(memory.execute("SELECT count(*) FROM seen").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0


def _documented(start: str, servers: str) -> list[str]:
    """Return the command line of the page that starts so, for other brokers."""
    (line,) = re.findall(rf"^{re.escape(start)} .*$", _PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return [servers if part == "localhost:9094" else part for part in shlex.split(line)]


async def _output(command: Sequence[str]) -> list[str]:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            output, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        output, errors = await process.communicate()
        pytest.fail(f"{command[0]} showed only {len(output.splitlines())} records: {errors.decode()}")
    assert process.returncode == 0, errors.decode()
    return output.decode().splitlines()


def _of_console(line: str) -> Seen:
    headers, key, value = line.split("\t")
    pairs = (pair.partition(":") for pair in headers.split(","))
    return Seen({name: text for name, _, text in pairs}, key, value.encode())


def _of_kcat(line: str) -> Seen:
    record = json.loads(line)
    names, texts = record["headers"][::2], record["headers"][1::2]
    return Seen(dict(zip(names, texts, strict=True)), record["key"], record["payload"].encode())
