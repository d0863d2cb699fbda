"""``tocsin log show``: what stands in the log."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from services.commands.output import AsJson, plain, short, show, show_block, show_json, show_table
from services.commands.reading import newest_first, opened, with_log
from services.commands.session import CommandError, LogUrl, Session, session_of
from tocsin.events import FACTS
from tocsin.log.base import EventLog, Record
from tocsin.topics import TOPICS, topic_named

app = typer.Typer(no_args_is_help=True, help="Look into the log.")
Row = Mapping[str, object]

_TELLING = (
    "headline",
    "announcement.quote",
    "article.title",
    "original_type",
    "reason",
    "status",
    "destination",
    "name",
)
_OWN_IDS = ("alert_id", "announcement.id", "article.id", "announcement_id", "article_id")  # else the record's key
_LOOK_EVERY = 0.5  # seconds between looks at the log's ends while following


@app.command("show")
def show_log(
    ctx: typer.Context,
    topic: Annotated[str | None, typer.Argument(help="A topic; without one, the topics are listed.")] = None,
    key: Annotated[str | None, typer.Option(help="Only records whose key begins so.")] = None,
    wire: Annotated[str | None, typer.Option("--type", help="Only facts of this type, e.g. alert.raised.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many of the newest records.")] = 20,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what is appended, until interrupted.")
    ] = False,
    as_json: AsJson = False,
    log_url: LogUrl = None,
) -> None:
    """Show the newest records of a topic, oldest of them first."""
    session = session_of(ctx)
    if topic is None:
        rows = with_log(session, _topics)
        if as_json:
            show_json(rows)
        else:
            show_table("Topics", ("topic", "partitions", "records", "kept"), rows)
        return
    name, wanted = _topic_name(topic), _Wanted(key, wire)
    if follow:
        asyncio.run(_follow(session, name, wanted, limit, as_json=as_json))
        return
    newest = with_log(session, lambda log: _newest(log, name, wanted, limit))
    if as_json:
        show_json([as_row(record) for record in newest])
    elif not newest:
        show(f"{name} holds no such record")
    else:
        for record in newest:
            _show_record(record)


class _Wanted:
    """Which records are asked for."""

    def __init__(self, key: str | None, wire: str | None) -> None:
        if wire is not None and not any(_is_of_type(fact.wire, wire) for fact in FACTS):
            raise CommandError(f"no fact type {wire!r}; known: {', '.join(fact.wire for fact in FACTS)}")
        self._key, self._wire = key or "", wire

    def takes(self, record: Record) -> bool:
        return record.key.startswith(self._key) and (self._wire is None or _is_of_type(record.type, self._wire))


def as_row(record: Record) -> Row:
    """Return a record with its whole value, and one telling piece of it as ``what``."""
    value: dict[str, Any] = json.loads(record.value)
    return {
        "topic": record.topic,
        "partition": record.partition,
        "position": record.position,
        "recorded": record.recorded,
        "time": record.time,
        "type": record.type,
        "key": record.key,
        "id": record.id,
        "correlation": record.correlation,
        "about": _first(value, _OWN_IDS) or record.key,
        "what": _first(value, _TELLING),
        "value": value,
    }


def _topic_name(name: str) -> str:
    """Return a topic's full name; ``alerts`` is ``tocsin.alerts``."""
    try:
        return topic_named(name if name.startswith("tocsin.") else f"tocsin.{name}").name
    except KeyError as error:
        raise CommandError(str(error.args[0])) from error


async def _topics(log: EventLog) -> list[Row]:
    rows: list[Row] = []
    for topic in TOPICS:
        starts, ends = await log.starts(topic.name), await log.ends(topic.name)
        retention = f"{topic.retention.days} days" if topic.retention else "for ever"
        rows.append(
            {
                "topic": topic.name,
                "partitions": len(ends),
                "records": sum(ends.values()) - sum(starts.values()),  # compaction's gaps are counted in
                "kept": "newest of each key" if topic.is_compacted else retention,
            }
        )
    return rows


async def _newest(log: EventLog, topic: str, wanted: _Wanted, limit: int) -> list[Record]:
    found: list[Record] = []
    for partition in range(await log.partitions(topic)):
        found += await _newest_of(log, topic, partition, wanted, limit)
    return sorted(found, key=lambda record: (record.recorded, record.partition, record.position))[-limit:]


async def _newest_of(log: EventLog, topic: str, partition: int, wanted: _Wanted, limit: int) -> list[Record]:
    found: list[Record] = []
    async for record in newest_first(log, topic, partition):
        if wanted.takes(record):
            found.append(record)
            if len(found) == limit:
                break
    return found


async def _follow(session: Session, topic: str, wanted: _Wanted, limit: int, *, as_json: bool) -> None:
    async with opened(session) as log:
        ends = dict(await log.ends(topic))
        for record in await _newest(log, topic, wanted, limit):
            _show_line(record, as_json=as_json)
        while True:
            async for record in _appended(log, topic, ends):
                if wanted.takes(record):
                    _show_line(record, as_json=as_json)
            await asyncio.sleep(_LOOK_EVERY)


async def _appended(log: EventLog, topic: str, ends: dict[int, int]) -> AsyncIterator[Record]:
    """Yield what stands after ``ends``, and move them."""
    for partition, end in (await log.ends(topic)).items():
        if end > ends.get(partition, 0):
            async for record in log.read(topic, partition, ends.get(partition, 0), end):
                yield record
            ends[partition] = end


def _show_line(record: Record, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(as_row(record), default=str, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        return
    _show_record(record)


def _show_record(record: Record) -> None:
    row = as_row(record)
    place = f"{record.partition}@{record.position}"
    told = f"[bold]{plain(record.type)}[/bold] {place} {plain(short(row['about']))}"
    show_block(f"{record.recorded:%Y-%m-%d %H:%M:%S} {told}", row["what"])


def _is_of_type(wire: str, wanted: str) -> bool:
    """Tell whether a wire name is the wanted one, whose version may be left out."""
    return wire == wanted or wire.rpartition(".")[0] == wanted


def _first(value: dict[str, Any], paths: Sequence[str]) -> str:
    """Return the first of these fields that there is, empty where none is."""
    found = (_at(value, path) for path in paths)
    return next((str(piece) for piece in found if piece is not None), "")


def _at(value: dict[str, Any], path: str) -> object:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None  # type: ignore[assignment]
    return value
