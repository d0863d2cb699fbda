"""``tocsin storylines``: the measures that are followed, and where each stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

import typer

from processors.relate.ledger import Ledger, Storyline
from processors.relate.stage import RelateCore
from services import snapshots
from services.commands.output import AsJson, show_rows
from services.commands.reading import with_log
from services.commands.session import CommandError, session_of
from tocsin.events import Fact
from tocsin.log.base import EventLog

Row = Mapping[str, object]
_FAMILIES = ("ceasefire", "siege", "ultimatum")
_COLUMNS = ("storyline", "theatre", "state", "terms", "since", "announcements", "alerts", "last_told", "last_quote")


def list_storylines(
    ctx: typer.Context,
    theatre: Annotated[str | None, typer.Option(help="Only those of this country (ISO 3166 alpha-2).")] = None,
    family: Annotated[str | None, typer.Option(help="Only those of this family: ceasefire, siege, ultimatum.")] = None,
    as_json: AsJson = False,
) -> None:
    """List storylines with their state as the relate stage knows it, the one that was told of last first."""
    if family is not None and family not in _FAMILIES:
        raise CommandError(f"no family {family!r}; known: {', '.join(_FAMILIES)}")
    rows = [
        _as_row(line)
        for line in with_log(session_of(ctx), _storylines)
        if (theatre is None or line.theatre == theatre.upper()) and (family is None or line.family == family)
    ]
    show_rows("Storylines", _COLUMNS, rows, as_json=as_json)


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
