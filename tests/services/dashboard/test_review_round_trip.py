"""A verdict given on the dashboard, through the log and the relate stage, and back to the dashboard."""

import asyncio
from pathlib import Path

from processors.relate.reviews import review_core
from processors.relate.stage import RelateCore
from services.settings import WorkerSettings
from services.worker import Worker
from tests.services.dashboard.desk_case import Case, a_desk, told
from tocsin.clock import SystemClock

NEWS = (
    *told("ceasefire/agreed", "1", issuer=("Army", "Rebels")),
    *told("ceasefire/violated", "2", hours=2, issuer=("Army",), target=("Rebels",)),
)


async def test_a_wrong_alert_is_withdrawn_and_the_board_goes_back_to_what_stood(tmp_path: Path) -> None:
    async with a_desk(tmp_path, *NEWS) as desk:
        stop = asyncio.Event()
        settings = WorkerSettings(tick_every=0.05)
        async with asyncio.timeout(30), asyncio.TaskGroup() as stages:
            stages.create_task(Worker(RelateCore.load(), desk.log, SystemClock(), settings).run(stop))
            stages.create_task(Worker(review_core(), desk.log, SystemClock(), settings).run(stop))
            alert = await first_alert(desk)
            assert await statuses(desk) == ["broken"]
            await desk.post("/act/review", alert=alert, verdict="reject", note="a drill")
            await until_status(desk, "agreed")
            stop.set()
        page = await desk.text("/")
        assert "Rejected by local" in page
        assert "corrected or withdrawn since" in page


async def first_alert(desk: Case) -> str:
    while True:
        await desk.desk.follower.catch_up()
        for alert in (await desk.get("/api/v1/alerts")).json()["alerts"]:
            return str(alert["id"])
        await asyncio.sleep(0.05)


async def until_status(desk: Case, wanted: str) -> None:
    while True:
        if await statuses(desk) == [wanted]:
            return
        await asyncio.sleep(0.05)


async def statuses(desk: Case) -> list[str]:
    await desk.desk.follower.catch_up()
    return [card["status"] for card in (await desk.get("/api/v1/storylines")).json()]
