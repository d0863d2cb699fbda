"""``tocsin storylines``: the measures that are followed, and where each stands, now or at a moment of the past."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated

import typer

from processors.relate.bitemporal import Then, believed, then
from processors.relate.ledger import Ledger, Storyline
from processors.relate.stage import RelateCore
from services import dead_letters, snapshots
from services.commands.moments import moment_of
from services.commands.output import AsJson, counted, in_words, plain, short, show, show_block, show_json
from services.commands.reading import with_log
from services.commands.session import CommandError, LogUrl, session_of
from tocsin import codec
from tocsin.events import Fact
from tocsin.log.base import EventLog
from tocsin.vocabulary import Statement

Row = Mapping[str, object]
_FAMILIES = ("ceasefire", "siege", "ultimatum")


def list_storylines(
    ctx: typer.Context,
    theatre: Annotated[str | None, typer.Option(help="Only those of this country (ISO 3166 alpha-2).")] = None,
    family: Annotated[str | None, typer.Option(help="Only those of this family: ceasefire, siege, ultimatum.")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="TIME", help="What was in force then (a date, or a time with its offset).")
    ] = None,
    known_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="What was known by then; alone: what was believed of then."),
    ] = None,
    as_json: AsJson = False,
    log_url: LogUrl = None,
) -> None:
    """List storylines with their state as the relate stage knows it, the one that was told of last first.

    --as-of asks for what was in force at a time, by all that is known since; --known-at for what was known by a time.
    """
    if family is not None and family not in _FAMILIES:
        raise CommandError(f"no family {family!r}; known: {', '.join(_FAMILIES)}")
    of, known = moment_of("--as-of", as_of), moment_of("--known-at", known_at)
    lines = with_log(session_of(ctx), lambda log: _storylines(log) if of is known is None else _past(log, of, known))
    rows = [
        _as_row(line)
        for line in lines
        if (theatre is None or line.line.theatre == theatre.upper()) and (family is None or line.line.family == family)
    ]
    if as_json:
        show_json(rows)
    elif not rows:
        show("no storylines" + (" like that" if theatre or family or of or known else " yet: nothing was read so far"))
    else:
        for row in rows:
            _show(row)


async def _storylines(log: EventLog) -> list[Then]:
    """Fold relate's own state, from its snapshots and the tail, up to what it has committed."""
    core = RelateCore.load()

    async def decide(state: Ledger, fact: Fact, now: datetime) -> tuple[Ledger, Sequence[Fact]]:
        return core.decide(state, fact, now)

    found: list[Storyline] = []
    for topic in core.topics:
        for partition in range(await log.partitions(topic)):
            standing = await snapshots.restore(log, core, topic, partition, decide)
            found += [line for lines in standing.state.theatres.values() for line in lines]
    newest = sorted(found, key=lambda line: line.touched, reverse=True)
    return [Then(line, line.state, line.statements) for line in newest]


async def _past(log: EventLog, of: datetime | None, known: datetime | None) -> list[Then]:
    """Fold what was known by a moment, and look at what was in force at another, which by default is the same."""
    known = known or datetime.now(UTC)
    core = RelateCore.load()
    lines = believed(core, sorted(await _known(log, core, known), key=lambda fact: fact.at))
    stood = (then(line, of or known) for line in lines)
    return sorted((one for one in stood if one), key=lambda one: _told(one.statements[-1]), reverse=True)


async def _known(log: EventLog, core: RelateCore, until: datetime) -> list[Fact]:
    """Return the facts that relate has read, of all that the log has kept, up to a moment."""
    facts: list[Fact] = []
    for topic in core.topics:
        skipped = await dead_letters.places(log, core.name, topic)
        for partition, start in (await log.starts(topic)).items():
            async for record in log.read(topic, partition, start):
                if record.time <= until and (partition, record.position) not in skipped:
                    facts.append(codec.decode(record))
    return facts


def _told(statement: Statement) -> datetime:
    return statement.article.published or statement.article.observed


def _show(row: Row) -> None:
    state, terms = in_words(row["state"]).replace("_", " "), f" ({row['terms']})" if row["terms"] else ""
    since = f" since {in_words(row['since'])}" if row["since"] else ""
    head = f"[bold]{plain(row['storyline'])}[/bold] · {plain(row['theatre'])} · {plain(state + terms + since)}"
    told = f"{counted(row['announcements'], 'announcement')}, {counted(row['alerts'], 'alert')}"
    last = f"last on {in_words(row['last_told'])} UTC · {short(row['storyline_id'])}"
    show_block(head, f"{told}, {last}", f"“{row['last_quote']}”")


def _as_row(one: Then) -> Row:
    line, state, statements = one
    last = statements[-1] if statements else None
    return {
        "storyline_id": line.id,
        "storyline": line.name,
        "family": line.family,
        "theatre": line.theatre,
        "state": state.status,
        "terms": state.terms,
        "since": state.since,
        "announcements": len(statements),
        "alerts": len(line.told),
        "last_told": max(map(_told, statements), default=line.touched),
        "last_quote": last.announcement.quote if last else None,
        "last_article": last.article.url if last else None,
    }
