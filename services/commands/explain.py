"""``tocsin explain ALERT_ID``: why an alert was raised, down to the words and lexicon entries that decided."""

from collections.abc import Iterator
from typing import Annotated

import typer

from services.commands.output import AsJson, in_words, plain, show, show_json
from services.commands.reading import facts, with_log
from services.commands.session import CommandError, session_of
from tocsin.events import AlertRaised, DeadlinePassed, DeliveryFailed, DeliveryGivenUp, DeliveryMade
from tocsin.log.base import EventLog
from tocsin.vocabulary import ArticleRef, ClaimedTime, State, Statement, Step

Alert = AlertRaised | DeadlinePassed
Outcome = DeliveryMade | DeliveryFailed | DeliveryGivenUp


def explain(
    ctx: typer.Context,
    alert_id: Annotated[str, typer.Argument(help="The alert's id, or its beginning.")],
    as_json: AsJson = False,
) -> None:
    """Show why an alert was raised: quotes, clauses, lexicon entries, times, the rule that fired, sources, sends."""

    async def look(log: EventLog) -> tuple[Alert, list[Outcome]]:
        alert = await _find(log, alert_id)
        return alert, await _outcomes(log, alert.alert_id)

    alert, outcomes = with_log(session_of(ctx), look)
    if as_json:
        show_json({"alert": alert, "deliveries": outcomes})
        return
    lines = _raised(alert) if isinstance(alert, AlertRaised) else _passed(alert)
    for line in (*lines, *_history(alert.steps), *_sends(outcomes)):
        show(line)


async def _find(log: EventLog, prefix: str) -> Alert:
    found: dict[str, Alert] = {}
    async for fact in facts(log, AlertRaised.topic):
        if isinstance(fact, AlertRaised | DeadlinePassed) and fact.alert_id.startswith(prefix):
            found[fact.alert_id] = fact
    if not found:
        raise CommandError(f"no alert whose id begins with {prefix!r}; list them with: tocsin log show alerts")
    if len(found) > 1:
        raise CommandError(
            f"{len(found)} alerts begin with {prefix!r}: {', '.join(sorted(found)[:5])}; give more of the id"
        )
    return next(iter(found.values()))


async def _outcomes(log: EventLog, alert_id: str) -> list[Outcome]:
    return [
        fact
        async for fact in facts(log, DeliveryMade.topic)
        if isinstance(fact, DeliveryMade | DeliveryFailed | DeliveryGivenUp) and fact.alert_id == alert_id
    ]


def _raised(alert: AlertRaised) -> Iterator[str]:
    yield f"[bold]{plain(alert.headline)}[/bold]"
    yield f"{alert.family} {alert.relation} ({alert.kind}) · {plain(alert.storyline)} · alert {plain(alert.alert_id)}"
    yield f"Rule: {plain(alert.row)}: {plain(alert.reason)}"
    yield f"State: {_state(alert.before)} → {_state(alert.after)}"
    yield f"Confidence: {alert.confidence:.2f}"
    if alert.corrects:
        yield f"Corrects: alert {plain(alert.corrects)}"
    yield from _statement("New", alert.later)
    yield from _statement("Earlier", alert.earlier)
    yield f"\n[bold]Sources[/bold] ({alert.independent} independent)"
    for source in alert.sources:
        copy = " (copy: does not count)" if source.is_copy else ""
        yield plain(f"  {source.source} [{source.publisher}]{copy} {source.url}")


def _passed(alert: DeadlinePassed) -> Iterator[str]:
    yield f"[bold]{plain(alert.headline)}[/bold]"
    yield f"{alert.family} {alert.edge} passed · {plain(alert.storyline)} · alert {plain(alert.alert_id)}"
    yield f"Rule: the claimed {alert.edge} was {alert.due:%Y-%m-%d %H:%M} UTC, and no outcome was seen by then"
    yield f"State: {_state(alert.before)}"
    yield from _statement("Announcement", alert.statement)


def _statement(title: str, statement: Statement) -> Iterator[str]:
    told = statement.announcement
    places = ", ".join(f"{place.name} ({place.country})" for place in told.place)
    yield f"\n[bold]{title}[/bold]: {told.family}/{told.act}{' (background)' if told.is_background else ''}"
    yield f"  “{plain(told.quote)}”"
    yield f"  {plain(_article(statement.article))}"
    yield plain(f"  issuer: {_names(told.issuer)}   target: {_names(told.target)}   place: {places or '–'}")
    if told.attribution:
        yield plain(f"  according to: {told.attribution}")
    for name, time in (("start", told.start), ("end", told.end), ("deadline", told.deadline)):
        if time is not None:
            yield plain(f"  {name}: {_time(time)}")
    yield f"  confidence: {told.confidence:.2f}"
    yield from _evidence(statement)


def _evidence(statement: Statement) -> Iterator[str]:
    evidence = statement.announcement.evidence
    if evidence is None:
        yield "  evidence: none was recorded"
        return
    yield plain(f"  clause: {evidence.clause}")
    yield plain(f"  trigger: {evidence.trigger}   rule: {evidence.rule}")
    yield plain(f"  lexicon: {_names(evidence.lexicon)}")
    for note in evidence.notes:
        yield plain(f"  note: {note}")


def _history(steps: tuple[Step, ...]) -> Iterator[str]:
    yield "\n[bold]Last steps of the storyline[/bold]"
    for step in steps:
        background = " (background)" if step.is_background else ""
        told = f"{step.act}{background} by {_names(step.issuer)}: “{step.quote}” ({step.source})"
        yield plain(f"  {step.at:%Y-%m-%d %H:%M} {told}")


def _sends(outcomes: list[Outcome]) -> Iterator[str]:
    yield "\n[bold]Deliveries[/bold]"
    if not outcomes:
        yield "  none"
    for outcome in outcomes:
        if isinstance(outcome, DeliveryMade):
            result = f"delivered ({outcome.receipt})"
        else:
            result = f"{'failed' if isinstance(outcome, DeliveryFailed) else 'given up'}: {outcome.reason}"
        yield plain(f"  {outcome.at:%Y-%m-%d %H:%M} {outcome.destination}, attempt {outcome.attempt}: {result}")


def _article(article: ArticleRef) -> str:
    published = f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else "at an unknown time"
    return (
        f"{article.source}, published {published}, revision {article.revision}: {article.title} {article.url}".rstrip()
    )


def _time(time: ClaimedTime) -> str:
    zone = f" {time.zone}" if time.zone else ""
    span = f"{time.earliest:%Y-%m-%d %H:%M}"
    if time.latest != time.earliest:
        span += f" to {time.latest:%Y-%m-%d %H:%M}"
    assumption = f"; assumed: {time.assumption}" if time.assumption else ""
    return f"{time.local}{zone} = {span} UTC, read from “{time.text}”{assumption}"


def _state(state: State) -> str:
    terms = f" ({plain(state.terms)})" if state.terms else ""
    return state.status.replace("_", " ") + terms


def _names(names: tuple[str, ...]) -> str:
    return in_words(names) or "–"
