"""What a person does on a page: a fact with their name, appended to the log. Nothing changes but by that."""

import asyncio
import contextlib
from collections.abc import Mapping
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services import dead_letters
from services.dashboard.access.local_path import local_path
from services.dashboard.desk import Desk, desk_of, person_of
from services.dashboard.views import changes
from services.dashboard.views.storyline import merged_into
from services.dashboard.views.values import Change
from tocsin.events import AcknowledgementGiven, Fact, ReviewGiven, SilenceSet

_LONGEST_SILENCE = 24 * 30  # hours
_NOTE = 500  # characters kept
_SEEN_WITHIN = 2.0  # seconds that a page waits to show what was just done


async def acknowledge(request: Request) -> Response:
    """Acknowledge an alert: its repeats stop."""
    desk, form, now = desk_of(request), await _form(request), desk_of(request).now()
    alert = await _alert(desk, form)
    who = person_of(request).name
    fact = AcknowledgementGiven(at=now, storyline_id=alert.storyline_id, alert_id=alert.id, user=who)
    return await _done(request, fact, form)


async def silence(request: Request) -> Response:
    """Hold back a storyline's alerts for some hours."""
    desk, form, now = desk_of(request), await _form(request), desk_of(request).now()
    storyline_id, _, _ = await _storyline(desk, form.get("storyline", ""))
    until = now + timedelta(hours=_hours(form.get("hours", "")))
    who, why = person_of(request).name, form.get("note", "")[:_NOTE]
    return await _done(request, SilenceSet(at=now, storyline_id=storyline_id, until=until, user=who, reason=why), form)


async def review(request: Request) -> Response:
    """Confirm an alert, or say that it is wrong."""
    desk, form, now = desk_of(request), await _form(request), desk_of(request).now()
    alert, verdict = await _alert(desk, form), form.get("verdict")
    if verdict not in ("confirm", "reject"):
        raise HTTPException(400, "verdict: give confirm or reject")
    fact = ReviewGiven(
        at=now,
        storyline_id=alert.storyline_id,
        theatre=alert.theatre,
        verdict="confirm" if verdict == "confirm" else "reject",
        user=person_of(request).name,
        alert_id=alert.id,
        note=form.get("note", "")[:_NOTE],
    )
    return await _done(request, fact, form)


async def merge(request: Request) -> Response:
    """Say that a storyline is another one."""
    desk, form, now = desk_of(request), await _form(request), desk_of(request).now()
    source, family, theatre = await _storyline(desk, form.get("storyline", ""))
    into, other_family, other_theatre = await _storyline(desk, form.get("into", ""))
    if source == into or (family, theatre) != (other_family, other_theatre):
        raise HTTPException(400, "into: give another storyline of the same family and country")
    fact = ReviewGiven(
        at=now,
        storyline_id=source,
        theatre=theatre,
        verdict="merge",
        user=person_of(request).name,
        merge_into=into,
        note=form.get("note", "")[:_NOTE],
    )
    return await _done(request, fact, {"back": f"/storylines/{into}"})


async def settle(request: Request) -> Response:
    """Retry or discard a dead letter."""
    desk, form = desk_of(request), await _form(request)
    what = {"retry": dead_letters.retry, "discard": dead_letters.discard}.get(form.get("what", ""))
    if what is None:
        raise HTTPException(400, "what: give retry or discard")
    try:
        place = dead_letters.LetterPlace(form["stage"], form["topic"], int(form["partition"]), int(form["position"]))
        changed = desk.follower.changed
        await what(desk.log, place, person_of(request).name, desk.now())
    except (KeyError, ValueError, LookupError) as error:
        raise HTTPException(409, f"the dead letter was left as it is: {error}") from error
    return await _seen(changed, "/operations")


ROUTES = [
    Route("/acknowledge", acknowledge, methods=["POST"]),
    Route("/silence", silence, methods=["POST"]),
    Route("/review", review, methods=["POST"]),
    Route("/merge", merge, methods=["POST"]),
    Route("/dead-letters", settle, methods=["POST"]),
]


async def _form(request: Request) -> Mapping[str, str]:
    """Return the fields of a form, or of a JSON object."""
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            given = await request.json()
        except ValueError as error:
            raise HTTPException(400, f"the body is no JSON: {error}") from error
        if not isinstance(given, dict):
            raise HTTPException(400, "the body must be a JSON object")
        return {str(name): str(value) for name, value in given.items()}
    form = await request.form(max_files=0, max_fields=20)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def _alert(desk: Desk, form: Mapping[str, str]) -> Change:
    id_ = form.get("alert", "")
    found = await desk.ask(lambda db: changes.one(db, id_))
    if found is None or found.id != id_:
        raise HTTPException(404, f"no alert {id_[:64]!r}")
    return found


async def _storyline(desk: Desk, id_: str) -> tuple[str, str, str]:
    """Return id, family and theatre of a storyline, under the id that it goes on with."""
    row = await desk.ask(
        lambda db: db.execute(
            "SELECT id, family, theatre FROM storylines WHERE id = ?", (merged_into(db, id_),)
        ).fetchone()
    )
    if row is None:
        raise HTTPException(404, f"no storyline {id_[:64]!r}")
    return row[0], row[1], row[2]


def _hours(text: str) -> float:
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= _LONGEST_SILENCE:
        raise HTTPException(400, f"hours: give a number above 0, at most {_LONGEST_SILENCE}")
    return hours


async def _done(request: Request, fact: Fact, form: Mapping[str, str]) -> Response:
    changed = desk_of(request).follower.changed
    await desk_of(request).record(fact)
    return await _seen(changed, form.get("back", ""))


async def _seen(changed: asyncio.Event, back: str) -> Response:
    """Go back to the page once the read model has what was done, or has had time to.

    ``changed`` is the follower's event of before it was done.
    """
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_SEEN_WITHIN):
            await changed.wait()
    return RedirectResponse(local_path(back), status_code=303)
