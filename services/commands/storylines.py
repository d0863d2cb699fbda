"""``tocsin storylines``: the measures that are followed, and where each stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import typer

from processors.relate.ledger import Ledger, Storyline
from processors.relate.stage import RelateCore
from services import snapshots
from services.commands.output import AsJson, counted, in_words, plain, short, show, show_block, show_json
from services.commands.reading import with_log
from services.commands.session import CommandError, LogUrl, session_of
from tocsin.events import Fact
from tocsin.log.base import EventLog

Row = Mapping[str, object]
_FAMILIES = ("ceasefire", "siege", "ultimatum")


def list_storylines(
    ctx: typer.Context,
    theatre: Annotated[str | None, typer.Option(help="Only those of this country (ISO 3166 alpha-2).")] = None,
    family: Annotated[str | None, typer.Option(help="Only those of this family: ceasefire, siege, ultimatum.")] = None,
    as_json: AsJson = False,
    log_url: LogUrl = None,
) -> None:
    """List storylines with their state as the relate stage knows it, the one that was told of last first."""
    if family is not None and family not in _FAMILIES:
        raise CommandError(f"no family {family!r}; known: {', '.join(_FAMILIES)}")
    rows = [
        _as_row(line)
        for line in with_log(session_of(ctx), _storylines)
        if (theatre is None or line.theatre == theatre.upper()) and (family is None or line.family == family)
    ]
    if as_json:
        show_json(rows)
    elif not rows:
        show("no storylines" + (" like that" if theatre or family else " yet: no announcement was read so far"))
    else:
        for row in rows:
            _show(row)


async def _storylines(log: EventLog) -> list[Storyline]:
    """Fold relate's own state, from its snapshots and the tail, up to what it has committed."""
    core = RelateCore.load()

    async def decide(state: Ledger, fact: Fact, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
        return core.decide(state, fact, now)

    found: list[Storyline] = []
    for topic in core.topics:
        for partition in range(await log.partitions(topic)):
            standing = await snapshots.restore(log, core, topic, partition, decide)
            found += [line for lines in standing.state.theatres.values() for line in lines]
    return sorted(found, key=lambda line: line.touched, reverse=True)


def _show(row: Row) -> None:
    state, terms = in_words(row["state"]).replace("_", " "), f" ({row['terms']})" if row["terms"] else ""
    since = f" since {in_words(row['since'])}" if row["since"] else ""
    head = f"[bold]{plain(row['storyline'])}[/bold] · {plain(row['theatre'])} · {plain(state + terms + since)}"
    told = f"{counted(row['announcements'], 'announcement')}, {counted(row['alerts'], 'alert')}"
    last = f"last on {in_words(row['last_told'])} UTC · {short(row['storyline_id'])}"
    show_block(head, f"{told}, {last}", f"“{row['last_quote']}”")


def _as_row(line: Storyline) -> Row:
    last = line.statements[-1] if line.statements else None
    return {
        "storyline_id": line.id,
        "storyline": line.name,
        "family": line.family,
        "theatre": line.theatre,
        "state": line.state.status,
        "terms": line.state.terms,
        "since": line.state.since,
        "announcements": len(line.statements),
        "alerts": len(line.told),
        "last_told": line.touched,
        "last_quote": last.announcement.quote if last else None,
        "last_article": last.article.url if last else None,
    }
