"""A replay: stages over a log of its own, in article time, with nothing lost and nothing sent."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.replay import Replayed, replay
from services.settings import Settings
from services.worker import PoisonRunError
from tests.builders import (
    NOON,
    a_detected_announcement,
    a_passed_deadline,
    a_statement,
    an_alert,
    an_announcement,
    an_article,
    an_article_ref,
)
from tocsin.events import AnnouncementDetected, ArticlePublished, ArticleRevised, Fact
from tocsin.stage import StageCore
from tocsin.vocabulary import Article, Value


class Seen(Value, frozen=True, kw_only=True):
    """What the test's stages remember."""

    earlier: tuple[AnnouncementDetected, ...] = ()
    has_ticked: bool = False


class EveryArticle:
    """A detect stage that reads one announcement in every article; the article named ``broken`` breaks it."""

    name: str = "detect"
    topics: tuple[str, ...] = ("tocsin.articles",)
    version: str = "1"
    state_type: type[Seen] = Seen

    def initial(self) -> Seen:
        return Seen()

    def decide(self, state: Seen, fact: Fact, now: datetime) -> tuple[Seen, Sequence[Fact]]:
        assert isinstance(fact, ArticlePublished | ArticleRevised)
        article = fact.article
        if article.title == "broken":
            raise ValueError("this article breaks the detector")
        reference = an_article_ref(id=article.id, revision=article.revision, observed=article.observed)
        announcement = an_announcement(id=f"{article.id}-{article.revision}", article_id=article.id)
        return state, [a_detected_announcement(announcement, reference)]

    def tick(self, state: Seen, now: datetime) -> tuple[Seen, Sequence[Fact]]:
        return state, ()


class EveryNext:
    """A relate stage for which each announcement supersedes the one before; one timer runs out at 15:00."""

    name: str = "relate"
    topics: tuple[str, ...] = ("tocsin.announcements",)
    version: str = "1"
    state_type: type[Seen] = Seen
    due = datetime(2016, 11, 3, 15, tzinfo=UTC)

    def initial(self) -> Seen:
        return Seen()

    def decide(self, state: Seen, fact: Fact, now: datetime) -> tuple[Seen, Sequence[Fact]]:
        assert isinstance(fact, AnnouncementDetected)
        alerts = [
            an_alert(
                at=now,
                alert_id=f"{earlier.announcement.id}+{fact.announcement.id}",
                earlier=a_statement(earlier.announcement, earlier.article),
                later=a_statement(fact.announcement, fact.article),
            )
            for earlier in state.earlier[-1:]
        ]
        return msgspec.structs.replace(state, earlier=(*state.earlier, fact)), alerts

    def tick(self, state: Seen, now: datetime) -> tuple[Seen, Sequence[Fact]]:
        if state.has_ticked or now < self.due:
            return state, ()
        return msgspec.structs.replace(state, has_ticked=True), [a_passed_deadline(at=now, due=self.due)]


def articles_at(*hours: int, **fields: Any) -> list[Article]:
    """Return one article an hour that is named, each at its own address."""
    return [
        an_article(
            id=f"a{number}", url=f"https://wire.example/{number}", observed=NOON + timedelta(hours=hour - 12), **fields
        )
        for number, hour in enumerate(hours)
    ]


def replayed(
    articles: Sequence[Article], folder: Path, cores: Sequence[StageCore[Any]] = (EveryArticle(), EveryNext())
) -> Replayed:
    return asyncio.run(replay(articles, folder / "replay.db", Settings(), lambda *_: None, cores))


def test_every_article_goes_through_both_stages_in_order(tmp_path: Path) -> None:
    result = replayed(articles_at(12, 13, 14), tmp_path)
    assert [alert.alert_id for alert in result.alerts] == ["a0-1+a1-1", "a1-1+a2-1"]
    assert result.counts["article.published.v1"] == result.counts["announcement.detected.v1"] == 3


def test_alerts_carry_article_time(tmp_path: Path) -> None:
    result = replayed(articles_at(12, 13), tmp_path)
    assert [alert.at for alert in result.alerts] == [NOON + timedelta(hours=1)]


def test_an_edit_is_shown_with_the_id_that_the_file_gave_it(tmp_path: Path) -> None:
    first = an_article(id="first")
    [alert] = replayed([first, an_article(id="second", revision=2, title="Truce over")], tmp_path).alerts
    result = replayed([first], tmp_path / "other")
    assert result.given_ids == {("first", 1): "first"}
    assert (alert.earlier.article.id, alert.later.article.id, alert.later.article.revision) == ("first", "first", 2)


@pytest.mark.parametrize(("last_hour", "passed"), [(14, 0), (16, 1)])
def test_timers_run_out_when_article_time_has_passed_them(tmp_path: Path, last_hour: int, passed: int) -> None:
    assert len(replayed(articles_at(12, last_hour), tmp_path).deadlines) == passed


def test_a_timer_runs_out_before_the_news_that_came_after_it(tmp_path: Path) -> None:
    result = replayed(articles_at(12, 16, 17), tmp_path)
    assert [deadline.at.hour for deadline in result.deadlines] == [15]  # when it passed, not when that came to light


def test_the_same_articles_give_the_same_result_again(tmp_path: Path) -> None:
    articles = articles_at(12, 13, 14, 16)
    assert replayed(articles, tmp_path / "one") == replayed(articles, tmp_path / "two")


def test_an_article_that_breaks_a_stage_is_counted_and_the_others_go_on(tmp_path: Path) -> None:
    articles = [*articles_at(12), an_article(id="b", url="", title="broken"), an_article(id="c", url="")]
    result = replayed(articles, tmp_path)
    assert result.counts["record.dead-lettered.v1"] == 1
    assert result.counts["announcement.detected.v1"] == 2


def test_a_stage_that_every_article_breaks_stops_the_replay(tmp_path: Path) -> None:
    with pytest.raises(PoisonRunError):
        replayed(articles_at(*range(12, 12 + Settings().worker.dead_letter_run), title="broken"), tmp_path)


def test_no_articles_give_no_alerts(tmp_path: Path) -> None:
    assert replayed([], tmp_path).alerts == []


def test_progress_ends_with_all_that_there_is(tmp_path: Path) -> None:
    reports: dict[str, tuple[int, int]] = {}

    def report(what: str, done: int, total: int) -> None:
        reports[what] = (done, total)

    articles = articles_at(12, 13, 14)
    asyncio.run(replay(articles, tmp_path / "replay.db", Settings(), report, (EveryArticle(), EveryNext())))
    assert reports == {"read": (3, 3), "detect": (3, 3), "relate": (3, 3)}
