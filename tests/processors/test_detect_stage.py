"""The detect stage: what a publication, a revision and a withdrawal state and take back."""

from datetime import timedelta

import msgspec

from processors.detect.stage import DetectCore, DetectState
from tests.builders import NOON, a_published_article, a_revised_article, a_withdrawn_article, an_article
from tests.processors.detect_case import the_detector
from tocsin.events import AnnouncementDetected, AnnouncementRetracted, ArticlePublished, ArticleRevised

TRUCE = "The army announced a three-day truce in Aleppo."
SIEGE = "Rebels laid siege to the garrison in Idlib."


def core() -> DetectCore:
    return DetectCore(the_detector())


def published(text: str) -> ArticlePublished:
    return a_published_article(article=an_article(title="From the front", text=text))


def revised(text: str, revision: int = 2) -> ArticleRevised:
    return a_revised_article(article=an_article(title="From the front", text=text, revision=revision))


def test_a_published_article_states_what_it_announces() -> None:
    _, facts = core().decide(DetectState(), published(TRUCE), NOON)
    (fact,) = facts
    assert isinstance(fact, AnnouncementDetected)
    assert (fact.announcement.family, fact.announcement.act) == ("ceasefire", "declared")
    assert fact.announcement.theatre == "SY"
    assert fact.detector == the_detector().version


def test_an_article_about_something_else_states_nothing_and_leaves_no_trace() -> None:
    state, facts = core().decide(DetectState(), published("The council repaired the bridge."), NOON)
    assert facts == ()
    assert state.articles == {}


def test_an_unchanged_announcement_is_not_stated_again() -> None:
    state, _ = core().decide(DetectState(), published(TRUCE), NOON)
    _, facts = core().decide(state, revised(f"{TRUCE} {SIEGE}"), NOON)
    assert [f.announcement.family for f in facts if isinstance(f, AnnouncementDetected)] == ["siege"]
    assert not any(isinstance(f, AnnouncementRetracted) for f in facts)


def test_a_revision_takes_back_what_it_no_longer_carries() -> None:
    state, first = core().decide(DetectState(), published(TRUCE), NOON)
    _, facts = core().decide(state, revised("The council repaired the bridge."), NOON)
    (retraction,) = facts
    assert isinstance(retraction, AnnouncementRetracted)
    assert isinstance(first[0], AnnouncementDetected)
    assert retraction.announcement_id == first[0].announcement.id
    assert (retraction.reason, retraction.revision, retraction.theatre) == ("revised", 2, "SY")


def test_an_older_revision_that_arrives_late_changes_nothing() -> None:
    state, _ = core().decide(DetectState(), revised(TRUCE, revision=3), NOON)
    assert core().decide(state, revised(SIEGE, revision=2), NOON) == (state, ())


def test_a_withdrawn_article_takes_back_everything() -> None:
    state, _ = core().decide(DetectState(), published(f"{TRUCE} {SIEGE}"), NOON)
    state, facts = core().decide(state, a_withdrawn_article(), NOON)
    assert {f.reason for f in facts if isinstance(f, AnnouncementRetracted)} == {"withdrawn"}
    assert len(facts) == 2
    assert state.articles == {}


def test_what_nobody_revised_for_sixty_days_is_forgotten() -> None:
    state, _ = core().decide(DetectState(), published(TRUCE), NOON)
    later = NOON + timedelta(days=61)
    state, _ = core().decide(state, published("The council repaired the bridge."), later)
    assert state.articles == {}


def test_the_state_survives_json() -> None:
    state, _ = core().decide(DetectState(), published(TRUCE), NOON)
    assert msgspec.json.decode(msgspec.json.encode(state), type=DetectState) == state


def test_the_same_article_gives_the_same_facts() -> None:
    one = core().decide(DetectState(), published(TRUCE), NOON)
    assert core().decide(DetectState(), published(TRUCE), NOON) == one
