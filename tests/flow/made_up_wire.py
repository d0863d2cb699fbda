"""A made-up newswire: as many dispatches as a test wants, from templates, the same for the same seed.

Places are real, the news is not. Most dispatches are none of Tocsin's business, as on any wire.
"""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

from tocsin.events import ArticlePublished, ArticleRevised, Fact
from tocsin.ids import content_id
from tocsin.vocabulary import Article, Change

START = datetime(2016, 10, 3, 6, 0, tzinfo=UTC)

THEATRES = (
    ("Aleppo", "Syrian army", "rebels"),
    ("Taiz", "Yemeni army", "Houthis"),
    ("Donetsk", "Ukrainian army", "separatists"),
    ("Mosul", "Iraqi army", "Islamic State"),
    ("El Fasher", "Sudanese army", "Rapid Support Forces"),
)
NEWS = (
    "The {army} on {day} declared a {hours}-hour ceasefire in {town} to let aid convoys in.",
    "The {others} rejected the ceasefire in {town}, saying that the {army} had never kept one.",
    "The {army} extended the ceasefire in {town} by another {hours} hours.",
    "The {army} said that the ceasefire in {town} was over.",
    "The {army} gave the {others} until {day} evening to leave {town}.",
    "The {others} refused to leave {town} despite the ultimatum of the {army}.",
    "The {army} has besieged {town} since {day}, cutting the last road into it.",
    "The {others} broke the siege of {town} after a night of fighting.",
    "The {army} and the {others} agreed on a ceasefire in {town} that begins on {day}.",
    "The {others} accused the {army} of violating the ceasefire in {town}.",
)
OTHER = (
    "The harbour of {town} will get a new crane, its council said on {day}.",
    "Bakers in {town} raised the price of bread by {hours} per cent.",
    "A football match in {town} ended in a draw on {day}.",
    "Heavy rain closed three schools in {town} for {hours} hours.",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")


def dispatches(count: int, seed: int) -> Iterator[Fact]:
    """Yield facts of ``tocsin.articles``, ten minutes apart; every ninth is an edit of an earlier one."""
    chance = random.Random(seed)  # noqa: S311  not for secrets
    articles: list[Article] = []
    for number in range(count):
        at = START + timedelta(minutes=10 * number)
        if number % 9 == 8:
            index = chance.randrange(len(articles))
            edit = _edit(articles[index], chance, at)
            articles[index] = edit.article
            yield edit
        else:
            articles.append(_article(number, chance, at))
            yield ArticlePublished(at=at, article=articles[-1])


def _article(number: int, chance: random.Random, at: datetime) -> Article:
    text = _text(chance)
    publisher = chance.choice(("north.example", "south.example", "harbour.example"))
    return Article(
        id=content_id("test-article", number),
        feed_id=publisher,
        source=publisher.partition(".")[0].title(),
        publisher=publisher,
        url=f"https://{publisher}/{number}",
        title=text.partition(",")[0].removesuffix("."),
        text=text,
        lang="en",
        published=at,
        observed=at,
    )


def _edit(article: Article, chance: random.Random, at: datetime) -> ArticleRevised:
    text = _text(chance)
    revised = msgspec.structs.replace(article, text=text, observed=at, revision=article.revision + 1)
    return ArticleRevised(at=at, article=revised, changes=(Change(field="text", before=article.text, after=text),))


def _text(chance: random.Random) -> str:
    town, army, others = chance.choice(THEATRES)
    templates = NEWS if chance.random() < 0.6 else OTHER
    words = {"town": town, "army": army, "others": others, "day": chance.choice(DAYS), "hours": chance.choice("468")}
    return " ".join(one.format(**words) for one in chance.sample(templates, 2))
