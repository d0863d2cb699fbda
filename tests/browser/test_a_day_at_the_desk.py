"""What a desk does all day: watch, be told, count down, acknowledge, look back, judge by keyboard, sign in."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from services.dashboard.access.users import hash_password, line_for
from tests.browser.desk import LAST, SINCE_NOON, a_page
from tests.builders import an_alert
from tests.services.dashboard.desk_case import related, told, until
from tests.services.dashboard.served import Served, served
from tocsin.events import AcknowledgementGiven, ReviewGiven, SessionOpened, SilenceSet

THREAT = related(
    told(
        "ultimatum/declared", "t", hours=SINCE_NOON - 1, issuer=("Army",), deadline=until(SINCE_NOON + 3), theatre="YE"
    )
)


def test_a_change_arrives_while_the_page_is_open(page: Page, desk: Served) -> None:
    page.goto("/")
    expect(page.get_by_text("Live.")).to_be_visible()
    desk.append(an_alert(at=LAST, headline="The rebels take the offer back"))
    expect(page.get_by_role("status")).to_contain_text("The rebels take the offer back")
    expect(page.get_by_role("heading", name="The rebels take the offer back")).to_be_visible()


def test_a_countdown_runs_and_passes(page: Page, desk: Served) -> None:
    page.clock.install(time=LAST)
    desk.append(*THREAT)
    page.goto("/?country=YE")
    countdown = page.locator("[data-countdown]").first
    expect(countdown).to_have_text(re.compile("in (3 h 0|2 h 59) min"))
    page.clock.run_for("01:01:00")
    expect(countdown).to_have_text(re.compile("in 1 h 5[89] min"))
    page.clock.run_for("02:00:00")
    expect(countdown).to_contain_text("passed")


def test_an_acknowledgement_goes_to_the_log_and_comes_back(page: Page, desk: Served) -> None:
    page.goto("/inbox")
    page.get_by_role("button", name="Acknowledge").first.click()
    expect(page.get_by_text("acknowledged by local").first).to_be_visible()
    (fact,) = desk.written("tocsin.commands")
    assert isinstance(fact, AcknowledgementGiven)


def test_a_storyline_is_silenced_and_says_so(page: Page, desk: Served) -> None:
    page.goto("/")
    page.locator(".card h3 a").first.click()
    page.get_by_label("because").fill("all know")
    page.get_by_role("button", name="Silence").click()
    expect(page.get_by_text("local silenced until")).to_be_visible()
    (fact,) = desk.written("tocsin.commands")
    assert isinstance(fact, SilenceSet)
    assert fact.reason == "all know"


def test_the_slider_changes_the_board(page: Page) -> None:
    page.goto("/known")
    before = page.locator("#moment").inner_text()
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("t="))
    assert page.locator("#moment").inner_text() != before
    assert "Sep 2016" in page.get_by_role("heading", level=1).inner_text()


def test_the_inbox_is_worked_off_by_keys_alone(page: Page, desk: Served) -> None:
    page.goto("/inbox")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    first, second = page.locator("[data-inbox] > li").nth(0), page.locator("[data-inbox] > li").nth(1)
    expect(first).to_be_focused()
    page.keyboard.press("j")
    expect(second).to_be_focused()
    page.keyboard.press("k")
    expect(first).to_be_focused()
    count = page.locator("[data-inbox] > li").count()
    page.keyboard.press("c")
    expect(page.locator("[data-inbox] > li")).to_have_count(count - 1)
    assert [type(fact) for fact in desk.written("tocsin.commands")] == [ReviewGiven]


def test_hostile_news_is_shown_and_does_nothing(page: Page, desk: Served) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202eevil " + "w" * 10_000
    news = told("ceasefire/declared", "h", hours=SINCE_NOON - 1, title=hostile, quote=hostile, issuer=(hostile,))
    desk.append(*related(news), an_alert(at=LAST, headline=hostile, storyline=hostile))
    page.goto("/")
    expect(page.get_by_text("<script>alert(1)</script>").first).to_be_visible()
    for path in ("/", "/map", "/inbox", "/explain/n-h", "/search?q=evil"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280, path


def test_the_map_leads_to_a_country_and_its_news(page: Page) -> None:
    page.goto("/map")
    page.locator("svg.worldmap a", has=page.locator("path.has-news")).first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("country="))
    expect(page.locator("svg.worldmap")).to_be_visible()


def test_a_viewer_signs_in_looks_and_cannot_change_anything(chromium: Browser, tmp_path: Path) -> None:
    users = tmp_path / "users.toml"
    users.write_text(line_for("ana", "viewer", hash_password("a long pass phrase")))
    users.chmod(0o600)
    facts = (an_alert(),)
    with served(tmp_path, *facts, users=users) as desk, a_page(chromium, desk) as page:
        page.goto("/inbox")
        page.get_by_label("Name").fill("ana")
        page.get_by_label("Password").fill("a long pass phrase")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Inbox")).to_be_visible()
        expect(page.get_by_text("ana (viewer)")).to_be_visible()
        expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)
        assert isinstance(desk.written("tocsin.commands")[0], SessionOpened)
        page.get_by_role("button", name="Sign out").click()
        page.goto("/")
        expect(page.get_by_role("heading", name="Sign in to Tocsin")).to_be_visible()
