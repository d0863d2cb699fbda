"""``tocsin storylines``: the measures that alerts told of, and where each stands."""

from collections.abc import Mapping
from typing import Annotated

import typer

from services.commands.output import AsJson, show_rows
from services.commands.reading import facts, with_log
from services.commands.session import CommandError, session_of
from tocsin.events import AlertRaised, DeadlinePassed
from tocsin.log.base import EventLog

Row = Mapping[str, object]
_FAMILIES = ("ceasefire", "siege", "ultimatum")
_COLUMNS = ("storyline", "theatre", "state", "terms", "since", "alerts", "last_alert", "headline")


def list_storylines(
    ctx: typer.Context,
    theatre: Annotated[str | None, typer.Option(help="Only those of this country (ISO 3166 alpha-2).")] = None,
    family: Annotated[str | None, typer.Option(help="Only those of this family: ceasefire, siege, ultimatum.")] = None,
    as_json: AsJson = False,
) -> None:
    """List storylines with their state, the one that moved last first."""
    if family is not None and family not in _FAMILIES:
        raise CommandError(f"no family {family!r}; known: {', '.join(_FAMILIES)}")
    rows = [
        row
        for row in with_log(session_of(ctx), _storylines)
        if (theatre is None or row["theatre"] == theatre.upper()) and (family is None or row["family"] == family)
    ]
    show_rows("Storylines", _COLUMNS, rows, as_json=as_json)


async def _storylines(log: EventLog) -> list[Row]:
    last: dict[str, tuple[int, AlertRaised | DeadlinePassed]] = {}
    async for fact in facts(log, AlertRaised.topic):
        if isinstance(fact, AlertRaised | DeadlinePassed):
            count, _ = last.get(fact.storyline_id, (0, fact))
            last[fact.storyline_id] = count + 1, fact
    return [_as_row(count, alert) for count, alert in sorted(last.values(), key=lambda one: one[1].at, reverse=True)]


def _as_row(count: int, alert: AlertRaised | DeadlinePassed) -> Row:
    state = alert.after if isinstance(alert, AlertRaised) else alert.before
    return {
        "storyline_id": alert.storyline_id,
        "storyline": alert.storyline,
        "family": alert.family,
        "theatre": alert.theatre,
        "state": "expired" if isinstance(alert, DeadlinePassed) else state.status,
        "terms": state.terms,
        "since": state.since,
        "alerts": count,
        "last_alert": alert.at,
        "headline": alert.headline,
        "steps": alert.steps,
    }
