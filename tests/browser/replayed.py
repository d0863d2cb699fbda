"""The demonstration's newswire, replayed by the real stages."""

from datetime import datetime
from pathlib import Path

from demo.server import Dispatch, load_newswire
from services import replay
from services.settings import Settings
from tests.browser.desk import LAST
from tocsin import codec
from tocsin.clock import SystemClock
from tocsin.events import Fact
from tocsin.log.sqlite import SqliteLog
from tocsin.vocabulary import Article


async def replayed(path: Path, until: datetime = LAST) -> tuple[Fact, ...]:
    """Return the facts of the newswire up to a moment; the log is kept at ``path``."""
    articles = [_article(number, one) for number, one in enumerate(load_newswire().dispatches)]
    await replay.replay(articles, path, Settings(), lambda *_: None)
    log = await SqliteLog.open(path, topics=(), clock=SystemClock())
    facts: list[Fact] = []
    for topic in ("tocsin.articles", "tocsin.announcements", "tocsin.alerts"):
        facts += [codec.decode(record) async for record in log.read(topic, 0, 0)]
    await log.aclose()
    return tuple(fact for fact in facts if fact.at <= until)


def _article(number: int, one: Dispatch) -> Article:
    return Article(
        id=f"d{number}",
        feed_id=one.wire,
        source=one.wire,
        publisher=f"{one.wire}.example",
        url=f"https://{one.wire}.example/{number}",
        title=one.title,
        text=one.text,
        lang="en",
        published=one.at,
        observed=one.at,
    )
