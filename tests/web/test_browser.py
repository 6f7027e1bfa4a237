"""The page in a real browser: Debian's Chromium, driven by playwright."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no browser at {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(params=["desktop", "phone"])
def tab(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[Page]:
    """A tab without JavaScript that fails the test on any complaint of the browser."""
    width, height = (1280, 900) if request.param == "desktop" else (390, 844)
    context = browser.new_context(
        viewport={"width": width, "height": height}, java_script_enabled=False, base_url=server
    )
    opened = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        complaints.append(message.text)

    opened.on("console", note)
    yield opened
    context.close()
    assert complaints == []


def test_a_reader_searches_narrows_reads_and_comes_back(tab: Page) -> None:
    tab.goto("/")
    tab.fill("input[name=q]", "レアアース")
    tab.click("button[type=submit]")
    tab.locator("mark").nth(5).wait_for()
    assert tab.locator("mark").count() > 5
    narrowing = tab.locator(".facets summary").first
    if narrowing.is_visible():
        narrowing.click()
    before = tab.url.replace("&from=&to=", "")
    tab.locator("#facet-topic a.value", has_text="経済").click()
    tab.wait_for_url("**topic=**")
    assert "topic=" in tab.url
    tab.get_by_label("「分野: 経済」を外す").click()
    tab.wait_for_url(before)
    assert tab.url == before
    tab.locator("article h2 a, .hit h2 a, h3 a").first.click()
    tab.wait_for_url("**/articles/**")
    assert "/articles/" in tab.url
    tab.locator("h1 mark, p mark").first.wait_for()
    assert tab.locator("h1 mark, p mark").count() > 0
    tab.get_by_text("の検索結果").first.click()
    tab.wait_for_url(before)
    assert tab.url == before


def test_no_page_is_wider_than_the_window(tab: Page) -> None:
    for path in (
        *("/", "/?q=レアアース", "/?q=ヌルポガガガ", "/articles/sample-2025-08-05-01"),
        *("/persons", "/persons?sort=reading", "/persons/髙橋峯之介", "/persons?q=x"),
    ):
        tab.goto(path)
        size = tab.viewport_size
        box = tab.locator("html").bounding_box()
        assert size
        assert box
        assert box["width"] <= size["width"]


def test_signs_typed_in_full_width_are_understood(tab: Page) -> None:
    tab.goto("/")
    tab.fill("input[name=q]", "（公演　ＯＲ　講演）　－レアアース")
    tab.press("input[name=q]", "Enter")
    tab.locator("mark").nth(1).wait_for()
    assert tab.locator("mark").count() > 1
    assert tab.input_value("input[name=q]") == "（公演　ＯＲ　講演）　－レアアース"


def test_dates_stay_in_sight_when_their_width_is_chosen(tab: Page) -> None:
    tab.goto("/?q=レアアース")
    narrowing = tab.locator(".facets summary").first
    if narrowing.is_visible():
        narrowing.click()
    tab.locator(".widths a", has_text="年度").click()
    tab.wait_for_url("**interval=fiscalYear**")
    assert tab.locator(".bucket", has_text="2025年度").is_visible()
