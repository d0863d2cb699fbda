"""An alert or an announcement told line by line: what was read where, what it was taken for, and which rule fired."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from processors.detect.alternatives import Alternative
from processors.relate.table import Repeat, load_table
from services.commands.output import in_words, short
from services.commands.passed_over import readings_in_words, relations
from tocsin.events import (
    Alert,
    AlertRaised,
    AlertWithdrawn,
    AnnouncementDetected,
    AnnouncementRetracted,
    DeadlineNear,
    DeadlinePassed,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryMade,
)
from tocsin.vocabulary import Announcement, ArticleRef, ClaimedTime, Evidence, State, Statement, Step

Outcome = DeliveryMade | DeliveryFailed | DeliveryGivenUp

_SILENT: Mapping[Repeat, str] = {
    "standing": "while the same act stands",
    "day": "for a day, unless another side is accused",
    "side": "while the same side said it since",
    "window": "for ten days",
    "terms": "while its terms stay the same",
}


class Line(NamedTuple):
    """One line, to be wrapped and indented."""

    text: str
    indent: int = 2
    is_title: bool = False


def of_alert(alert: Alert, outcomes: Sequence[Outcome], lost: Sequence[Alternative]) -> Iterator[Line]:
    """Tell an alert: the rule, both announcements, what they could have been, sources, steps, what was sent."""
    yield _title(alert.headline)
    match alert:
        case AlertRaised():
            yield from _raised(alert)
        case AlertWithdrawn():
            yield from _withdrawn(alert)
        case DeadlineNear() | DeadlinePassed():
            yield from _passed(alert)
    yield from _passed_over((*readings_in_words(lost), *(relations(alert) if isinstance(alert, AlertRaised) else ())))
    yield from _history(alert.steps)
    yield from _sends(outcomes)


def of_announcement(
    detected: AnnouncementDetected,
    retracted: Sequence[AnnouncementRetracted],
    alerts: Sequence[Alert],
    lost: Sequence[Alternative],
) -> Iterator[Line]:
    """Tell an announcement: how it was read, by which detector, whether it still stands, which alerts name it."""
    announcement = detected.announcement
    yield _title(f"announcement {announcement.id}")
    yield Line(f"read by detector {detected.detector} on {in_words(detected.at)} UTC")
    for one in retracted:
        yield Line(f"retracted on {in_words(one.at)} UTC: {one.reason}, revision {one.revision}")
    yield from _statement("What it says", Statement(announcement=announcement, article=detected.article))
    yield from _passed_over(tuple(readings_in_words(lost)))
    yield from _section("Alerts")
    if not alerts:
        yield Line("none names it")
    for alert in alerts:
        yield Line(f"{short(alert.alert_id)} {alert.headline}")


def _raised(alert: AlertRaised) -> Iterator[Line]:
    yield Line(f"{alert.family} {alert.relation} ({alert.kind}) · {alert.storyline}")
    yield Line(f"alert {alert.alert_id}")
    yield Line(f"state: {_state(alert.before)} → {_state(alert.after)}")
    yield Line(f"confidence: {alert.confidence:.2f}")
    if alert.corrects:
        yield Line(f"corrects: alert {alert.corrects}")
    yield from _rule(alert)
    yield from _statement("New announcement", alert.later)
    yield from _statement("Earlier announcement", alert.earlier)
    yield from _section(f"Sources ({alert.independent} independent)")
    for source in alert.sources:
        copy = ", a copy: does not count" if source.is_copy else ""
        yield Line(f"{source.source} [{source.publisher}]{copy} {source.url}")


def _withdrawn(alert: AlertWithdrawn) -> Iterator[Line]:
    yield Line(f"{alert.family} {alert.relation} ({alert.kind}) taken back · {alert.storyline}")
    yield Line(f"alert {alert.alert_id}, takes back alert {alert.withdraws}")
    yield Line(f"state: {_state(alert.before)} → {_state(alert.after)}")
    yield from _section("Rule")
    what = "the announcement was rejected by a person" if alert.why == "rejected" else f"the article was {alert.why}"
    yield Line(f"{what}, and no other announcement bears the alert")
    yield from _statement("No longer told", alert.gone)


def _passed(alert: DeadlineNear | DeadlinePassed) -> Iterator[Line]:
    is_near = isinstance(alert, DeadlineNear)
    yield Line(f"{alert.family} {alert.edge} {'near' if is_near else 'passed'} · {alert.storyline}")
    yield Line(f"alert {alert.alert_id}")
    yield Line(f"state: {_state(alert.before)}")
    yield from _section("Rule")
    yield Line(
        f"the claimed {alert.edge} {'is' if is_near else 'was'} {in_words(alert.due)} UTC, "
        "and no outcome was seen by then"
    )
    yield from _statement("Announcement", alert.statement)


def _rule(alert: AlertRaised) -> Iterator[Line]:
    """Tell the row of the relation table, as this build has it."""
    yield from _section(f"Rule: row {alert.row} of the relation table")
    yield Line(alert.reason)
    row = next((row for row in load_table().rows if row.id == alert.row), None)
    if row is None:
        yield Line("this build's table has no such row any more")
        return
    yield Line(f"new announcement: {_either(row.later)} ({_either(row.families)})")
    yield Line(f"what stood before: {_either(row.standing)}{' by the same side' if row.own else ''}")
    if row.against:
        yield Line(f"earlier quote, newest first: {_either(row.against)}")
    yield Line(f"then: {row.relation} ({row.kind}); told again it stays silent {_SILENT[row.repeat]}")


def _statement(title: str, statement: Statement) -> Iterator[Line]:
    told = statement.announcement
    background = " (background)" if told.is_background else ""
    yield from _section(f"{title}: {told.family}, {told.act.replace('_', ' ')}{background}")
    yield Line(f"“{_marked(told)}”")
    for text in _article(statement.article):
        yield Line(text)
    yield from _slots(told)
    yield from _evidence(told.evidence)
    yield Line(f"confidence: {told.confidence:.2f} · announcement {told.id}")


def _slots(told: Announcement) -> Iterator[Line]:
    places = ", ".join(f"{place.name} ({place.country})" for place in told.place)
    yield Line(f"issuer: {_names(told.issuer)}")
    yield Line(f"target: {_names(told.target)}")
    yield Line(f"place: {places or '–'} · theatre: {told.theatre}")
    if told.attribution:
        yield Line(f"according to: {told.attribution}")
    for name, time in (("start", told.start), ("end", told.end), ("deadline", told.deadline)):
        if time is not None:
            yield Line(f"{name}: {_time(time)}")
            yield Line(f"read from “{time.text}”" + (f"; assumed: {time.assumption}" if time.assumption else ""), 6)


def _evidence(evidence: Evidence | None) -> Iterator[Line]:
    if evidence is None:
        yield Line("evidence: none was recorded")
        return
    yield Line(f"act: by rule {evidence.rule}, at the word “{evidence.trigger}”, in the clause «{evidence.clause}»")
    yield Line(f"lexicon: {', '.join(map(_entry, evidence.lexicon)) or '–'}")
    for note in evidence.notes:
        yield Line(f"note: {note}")


def _marked(told: Announcement) -> str:
    """Return the quote with the clause that decided in «…», where it holds it to the letter."""
    clause = told.evidence.clause if told.evidence else ""
    return told.quote.replace(clause, f"«{clause}»", 1) if clause else told.quote


def _entry(entry: str) -> str:
    """Return a lexicon entry, ``CLASS:words``; the words alone where they are a literal of the pattern."""
    table, _, words = entry.partition(":")
    return f"“{words}”" if table.casefold() == words.casefold() else f"{table} “{words}”"


def _passed_over(lost: Sequence[str]) -> Iterator[Line]:
    """Tell what lost, and why."""
    yield from _section("Passed over")
    for text in lost or ("nothing: no other reading fits",):
        yield Line(text)


def _history(steps: tuple[Step, ...]) -> Iterator[Line]:
    yield from _section("Last steps of the storyline")
    for step in steps:
        background = " (background)" if step.is_background else ""
        yield Line(f"{in_words(step.at)} {step.act.replace('_', ' ')}{background} by {_names(step.issuer)}")
        yield Line(f"“{step.quote}” ({step.source})", 6)


def _sends(outcomes: Sequence[Outcome]) -> Iterator[Line]:
    yield from _section("Deliveries")
    if not outcomes:
        yield Line("none")
    for outcome in outcomes:
        if isinstance(outcome, DeliveryMade):
            result = f"delivered ({outcome.receipt})"
        else:
            result = f"{'failed' if isinstance(outcome, DeliveryFailed) else 'given up'}: {outcome.reason}"
        yield Line(f"{in_words(outcome.at)} {outcome.destination}, attempt {outcome.attempt}: {result}")


def _article(article: ArticleRef) -> Iterator[str]:
    published = f"{in_words(article.published)} UTC" if article.published else "at an unknown time"
    revision = f", revision {article.revision}" if article.revision > 1 else ""
    yield f"{article.source}, {published}{revision}: {article.title}"
    if article.url:
        yield article.url


def _time(time: ClaimedTime) -> str:
    zone = f" {time.zone}" if time.zone else ""
    span = in_words(time.earliest)
    if time.latest != time.earliest:
        span += f" to {in_words(time.latest)}"
    return f"{time.local}{zone} = {span} UTC"


def _state(state: State) -> str:
    terms = f" ({state.terms})" if state.terms else ""
    return state.status.replace("_", " ") + terms


def _names(names: tuple[str, ...]) -> str:
    return in_words(names) or "–"


def _either(names: Sequence[str]) -> str:
    return " or ".join(name.replace("_", " ") for name in names)


def _title(text: str) -> Line:
    return Line(text, 0, is_title=True)


def _section(text: str) -> Iterator[Line]:
    yield Line("", 0)
    yield _title(text)
