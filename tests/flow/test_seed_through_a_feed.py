"""The article that the project started from, published alone through a feed and polled by the real program."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from demo.stages import run_stages
from services import logs
from services.settings import HealthSettings, IngestSettings, LogSettings, Settings, WorkerSettings
from tests.flow.local_world import World, a_world
from tests.shared import SHARED, needs_shared
from tocsin import codec
from tocsin.clock import ManualClock
from tocsin.events import AlertRaised, AnnouncementDetected, ArticlePublished, DeliveryMade, Fact

pytestmark = needs_shared
_PUBLISHED = datetime(2016, 11, 2, 18, 0, tzinfo=UTC)
_TOPICS = ("tocsin.articles", "tocsin.announcements", "tocsin.alerts", "tocsin.deliveries")


def show_the_seed(world: World) -> None:
    title, _, text = (SHARED / "seed" / "aleppo_2016-11-02.txt").read_text(encoding="utf-8").partition("\n")
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    world.items.append(
        f"<item><guid isPermaLink='false'>seed</guid><title>{escape(title)}</title><link>{world.address}/seed</link>"
        f"<description>{escape(paragraphs)}</description><pubDate>{format_datetime(_PUBLISHED)}</pubDate></item>"
    )


def settings_for(world: World, folder: Path) -> Settings:
    catalogue = folder / "feeds.toml"
    catalogue.write_text(f'[[feeds]]\nid = "seed"\nurl = "{world.address}/feed"\nallow_private = true\n')
    return Settings(
        log=LogSettings(path=folder / "tocsin.db", partitions=1),
        worker=WorkerSettings(tick_every=0.1),
        ingest=IngestSettings(catalogue=catalogue),
        health=HealthSettings(port=0),
    )


async def facts(settings: Settings) -> list[Fact]:
    log = await logs.open_log(settings)
    try:
        return [codec.decode(record) for topic in _TOPICS async for record in log.read(topic, 0, 0)]
    finally:
        await log.aclose()


async def told(folder: Path) -> list[Fact]:
    """Run every stage on a feed that shows the seed alone, until an alert is delivered; return what the log holds."""
    with a_world() as world:
        show_the_seed(world)
        settings = settings_for(world, folder)
        async with asyncio.timeout(60), run_stages(settings, ManualClock(_PUBLISHED + timedelta(minutes=30))):
            while not any(isinstance(fact, DeliveryMade) for fact in await facts(settings)):  # noqa: ASYNC110
                await asyncio.sleep(0.2)
        return await facts(settings)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> list[Fact]:
    return asyncio.run(told(tmp_path_factory.mktemp("seed")))


def test_the_article_is_published_once(log: list[Fact]) -> None:
    assert len([fact for fact in log if isinstance(fact, ArticlePublished)]) == 1


@pytest.mark.parametrize(
    ("family", "act", "is_background"),
    [
        ("ceasefire", "declared", False),
        ("ultimatum", "declared", False),
        ("ultimatum", "rejected", False),
        ("ceasefire", "rejected", False),
        ("siege", "in_force", None),
        ("siege", "declared", None),
        ("ceasefire", "ended", True),
    ],
)
def test_its_announcements_are_in_the_log_with_quotes(
    log: list[Fact], family: str, act: str, is_background: bool | None
) -> None:
    found = [fact.announcement for fact in log if isinstance(fact, AnnouncementDetected)]
    fitting = [a for a in found if (a.family, a.act) == (family, act) and is_background in (None, a.is_background)]

    assert fitting
    assert all(a.quote for a in fitting)


def test_the_rebels_refusal_contradicts_the_ultimatum_and_the_pause(log: list[Fact]) -> None:
    raised = [fact for fact in log if isinstance(fact, AlertRaised)]

    assert {("ultimatum", "rejects"), ("ceasefire", "rejects")} <= {(alert.family, alert.kind) for alert in raised}
