"""Turns a verdict into the alert that people get, or into the reason why they get none."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from processors.relate.copies import source_lines
from processors.relate.headline import headline
from processors.relate.history import KEPT_STATEMENTS, is_settled_since
from processors.relate.judge import Verdict
from processors.relate.ledger import Storyline, Told
from processors.relate.naming import listed, measure_at, where
from processors.relate.sides import parties
from processors.relate.storyline import steps_of
from tocsin.events import AlertRaised, AlertSuppressed, AlertWithdrawn, Fact
from tocsin.ids import content_id
from tocsin.standing import state_after, told_at
from tocsin.vocabulary import Announcement, State, Statement


class Why(NamedTuple):
    """Why an announcement counts no more: its article was ``revised`` or ``withdrawn``, or somebody ``rejected`` it."""

    code: str
    by: str = ""  # who rejected it


def raised(
    line: Storyline, later: Statement, verdict: Verdict, before: State, now: datetime, corrects: str | None = None
) -> tuple[Storyline, Fact]:
    """Return the storyline that remembers the alert, and the alert; or why it is held back."""
    new, old = later.announcement, verdict.earlier.announcement
    held_back = verdict.held_back or ("settled_since" if not corrects and is_settled_since(line, later) else "")
    if held_back:
        return line, _held_back(line, later, verdict, held_back, now)
    corrects = corrects or _retracted_before(line, later, verdict)
    alert_id = content_id("alert", line.id, verdict.row.relation, verdict.row.kind, new.id, old.id)
    lines, independent = source_lines(line, later)
    alert = AlertRaised(
        at=now,
        alert_id=alert_id,
        storyline_id=line.id,
        storyline=line.name,
        theatre=line.theatre,
        family=line.family,
        relation=verdict.row.relation,
        kind=verdict.row.kind,
        row=verdict.row.id,
        reason=verdict.row.reason,
        headline=headline(verdict, later),
        later=later,
        earlier=verdict.earlier,
        before=before,
        after=state_after(before, later),
        sources=lines,
        independent=independent,
        steps=steps_of(line),
        confidence=min(new.confidence, old.confidence),
        corrects=corrects,
    )
    told = Told(
        alert_id=alert_id,
        relation=verdict.row.relation,
        kind=verdict.row.kind,
        article_id=later.article.id,
        later_id=new.id,
        earlier_id=old.id,
        accused=tuple(sorted(parties(new))),
        at=told_at(later.article),
    )
    return msgspec.structs.replace(line, told=(*line.told, told)[-KEPT_STATEMENTS:]), alert


def _held_back(line: Storyline, later: Statement, verdict: Verdict, reason: str, now: datetime) -> AlertSuppressed:
    return AlertSuppressed(
        at=now,
        storyline_id=line.id,
        announcement_id=later.announcement.id,
        earlier_id=verdict.earlier.announcement.id,
        reason=reason,
        detail=verdict.row.id,
    )


def _retracted_before(line: Storyline, later: Statement, verdict: Verdict) -> str | None:
    """Return the alert of this article and kind that fell with an earlier revision of it, which this one corrects."""
    fallen = [
        one.alert_id
        for one in line.told
        if one.is_retracted and one.article_id == later.article.id and one.kind == verdict.row.kind
    ]
    return fallen[-1] if fallen else None


def reworded(line: Storyline, told: Told, now: datetime) -> AlertSuppressed:
    """Say that an alert stands though the article now words it differently."""
    return AlertSuppressed(
        at=now,
        storyline_id=line.id,
        announcement_id=told.later_id,
        earlier_id=told.earlier_id,
        alert_id=told.alert_id,
        reason="reworded",
        detail="the article was revised and says the same",
    )


def withdrawn(line: Storyline, told: Told, gone: Statement, before: State, why: Why, now: datetime) -> AlertWithdrawn:
    """Tell people that an alert fell with an announcement that it rested on; ``line`` is what is left without it."""
    lost = gone.announcement
    party, measure = listed(lost.issuer), measure_at(where(lost), lost.family)
    what = f"{party}: {_act(lost)}" if party else f"reports: {_act(lost)}"
    fell = f"Rejected by {why.by}" if why.by else "No longer told"
    return AlertWithdrawn(
        at=now,
        alert_id=content_id("withdrawn", told.alert_id, lost.id),
        withdraws=told.alert_id,
        storyline_id=line.id,
        storyline=line.name,
        theatre=line.theatre,
        family=line.family,
        relation=told.relation,
        kind=told.kind,
        why=why.code,
        headline=f"{fell}: {measure}, {what} ({gone.article.source})",
        gone=gone,
        before=before,
        after=line.state,
        steps=steps_of(line),
    )


def _act(told: Announcement) -> str:
    return told.act.replace("_", " ")
