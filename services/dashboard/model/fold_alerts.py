"""Storylines, alerts, what was held back, and what people did about them, as rows."""

from collections.abc import Callable, Mapping
from typing import Any

from services.dashboard.model.moments import ms
from services.dashboard.model.rows import Rows, Value
from tocsin.events import (
    AcknowledgementGiven,
    AlertAcknowledged,
    AlertRaised,
    AlertSuppressed,
    AlertWithdrawn,
    DeadlineNear,
    DeadlinePassed,
    Fact,
    ReviewGiven,
    SessionOpened,
    SessionRefused,
    SilenceSet,
    StorylineMerged,
    StorylineSilenced,
    StorylineUpdated,
)
from tocsin.log.base import Record

_STORYLINE = """
INSERT INTO storylines VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name,
status = excluded.status, at = excluded.at, is_empty = excluded.is_empty, value = excluded.value"""
_VERSION = "INSERT OR IGNORE INTO storyline_versions VALUES (?, ?, ?, ?, ?)"
_MEMBER = "INSERT OR REPLACE INTO members VALUES (?, ?, ?)"
_MERGE = "INSERT OR REPLACE INTO merges VALUES (?, ?, ?, ?)"
_ALERT = "INSERT OR IGNORE INTO alerts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FALL = "INSERT OR REPLACE INTO falls VALUES (?, ?)"
_SUPPRESSION = "INSERT OR IGNORE INTO suppressions VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_ACKNOWLEDGEMENT = "INSERT OR IGNORE INTO acknowledgements VALUES (?, ?, ?)"
_SILENCE = "INSERT OR REPLACE INTO silences VALUES (?, ?, ?, ?, ?)"
_REVIEW = "INSERT OR REPLACE INTO reviews VALUES (?, ?, ?, ?, ?)"
_ACT = """
INSERT INTO acts (at, user, what, storyline_id, alert_id, detail, record) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (record) DO NOTHING"""
_CHANGE = "INSERT INTO changes (kind, storyline_id, alert_id, text, at) VALUES (?, ?, ?, ?, ?)"


def _updated(rows: Rows, fact: StorylineUpdated, record: Record) -> None:
    at = ms(fact.at)
    is_empty = fact.state.status == "none"
    head = (fact.storyline_id, fact.storyline, fact.family, fact.theatre)
    rows.add(_STORYLINE, *head, fact.state.status, at, is_empty, record.value)
    rows.add(_VERSION, fact.storyline_id, at, fact.announcement_id, fact.change, record.value)
    gone = "" if fact.change == "told" else fact.change
    rows.add(_MEMBER, fact.announcement_id, fact.storyline_id, gone)
    _changed(rows, "storyline", fact.storyline_id, "", f"{fact.storyline}: {fact.state.status}", at)


def _merged(rows: Rows, fact: StorylineMerged, _: Record) -> None:
    rows.add(_MERGE, fact.storyline_id, fact.into, ms(fact.at), fact.user)
    _changed(rows, "storyline", fact.storyline_id, "", "merged", ms(fact.at))


def _raised(rows: Rows, fact: AlertRaised, record: Record) -> None:
    told = (fact.later.announcement.id, fact.earlier.announcement.id, fact.corrects or "")
    _alert(rows, fact, record, "raised", fact.relation, fact.kind, fact.confidence, told)
    if fact.corrects:
        rows.add(_FALL, fact.corrects, fact.alert_id)


def _fell(rows: Rows, fact: AlertWithdrawn, record: Record) -> None:
    told = (fact.gone.announcement.id, "", fact.withdraws)
    _alert(rows, fact, record, "withdrawn", fact.relation, fact.kind, 1.0, told)
    rows.add(_FALL, fact.withdraws, fact.alert_id)


def _deadline(rows: Rows, fact: DeadlineNear | DeadlinePassed, record: Record) -> None:
    what = "near" if isinstance(fact, DeadlineNear) else "passed"
    told = (fact.statement.announcement.id, "", "")
    _alert(rows, fact, record, what, "deadline", f"{fact.edge} {what}", fact.statement.announcement.confidence, told)


def _alert(
    rows: Rows,
    fact: AlertRaised | AlertWithdrawn | DeadlineNear | DeadlinePassed,
    record: Record,
    what: str,
    relation: str,
    kind: str,
    confidence: float,
    told: tuple[Value, ...],
) -> None:
    place = (fact.family, fact.theatre, ms(fact.at), fact.headline, confidence)
    rows.add(_ALERT, fact.alert_id, fact.storyline_id, what, relation, kind, *place, *told, record.value)
    _changed(rows, "alert", fact.storyline_id, fact.alert_id, fact.headline, ms(fact.at))


def _suppressed(rows: Rows, fact: AlertSuppressed, _: Record) -> None:
    about = (fact.storyline_id, fact.announcement_id, fact.earlier_id or "", fact.alert_id or "")
    rows.add(_SUPPRESSION, *about, fact.reason, fact.destination, fact.detail, ms(fact.at))


def _acknowledged(rows: Rows, fact: AlertAcknowledged, _: Record) -> None:
    rows.add(_ACKNOWLEDGEMENT, fact.alert_id, fact.user, ms(fact.at))
    _changed(rows, "acknowledged", fact.storyline_id, fact.alert_id, f"acknowledged by {fact.user}", ms(fact.at))


def _silenced(rows: Rows, fact: StorylineSilenced, _: Record) -> None:
    rows.add(_SILENCE, fact.storyline_id, ms(fact.until), fact.user, fact.reason, ms(fact.at))
    _changed(rows, "silenced", fact.storyline_id, "", f"silenced by {fact.user}", ms(fact.at))


def _changed(rows: Rows, kind: str, storyline_id: str, alert_id: str, text: str, at: int) -> None:
    rows.add(_CHANGE, kind, storyline_id, alert_id, text, at)


def _acknowledge(rows: Rows, fact: AcknowledgementGiven, record: Record) -> None:
    rows.add(_ACT, ms(fact.at), fact.user, "acknowledged", fact.storyline_id, fact.alert_id, "", record.id)


def _silence(rows: Rows, fact: SilenceSet, record: Record) -> None:
    detail = f"until {fact.until:%Y-%m-%d %H:%M} UTC" + (f": {fact.reason}" if fact.reason else "")
    rows.add(_ACT, ms(fact.at), fact.user, "silenced", fact.storyline_id, "", detail, record.id)


def _review(rows: Rows, fact: ReviewGiven, record: Record) -> None:
    alert = fact.alert_id or ""
    what = {"confirm": "confirmed", "reject": "rejected", "merge": "merged"}[fact.verdict]
    detail = f"into {fact.merge_into}" if fact.merge_into else fact.note
    rows.add(_ACT, ms(fact.at), fact.user, what, fact.storyline_id, alert, detail, record.id)
    if alert:
        rows.add(_REVIEW, alert, what, fact.user, ms(fact.at), fact.note)
    _changed(rows, "review", fact.storyline_id, alert, f"{what} by {fact.user}", ms(fact.at))


def _opened(rows: Rows, fact: SessionOpened, record: Record) -> None:
    rows.add(_ACT, ms(fact.at), fact.user, "signed in", "", "", f"as {fact.role} from {fact.address}", record.id)


def _refused(rows: Rows, fact: SessionRefused, record: Record) -> None:
    detail = f"{fact.reason.replace('_', ' ')}, from {fact.address}"
    rows.add(_ACT, ms(fact.at), fact.user, "was refused", "", "", detail, record.id)


FOLDS: Mapping[type[Fact], Callable[[Rows, Any, Record], None]] = {
    StorylineUpdated: _updated,
    StorylineMerged: _merged,
    AlertRaised: _raised,
    AlertWithdrawn: _fell,
    DeadlineNear: _deadline,
    DeadlinePassed: _deadline,
    AlertSuppressed: _suppressed,
    AlertAcknowledged: _acknowledged,
    StorylineSilenced: _silenced,
    AcknowledgementGiven: _acknowledge,
    SilenceSet: _silence,
    ReviewGiven: _review,
    SessionOpened: _opened,
    SessionRefused: _refused,
}
