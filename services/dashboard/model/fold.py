"""Facts to rows, for each kind of fact that the pages show. Folding one twice changes only the counts by hour."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog

from services.dashboard.model import fold_alerts, fold_news, fold_operations
from services.dashboard.model.rows import Rows
from tocsin import codec
from tocsin.events import Fact
from tocsin.log.base import Record

#: The topics that are folded. Announcements come before what is said of them, so that pages rarely miss one.
TOPICS = (
    "tocsin.articles",
    "tocsin.announcements",
    "tocsin.alerts",
    "tocsin.deliveries",
    "tocsin.feeds",
    "tocsin.commands",
    "tocsin.dead-letters",
)

_FOLDS: Mapping[type[Fact], Callable[[Rows, Any, Record], None]] = {
    **fold_news.FOLDS,
    **fold_alerts.FOLDS,
    **fold_operations.FOLDS,
}


def folded(records: Iterable[Record]) -> Rows:
    """Return the rows of some records. One that cannot be read is passed over with a warning: the stages park it."""
    rows = Rows()
    for record in records:
        try:
            fact = codec.decode(record)
        except ValueError as error:
            structlog.get_logger().warning("the dashboard passes over a record", error=str(error))
            continue
        fold = _FOLDS.get(type(fact))
        if fold is not None:
            fold(rows, fact, record)
    return rows
