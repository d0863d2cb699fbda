"""What an announcement or an alert could have been and was not: other readings, rows, earlier statements."""

from collections.abc import Iterable, Iterator

from processors.detect.alternatives import Alternative
from processors.detect.detector import Detector
from processors.relate.table import Row, load_table
from services.commands.output import in_words
from services.commands.reading import records
from services.detection import LANGUAGES
from tocsin import codec
from tocsin.events import AlertRaised, ArticlePublished, ArticleRevised
from tocsin.log.base import EventLog
from tocsin.vocabulary import Announcement, Article, Step


async def readings(log: EventLog, told: Announcement) -> tuple[Alternative, ...]:
    """Return what else this build reads in an announcement's sentence; nothing where the log has lost its article."""
    article = await _article(log, told)
    return Detector.load(LANGUAGES).alternatives(article, told) if article else ()


def readings_in_words(lost: Iterable[Alternative]) -> Iterator[str]:
    """Yield one line a reading."""
    return (f"{one.what}: {one.reading} – {one.why}" for one in lost)


def relations(alert: AlertRaised) -> Iterator[str]:
    """Yield the other rows of the table for such news, and the steps that were not taken for the earlier statement."""
    table = load_table()
    for row in table.candidates(alert.family, alert.later.announcement.act):
        if row.id != alert.row:
            yield f"row: {row.id} ({row.kind}) – fires after {_needed(row)}, or comes later in the table"
    used = next((row for row in table.rows if row.id == alert.row), None)
    chosen = {alert.later.announcement.id, alert.earlier.announcement.id}
    for step in alert.steps:
        if used is not None and step.announcement_id not in chosen:
            act = step.act.replace("_", " ")
            yield f"earlier: {act} of {in_words(step.at)} ({step.source}) – {_not_taken(step, used, alert)}"


def _needed(row: Row) -> str:
    acts = " or ".join(row.standing).replace("_", " ")
    return acts + (" by the same side" if row.own else "") + (", where it begins anew" if row.anew else "")


def _not_taken(step: Step, row: Row, alert: AlertRaised) -> str:
    if step.is_background:
        return "told as background"
    if step.act not in (row.against or row.standing):
        return "this row answers no such act"
    told = alert.earlier.article.published or alert.earlier.article.observed
    if step.at < told:
        return "older than the one that was taken"
    return "another report was preferred: its own article's, another outlet's, or the newest"


async def _article(log: EventLog, told: Announcement) -> Article | None:
    """Return the newest revision of an announcement's article that holds its quote."""
    found: Article | None = None
    wanted = told.article_id.encode()
    async for record in records(log, ArticlePublished.topic):
        if wanted not in record.value:
            continue
        fact = codec.decode(record)
        if isinstance(fact, ArticlePublished | ArticleRevised) and fact.article.id == told.article_id:
            found = fact.article if told.quote in f"{fact.article.title}\n{fact.article.text}" else found
    return found
