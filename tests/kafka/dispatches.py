"""Made-up dispatches whose outcome does not depend on who works when.

All that is said of one theatre comes in one partition, and nothing said runs out by itself: so stages that share the
work, die and start again must write what one undisturbed worker writes.
"""

import random
from collections.abc import Sequence
from datetime import timedelta

from tests.flow.made_up_wire import DAYS, NEWS, OTHER, START, THEATRES
from tocsin.events import ArticlePublished
from tocsin.ids import content_id
from tocsin.log.kafka import partition_of
from tocsin.topics import topic_named
from tocsin.vocabulary import Article

_NEWS_SHARE = 0.7
_PARTITIONS = topic_named("tocsin.articles").partitions


def dispatches(count: int, seed: int) -> Sequence[ArticlePublished]:
    """Return facts of ``tocsin.articles``, ten minutes apart, each theatre's with ids of one partition."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    return [_dispatch(number, chance) for number in range(count)]


def _dispatch(number: int, chance: random.Random) -> ArticlePublished:
    home = chance.randrange(len(THEATRES))
    town, army, others = THEATRES[home]
    template = chance.choice(NEWS if chance.random() < _NEWS_SHARE else OTHER)
    words = {"town": town, "army": army, "others": others, "day": chance.choice(DAYS), "hours": chance.choice("468")}
    text, at = template.format(**words), START + timedelta(minutes=10 * number)
    article = Article(
        id=_id(number, home),
        feed_id="wire",
        source="Made-up Wire",
        publisher="wire.example",
        url=f"https://wire.example/{number}",
        title=text.partition(",")[0].removesuffix("."),
        text=text,
        lang="en",
        published=at,
        observed=at,
    )
    return ArticlePublished(at=at, article=article)


def _id(number: int, home: int) -> str:
    """Return an id whose record goes to the partition of that number."""
    tries = (content_id("test-article", number, attempt) for attempt in range(10_000))
    return next(id_ for id_ in tries if partition_of(id_.encode(), _PARTITIONS) == home)
