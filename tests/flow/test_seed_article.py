"""The article that the project started from: what the detector must read in it, each with its quote."""

from datetime import UTC, datetime
from functools import lru_cache

from processors.detect.detector import Detector
from tests.builders import an_article
from tests.shared import SHARED, needs_shared
from tocsin.vocabulary import Announcement

pytestmark = needs_shared
_PUBLISHED = datetime(2016, 11, 2, 18, 0, tzinfo=UTC)


@lru_cache(maxsize=1)
def seed() -> tuple[str, str]:
    title, _, text = (SHARED / "seed" / "aleppo_2016-11-02.txt").read_text(encoding="utf-8").partition("\n")
    return title, text


@lru_cache(maxsize=1)
def found() -> tuple[Announcement, ...]:
    title, text = seed()
    article = an_article(title=title, text=text, published=_PUBLISHED, observed=_PUBLISHED)
    return Detector.load().announcements(article)


def those(family: str, act: str) -> list[Announcement]:
    return [a for a in found() if (a.family, a.act) == (family, act)]


def test_russia_announces_a_humanitarian_pause_with_its_hours() -> None:
    pause = those("ceasefire", "declared")[0]
    assert pause.issuer == ("Russia",)
    assert [p.name for p in pause.place] == ["Aleppo"]
    assert pause.start is not None
    assert pause.end is not None
    assert (pause.start.local, pause.end.local) == ("2016-11-04T09:00", "2016-11-04T19:00")
    assert not pause.is_background


def test_russia_tells_the_rebels_to_leave_by_friday_evening() -> None:
    demand = those("ultimatum", "declared")[0]
    assert demand.issuer == ("Russia",)
    assert demand.target == ("Syrian rebels",)
    assert demand.deadline is not None
    assert demand.deadline.local == "2016-11-04T19:00"


def test_the_rebels_refuse_both_the_demand_and_the_offer() -> None:
    assert those("ultimatum", "rejected")[0].issuer == ("Syrian rebels",)
    assert "Syrian rebels" in those("ceasefire", "rejected")[0].issuer


def test_a_rebel_group_refuses_the_one_sided_truce() -> None:
    assert any("one-sided truce" in a.quote for a in those("ceasefire", "rejected"))


def test_the_siege_is_in_force_and_was_imposed_again_in_september() -> None:
    assert those("siege", "in_force")
    imposed = [a for a in those("siege", "declared") if a.start and a.start.local.startswith("2016-09")]
    assert imposed
    assert imposed[0].is_background


def test_the_ceasefire_declared_over_on_19_september_is_background() -> None:
    over = [a for a in those("ceasefire", "ended") if a.end and a.end.local == "2016-09-19"]
    assert over
    assert over[0].is_background


def test_every_quote_is_copied_from_the_article_and_says_why() -> None:
    title, text = seed()
    for announcement in found():
        assert announcement.quote in title or announcement.quote in text
        assert announcement.evidence is not None
        assert announcement.evidence.rule
        assert announcement.evidence.lexicon
