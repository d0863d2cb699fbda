"""Every page, for every reader: WCAG 2.2 AA by axe-core, phone to wall screen, both themes, paper, no JavaScript."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import a_page, paths
from tests.services.dashboard.served import Served

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.timeout(300)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(chromium: Browser, desk: Served, axe: str, scheme: Any) -> None:
    with a_page(chromium, desk, color_scheme=scheme, bypass_csp=True) as page:
        for path in paths(page)[:-1]:
            page.goto(path)
            page.evaluate(axe)
            found = page.evaluate("rules => axe.run({runOnly: rules})", _RULES)
            told = [
                (one["id"], one["help"], [n["html"][:200] for n in one["nodes"][:3]]) for one in found["violations"]
            ]
            assert told == [], path


@pytest.mark.parametrize("width", [360, 1280, 3840])
def test_no_page_is_wider_than_the_screen(chromium: Browser, desk: Served, width: int) -> None:
    with a_page(chromium, desk, width) as page:
        for path in paths(page)[:-1]:
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_themes_differ_and_a_choice_is_kept(chromium: Browser, desk: Served) -> None:
    with a_page(chromium, desk, color_scheme="light") as page:
        paper = "getComputedStyle(document.documentElement).backgroundColor"
        page.goto("/")
        light = page.evaluate(paper)
        page.get_by_role("button", name="Theme").click()
        dark = page.evaluate(paper)
        assert light != dark
        page.goto("/map")
        assert page.evaluate(paper) == dark


def test_paper_shows_the_news_and_nothing_to_click(chromium: Browser, desk: Served) -> None:
    with a_page(chromium, desk) as page:
        page.goto("/")
        page.emulate_media(media="print")
        expect(page.get_by_role("navigation", name="Pages")).to_be_hidden()
        expect(page.locator(".card").first).to_be_visible()


def test_everything_but_live_updates_works_without_javascript(chromium: Browser, desk: Served) -> None:
    with a_page(chromium, desk, java_script_enabled=False) as page:
        for path in paths(page)[:-1]:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200
        page.goto("/inbox")
        page.get_by_role("button", name="Acknowledge").first.click()
        expect(page.get_by_text("acknowledged by local").first).to_be_visible()
        page.goto("/map")
        page.get_by_label("Family").select_option("siege")
        page.get_by_role("button", name="Show").click()
        assert "family=siege" in page.url
