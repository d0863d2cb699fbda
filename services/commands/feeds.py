"""``tocsin feeds``: what is watched, and how that goes."""

import asyncio
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from ingest import catalogue as catalogue_file
from ingest.catalogue import Catalogue, CatalogueError, Feed, complete, new_id
from ingest.opml import OpmlError, from_opml, to_opml
from services.commands.feed_check import check_feeds
from services.commands.output import (
    AsJson,
    counted,
    in_words,
    plain,
    refuse_unwritable,
    show,
    show_block,
    show_json,
    write_whole,
)
from services.commands.reading import newest_first, with_log
from services.commands.session import CommandError, LogUrl, Session, session_of
from tocsin import codec
from tocsin.events import FeedFailed, FeedGone, FeedPolled
from tocsin.log.base import EventLog

app = typer.Typer(no_args_is_help=True, help="The feeds that are watched.")

Last = FeedPolled | FeedFailed | FeedGone
_LOOKED_AT = 20_000  # records of each partition: a feed whose last poll lies further back shows none


@app.command("list")
def list_feeds(ctx: typer.Context, as_json: AsJson = False, log_url: LogUrl = None) -> None:
    """List the catalogue, with each feed's last poll where the log knows one."""
    session = session_of(ctx)
    catalogue = catalogue_file.load(session.settings.ingest.catalogue)
    wanted = frozenset(feed.id for feed in catalogue.feeds)
    has_log = session.settings.log.kafka or session.settings.log.path.exists()
    last = with_log(session, lambda log: _last_polls(log, wanted)) if has_log else {}
    rows = [_as_row(feed, last.get(feed.id)) for feed in catalogue.feeds]
    if as_json:
        show_json(rows)
        return
    for row in rows:
        _show(row)


@app.command("add")
def add_feed(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="The feed's address (http or https).")],
    feed_id: Annotated[
        str | None, typer.Option("--id", help="Its id in the log; made from the address if not given.")
    ] = None,
    source: Annotated[str, typer.Option(help="The outlet's name, for people.")] = "",
    fulltext: Annotated[bool, typer.Option("--fulltext", help="Read the text from each article's page.")] = False,
    allow_private: Annotated[bool, typer.Option("--allow-private", help="It may live in a private network.")] = False,
) -> None:
    """Add a feed to the catalogue, making the file if there is none."""
    if not re.match(r"https?://[^\s/]+\S*$", url):
        raise CommandError(f"{url}: a feed's address begins with http:// or https:// and a host, and has no spaces")
    path = session_of(ctx).settings.ingest.catalogue
    known = catalogue_file.load(path) if path.exists() else Catalogue()
    feed = Feed(
        id=feed_id or new_id(url, known), url=url, source=source, fulltext=fulltext, allow_private=allow_private
    )
    try:
        feed = complete(msgspec.convert(msgspec.to_builtins(feed), Feed))  # constructors do not validate
    except msgspec.ValidationError as error:
        raise CommandError(f"{url}: {error}; correct the option") from error
    catalogue_file.add(path, feed)
    show(f"{plain(path)}: added {plain(feed.id)}. Try it: tocsin feeds check {plain(feed.id)}")


@app.command("check")
def check(
    ctx: typer.Context,
    feed_ids: Annotated[
        list[str] | None, typer.Argument(help="Ids of feeds; without any, all that are enabled.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Poll feeds once, now, and say what they answered. Nothing is published or remembered."""
    session = session_of(ctx)
    catalogue = catalogue_file.load(session.settings.ingest.catalogue)
    feeds = _chosen(catalogue, session, feed_ids or [])
    if not feeds:
        raise CommandError(f"{session.settings.ingest.catalogue}: no feed is enabled; tocsin feeds add URL adds one")
    rows = asyncio.run(check_feeds(feeds, session.quiet_settings))
    if as_json:
        show_json(rows)
    else:
        for row in rows:
            _show_checked(row)
    if any(row["result"] != "ok" for row in rows):
        raise typer.Exit(1)


@app.command("import")
def import_opml(ctx: typer.Context, file: Annotated[Path, typer.Argument(help="An OPML file.")]) -> None:
    """Add the feeds of an OPML file that the catalogue does not hold yet."""
    path = session_of(ctx).settings.ingest.catalogue
    known = catalogue_file.load(path) if path.exists() else Catalogue()
    try:
        found = from_opml(file.read_bytes(), known)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}; check the path") from error
    except OpmlError as error:
        raise CommandError(f"{file}: {error}; export it anew from the reader") from error
    if found.feeds:
        catalogue_file.add(path, *found.feeds)
    show(f"{plain(path)}: {len(found.feeds)} feeds added, {len(known.feeds)} were there")


@app.command("export")
def export_opml(
    ctx: typer.Context,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write; standard output if not given.")
    ] = None,
) -> None:
    """Write the catalogue as OPML."""
    refuse_unwritable(output)
    catalogue = catalogue_file.load(session_of(ctx).settings.ingest.catalogue)
    document = to_opml(catalogue).decode()
    if output is None:
        sys.stdout.write(document + "\n")
        return
    write_whole(output, document)
    show(f"{plain(output)}: {len(catalogue.feeds)} feeds")


def _show(row: Mapping[str, object]) -> None:
    marks = [name for name, is_so in (("disabled", not row["enabled"]), ("fulltext", row["fulltext"])) if is_so]
    polled = in_words(row["last"])
    if row["last_at"]:
        polled = f"{in_words(row['last_at'])} UTC {polled}; next poll {in_words(row['next_poll'])} UTC"
    head = f"[bold]{plain(row['id'])}[/bold] {plain(row['source'])}{plain(''.join(f' ({mark})' for mark in marks))}"
    show_block(head, row["url"], polled)


def _show_checked(row: Mapping[str, object]) -> None:
    is_sound = row["result"] == "ok"
    colour = "green" if is_sound else "red"
    head = f"[{colour}]{plain(row['result'])}[/{colour}] [bold]{plain(row['id'])}[/bold]"
    if row["items"]:
        langs = f", {in_words(row['langs'])}" if row["langs"] else ""
        undated = f", {row['undated']} undated" if row["undated"] else ""
        head += plain(f" · {counted(row['items'], 'item')}, newest {in_words(row['newest'])} UTC{undated}{langs}")
    show_block(head, row["detail"])


def _chosen(catalogue: Catalogue, session: Session, feed_ids: list[str]) -> list[Feed]:
    if not feed_ids:
        return [feed for feed in catalogue.feeds if feed.enabled]
    chosen = {feed_id: catalogue.named(feed_id) for feed_id in feed_ids}
    for feed_id, feed in chosen.items():
        if feed is None:
            raise CatalogueError(f"{session.settings.ingest.catalogue}: no feed {feed_id!r}; see tocsin feeds list")
    return [feed for feed in chosen.values() if feed is not None]


async def _last_polls(log: EventLog, wanted: frozenset[str]) -> dict[str, Last]:
    """Return the newest outcome of each wanted feed, as far as the newest records tell."""
    last: dict[str, Last] = {}
    for partition in range(await log.partitions(FeedPolled.topic)):
        looked_at = 0
        async for record in newest_first(log, FeedPolled.topic, partition):
            looked_at += 1
            if looked_at > _LOOKED_AT or wanted <= last.keys():
                break
            fact = codec.decode(record)
            if isinstance(fact, FeedPolled | FeedFailed | FeedGone):
                last.setdefault(fact.feed_id, fact)
    return last


def _as_row(feed: Feed, last: Last | None) -> Mapping[str, object]:
    return {
        "id": feed.id,
        "source": feed.source,
        "publisher": feed.publisher,
        "url": feed.url,
        "enabled": feed.enabled,
        "fulltext": feed.fulltext,
        "last": _outcome(last),
        "last_at": last.at if last else None,
        "next_poll": last.next_poll if last else None,
    }


def _outcome(last: Last | None) -> str:
    match last:
        case None:
            return "never polled"
        case FeedPolled():
            return f"{last.status}: {last.new} new, {last.revised} revised"
        case FeedFailed():
            return f"{last.reason} ({last.failures} in a row)"
        case FeedGone():
            return "gone"
