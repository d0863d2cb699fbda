"""``tocsin explain ID``: why an alert was raised, or how an announcement was read, down to the words that decided."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Annotated

import typer

from processors.detect.alternatives import Alternative
from services.commands.explanation import Outcome, of_alert, of_announcement
from services.commands.output import AsJson, show_indented, show_json
from services.commands.passed_over import readings
from services.commands.reading import records, with_log
from services.commands.session import CommandError, LogUrl, session_of
from tocsin import codec
from tocsin.events import (
    Alert,
    AlertRaised,
    AnnouncementDetected,
    AnnouncementRetracted,
    DeliveryFailed,
    DeliveryGivenUp,
    DeliveryMade,
    Fact,
    told_by,
)
from tocsin.log.base import EventLog

_NAMED = 5  # ids that are named where several begin alike


@dataclass(frozen=True, slots=True)
class Found:
    """What an id leads to: an alert with its sends, or an announcement with its retractions and its alerts.

    ``lost`` is what else this build would read in the sentence of the announcement, or of the alert's later one.
    """

    what: Alert | AnnouncementDetected
    lost: tuple[Alternative, ...] = ()
    deliveries: tuple[Outcome, ...] = ()
    retracted: tuple[AnnouncementRetracted, ...] = ()
    alerts: tuple[Alert, ...] = ()


def explain(
    ctx: typer.Context,
    id_: Annotated[str, typer.Argument(metavar="ID", help="An alert's or announcement's id, or its beginning.")],
    as_json: AsJson = False,
    log_url: LogUrl = None,
) -> None:
    """Show why an alert was raised, or how an announcement was read.

    Quotes with the match marked, lexicon entries, slots with how times were resolved, the rule that fired, sources.
    """
    found = with_log(session_of(ctx), lambda log: _look(log, id_))
    if as_json:
        show_json(_as_json(found))
        return
    if isinstance(found.what, AnnouncementDetected):
        lines = of_announcement(found.what, found.retracted, found.alerts, found.lost)
    else:
        lines = of_alert(found.what, found.deliveries, found.lost)
    for line in lines:
        show_indented(line.text, line.indent, style="bold" if line.is_title else "")


def _as_json(found: Found) -> Mapping[str, object]:
    told: dict[str, object]
    if isinstance(found.what, AnnouncementDetected):
        ids = [alert.alert_id for alert in found.alerts]
        told = {"announcement": found.what, "retracted": found.retracted, "alerts": ids}
    else:
        told = {"alert": found.what, "deliveries": found.deliveries}
    return told | {"passed_over": [one._asdict() for one in found.lost]}


async def _look(log: EventLog, prefix: str) -> Found:
    what = _only(await _beginning_with(log, prefix), prefix)
    if isinstance(what, AnnouncementDetected):
        id_ = what.announcement.id
        retracted = [fact async for fact in _mentioning(log, AnnouncementRetracted.topic, id_)]
        alerts = [fact async for fact in _mentioning(log, AlertRaised.topic, id_)]
        return Found(
            what,
            await readings(log, what.announcement),
            retracted=tuple(one for one in retracted if isinstance(one, AnnouncementRetracted)),
            alerts=tuple(one for one in alerts if isinstance(one, Alert)),
        )
    deliveries = [fact async for fact in _mentioning(log, DeliveryMade.topic, what.alert_id)]
    made = tuple(one for one in deliveries if isinstance(one, DeliveryMade | DeliveryFailed | DeliveryGivenUp))
    return Found(what, await readings(log, told_by(what)[0].announcement), made)


async def _beginning_with(log: EventLog, prefix: str) -> Mapping[str, Alert | AnnouncementDetected]:
    found: dict[str, Alert | AnnouncementDetected] = {}
    for topic in (AlertRaised.topic, AnnouncementDetected.topic):
        async for fact in _mentioning(log, topic, prefix):
            if isinstance(fact, Alert) and fact.alert_id.startswith(prefix):
                found[fact.alert_id] = fact
            elif isinstance(fact, AnnouncementDetected) and fact.announcement.id.startswith(prefix):
                found[fact.announcement.id] = fact
    return found


def _only(found: Mapping[str, Alert | AnnouncementDetected], prefix: str) -> Alert | AnnouncementDetected:
    if not found:
        raise CommandError(
            f"no alert or announcement whose id begins with {prefix!r}; "
            "list them with: tocsin log show alerts, tocsin log show announcements"
        )
    if prefix not in found and len(found) > 1:
        named = ", ".join(sorted(found)[:_NAMED]) + (", …" if len(found) > _NAMED else "")
        raise CommandError(f"{len(found)} ids begin with {prefix!r}: {named}; give more of the id")
    return found.get(prefix) or next(iter(found.values()))


async def _mentioning(log: EventLog, topic: str, text: str) -> AsyncIterator[Fact]:
    """Yield a topic's facts whose JSON holds a text: most records need no decoding."""
    wanted = text.encode()
    async for record in records(log, topic):
        if wanted in record.value:
            yield codec.decode(record)
