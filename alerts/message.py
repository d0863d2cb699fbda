"""What an alert tells a reader, in order, as plain words: the one thing that every renderer lays out.

All strings here are cleaned and cut; renderers only escape for their own markup.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from alerts import times
from alerts.cleaning import clean, cut, web_link
from tocsin.events import Alert, AlertRaised, AlertWithdrawn, DeadlineNear, DeadlinePassed, told_by
from tocsin.ids import content_id
from tocsin.vocabulary import Act, Announcement, SourceLine, State, Statement, Step, Value

_QUOTE, _SENTENCE, _NAME, _STEP_QUOTE = 1200, 400, 120, 80
_MOST_STEPS, _MOST_SOURCES, _MOST_NAMES = 5, 10, 6


class Quoted(Value, frozen=True, kw_only=True):
    """One side of the change: who said what, where, and who reported it when."""

    label: str  # "Now" or "Before"
    told: str  # who (→ whom) · which act · where; nothing stands for an issuer who is not named
    quote: str
    said_by: str  # who is quoted as saying so; empty where the issuer speaks
    source: str
    title: str
    link: str
    published: str
    claims: tuple[str, ...]  # claimed times, in both zones


class Source(Value, frozen=True, kw_only=True):
    """One report."""

    name: str
    link: str
    is_copy: bool


class Message(Value, frozen=True, kw_only=True):
    """An alert for a reader. A digest has ``parts`` and little else."""

    alert_id: str
    at: datetime
    label: str  # e.g. "Contradicts (rejects)"
    storyline: str
    headline: str
    note: str = ""  # "Update", "Reminder 2", "Correction of …"
    is_repeat: bool = False
    quotes: tuple[Quoted, ...] = ()
    change: str = ""
    reason: str = ""
    corroboration: str = ""
    sources: tuple[Source, ...] = ()
    steps: tuple[str, ...] = ()
    parts: tuple["Message", ...] = ()
    facts: tuple[Alert, ...] = ()  # what it was made of, for machines


def message_of(alert: Alert, *, repeat: int = 0, is_update: bool = False) -> Message:
    """Return an alert's message; ``repeat`` counts reminders, ``is_update`` says that it follows in a burst."""
    zone = _zone_of(alert)
    told = Message(
        alert_id=alert.alert_id,
        at=alert.at,
        label=_label(alert),
        storyline=clean(alert.storyline, _NAME),
        headline=clean(alert.headline, _SENTENCE),
        note=_note(alert, repeat, is_update),
        is_repeat=repeat > 0,
        quotes=_quotes(alert, zone),
        change=_change(alert),
        steps=_steps(alert, zone),
        facts=(alert,),
    )
    return _with_grounds(told, alert, zone)


def digest_of(messages: Sequence[Message], destination: str) -> Message:
    """Return one message of several; its id comes from theirs, so the same ones always make the same digest."""
    newest = max(message.at for message in messages)
    return Message(
        alert_id=content_id("digest", destination, sorted(message.alert_id for message in messages)),
        at=newest,
        label="Digest",
        storyline=cut("; ".join(dict.fromkeys(message.storyline for message in messages)), _SENTENCE),
        headline=f"{len(messages)} alerts from the quiet hours",
        parts=tuple(messages),
        facts=tuple(fact for message in messages for fact in message.facts),
    )


def _with_grounds(told: Message, alert: Alert, zone: ZoneInfo | None) -> Message:
    """Return the message with what it rests on: the rule that fired, and who reported it."""
    if not isinstance(alert, AlertRaised):
        return msgspec.structs.replace(
            told, reason=_ground(alert, zone), sources=_sources([_line_of(one) for one in told_by(alert)])
        )
    return msgspec.structs.replace(
        told,
        reason=clean(f"{alert.reason} (rule {alert.row})", _SENTENCE),
        corroboration=_corroboration(alert.sources, alert.independent),
        sources=_sources(alert.sources),
    )


def _ground(alert: AlertWithdrawn | DeadlineNear | DeadlinePassed, zone: ZoneInfo | None) -> str:
    if isinstance(alert, AlertWithdrawn):
        if alert.why == "rejected":
            return (
                "Somebody at the desk judged that the announcement was read wrongly, and nothing else bears the alert"
            )
        return f"The article was {clean(alert.why, 40)}: it no longer says this, and nothing else bears the alert"
    is_near = isinstance(alert, DeadlineNear)
    seen = "is" if is_near else "was"
    return f"The claimed {alert.edge} {seen} {times.both(alert.due, zone)}; nothing that would settle it was seen"


def _label(alert: Alert) -> str:
    match alert:
        case AlertRaised():
            return f"{alert.relation.capitalize()} ({alert.kind})"
        case AlertWithdrawn():
            return "Withdrawn"
        case DeadlineNear():
            return f"{alert.edge.capitalize()} near"
    return f"{alert.edge.capitalize()} passed"


def _note(alert: Alert, repeat: int, is_update: bool) -> str:
    if repeat:
        return f"Reminder {repeat}: nobody has acknowledged this yet"
    if isinstance(alert, AlertWithdrawn):
        return f"Takes back alert {clean(alert.withdraws, 40)}"
    if isinstance(alert, AlertRaised) and alert.corrects:
        return f"Correction of alert {clean(alert.corrects, 40)}"
    return "Update" if is_update else ""


def _quotes(alert: Alert, zone: ZoneInfo | None) -> tuple[Quoted, ...]:
    if isinstance(alert, AlertRaised):
        return (_quoted("Now", alert.later, zone), _quoted("Before", alert.earlier, zone))
    if isinstance(alert, AlertWithdrawn):
        return (_quoted("No longer told", alert.gone, zone),)
    return (_quoted("Announced", alert.statement, zone),)


def _quoted(label: str, statement: Statement, zone: ZoneInfo | None) -> Quoted:
    told, article = statement.announcement, statement.article
    published = times.both(article.published, zone) if article.published else "date unknown"
    return Quoted(
        label=label,
        told=" · ".join(filter(None, (_parties(told), _act(told.act), _where(told)))),
        quote=clean(told.quote, _QUOTE),
        said_by=clean(told.attribution or "", _NAME),
        source=clean(article.source, _NAME),
        title=clean(article.title, 200),
        link=web_link(article.url),
        published=published,
        claims=_claims(told),
    )


def _parties(told: Announcement) -> str:
    return " → ".join(filter(None, (_names(told.issuer), _names(told.target))))


def _where(told: Announcement) -> str:
    return _names([f"{place.name} ({place.country})" for place in told.place]) or clean(told.theatre, _NAME)


def _claims(told: Announcement) -> tuple[str, ...]:
    named = (("starts", told.start), ("ends", told.end), ("deadline", told.deadline))
    return tuple(
        f"{name} {times.claimed(time)}" + (f"; {clean(time.assumption, 200)}" if time.assumption else "")
        for name, time in named
        if time is not None
    )


def _change(alert: Alert) -> str:
    if isinstance(alert, DeadlineNear | DeadlinePassed):
        return _state(alert.before)
    before, after = _state(alert.before), _state(alert.after)
    return f"{before} → {after}" if before != after else f"still {after}"


def _state(state: State) -> str:
    return state.status.replace("_", " ") + (f" ({clean(state.terms, 160)})" if state.terms else "")


def _corroboration(lines: Sequence[SourceLine], independent: int) -> str:
    sources = "1 independent source" if independent == 1 else f"{independent} independent sources"
    reports = "1 report" if len(lines) == 1 else f"{len(lines)} reports"
    return f"{sources} ({reports})"


def _sources(lines: Sequence[SourceLine]) -> tuple[Source, ...]:
    return tuple(
        Source(name=clean(line.source, _NAME), link=web_link(line.url), is_copy=line.is_copy)
        for line in lines[:_MOST_SOURCES]
    )


def _line_of(statement: Statement) -> SourceLine:
    article = statement.article
    return SourceLine(source=article.source, publisher=article.publisher, url=article.url, article_id=article.id)


def _steps(alert: Alert, zone: ZoneInfo | None) -> tuple[str, ...]:
    """Return the storyline's last steps; what the alert quotes anyway is named, not quoted again."""
    if isinstance(alert, AlertRaised):
        shown = {alert.earlier.announcement.id: "before, above", alert.later.announcement.id: "now, above"}
    else:
        word = "no longer told" if isinstance(alert, AlertWithdrawn) else "announced"
        shown = {told_by(alert)[0].announcement.id: f"{word}, above"}
    return tuple(_step(step, zone, shown.get(step.announcement_id, "")) for step in alert.steps[-_MOST_STEPS:])


def _step(step: Step, zone: ZoneInfo | None, shown: str) -> str:
    act = f"{_act(step.act)} (background)" if step.is_background else _act(step.act)
    told = " · ".join(filter(None, (times.local(step.at, zone), _names(step.issuer), act)))
    if shown:
        return f"{told} ({shown})"
    return f"{told} · “{clean(step.quote, _STEP_QUOTE)}” ({clean(step.source, 60)})"


def _act(act: Act) -> str:
    return act.replace("_", " ")


def _names(names: Sequence[str]) -> str:
    shown = ", ".join(clean(name, _NAME) for name in names[:_MOST_NAMES])
    return shown + (f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else "")


def _zone_of(alert: Alert) -> ZoneInfo | None:
    """Return the place's zone: one that the announcements claim times in, else the country's where it has but one."""
    for told in (statement.announcement for statement in told_by(alert)):
        for time in (told.start, told.end, told.deadline):
            if time and (zone := times.zone_named(time.zone)):
                return zone
    return times.zone_of_country(alert.theatre)
