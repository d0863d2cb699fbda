"""The pages: each asks the read model one question and renders one template."""

from datetime import UTC, datetime, timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.dashboard.desk import desk_of
from services.dashboard.drawing.outlines import country_name
from services.dashboard.pictures import chart, map_of, strip_of
from services.dashboard.views import changes, operations, past
from services.dashboard.views import storyline as storylines
from services.dashboard.views.board import GROUPS, board
from services.dashboard.views.explained import explained
from services.dashboard.views.filters import Filter, FilterError, bounded, moment_in
from services.dashboard.views.search import search
from services.dashboard.views.values import Card

_NEWEST = 12  # changes beside the board
_LISTED = 50  # alerts a page of the list
_INBOX = 30


async def now_page(request: Request) -> Response:
    """What is in force, offered, threatened; what changed last."""
    desk, wanted, now = desk_of(request), filter_of(request), desk_of(request).now()
    shown, newest = await desk.ask(lambda db: (board(db, wanted, now), changes.newest(db, wanted, _NEWEST)))
    return await desk.page(
        request,
        "now.html",
        title="Now",
        groups=GROUPS,
        board=shown,
        changes=newest.changes,
        filter=wanted,
        countries=_countries(shown.all),
    )


async def storyline_page(request: Request) -> Response:
    """One storyline, drawn and told."""
    desk, now, id_ = desk_of(request), desk_of(request).now(), request.path_params["id"]
    line = await desk.ask(lambda db: storylines.storyline(db, id_, now))
    if line is None:
        raise HTTPException(404, f"there is no storyline {id_[:64]!r}; it may have gone by another id")
    near = await desk.ask(lambda db: storylines.neighbours(db, line))
    return await desk.page(
        request, "storyline.html", title=line.card.name, line=line, drawing=chart(line, now), neighbours=near
    )


async def map_page(request: Request) -> Response:
    """Map, timeline and list under one filter."""
    desk, wanted, now = desk_of(request), filter_of(request), desk_of(request).now()
    after = request.query_params.get("after", "")
    shown, page, came = await desk.ask(
        lambda db: (
            board(db, wanted, now),
            changes.newest(db, wanted, _LISTED, after),
            changes.moments(db, wanted),
        )
    )
    return await desk.page(
        request,
        "map.html",
        strip=strip_of(came, wanted),
        title="Map and list",
        filter=wanted,
        groups=GROUPS,
        cards=shown.all,
        more=shown.more,
        page=page,
        countries=_countries(shown.all),
        drawing=map_of(shown.all, wanted),
    )


async def known_page(request: Request) -> Response:
    """What was believed at a moment, and what was true for then."""
    desk, wanted = desk_of(request), filter_of(request)
    span = await desk.ask(past.span)
    moment = moment_of(request, span)
    rows = await desk.ask(lambda db: past.known_at(db, moment, wanted)) if moment else []
    return await desk.page(
        request, "known.html", title="As known at", span=span, moment=moment, rows=rows, filter=wanted
    )


async def inbox_page(request: Request) -> Response:
    """What waits for a person's review."""
    desk = desk_of(request)
    waiting = await desk.ask(lambda db: changes.waiting(db, _INBOX))
    return await desk.page(request, "inbox.html", title="Inbox", changes=waiting, unsure=changes.UNSURE)


async def operations_page(request: Request) -> Response:
    """Feeds, stages, dead letters, sends, what was held back, what people did."""
    desk, now = desk_of(request), desk_of(request).now()
    feeds, sends, letters, builds, held, acts = await desk.ask(
        lambda db: (
            operations.feeds(db, now),
            (operations.destinations(db, now), operations.deliveries(db)),
            operations.dead_letters(db),
            operations.builds(db),
            storylines.suppressions(db, limit=50),
            storylines.acts(db, limit=50),
        )
    )
    return await desk.page(
        request,
        "operations.html",
        title="Operations",
        stages=desk.gauge.stages,
        topics=desk.gauge.topics,
        build=desk.build,
        streams=desk.broadcast.open_streams,
        feeds=feeds,
        destinations=sends[0],
        deliveries=sends[1],
        dead_letters=letters,
        last_errors={letter.stage: letter for letter in sorted(letters, key=lambda letter: letter.at)},
        builds=builds,
        suppressions=held,
        acts=acts,
    )


async def explain_page(request: Request) -> Response:
    """Why an alert was raised, or how an announcement was read."""
    desk, id_ = desk_of(request), request.path_params["id"]
    found = await desk.ask(lambda db: explained(db, id_))
    if found is None:
        raise HTTPException(404, f"no alert or announcement has the id {id_[:64]!r}")
    return await desk.page(request, "explain.html", title="Explain", found=found, rule=desk.rules.get(found.row, ""))


async def search_page(request: Request) -> Response:
    """What articles and announcements hold some words."""
    desk, words = desk_of(request), request.query_params.get("q", "")[:200]
    hits = await desk.ask(lambda db: search(db, words)) if words.strip() else []
    return await desk.page(request, "search.html", title="Search", words=words, hits=hits)


ROUTES = [
    Route("/", now_page, name="now"),
    Route("/storylines/{id}", storyline_page),
    Route("/map", map_page),
    Route("/known", known_page),
    Route("/inbox", inbox_page),
    Route("/operations", operations_page),
    Route("/explain/{id}", explain_page),
    Route("/search", search_page),
]


def filter_of(request: Request) -> Filter:
    """Return the filter of an address. Raises HTTPException 400."""
    try:
        return Filter.of(request.query_params)
    except FilterError as error:
        raise HTTPException(400, str(error)) from error


def moment_of(request: Request, span: tuple[datetime, datetime] | None) -> datetime | None:
    """Return the moment that the slider (``t``, seconds since 1970) or the field (``at``) gives; else the last."""
    try:
        at = moment_in(request.query_params, "at")
        slid = request.query_params.get("t", "")
        if at is None and slid:
            at = bounded(datetime.fromtimestamp(int(slid), UTC))
    except (FilterError, ValueError, OverflowError, OSError) as error:
        raise HTTPException(400, f"the moment cannot be read: {error}") from error
    if at is None and span is not None:
        return span[1] + timedelta(seconds=1)
    return at


def _countries(cards: list[Card]) -> list[tuple[str, str]]:
    codes = {card.theatre for card in cards} - {"XX"}
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])
