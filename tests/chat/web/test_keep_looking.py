""" "This is it" can be taken back, and a mystery that is missed goes on: in a real browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from quick_pages import quick_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SIZES = [{"width": 1280, "height": 800}, {"width": 390, "height": 844}]
COLOUR = "element => getComputedStyle(element).color"
MYSTERY = """async (picture) => {
    const body = JSON.stringify({ gallery: "colours", description: "a boat", mystery: picture });
    const answer = await fetch("/api/conversations", { method: "POST", headers: { "content-type": "application/json" }, body });
    location.hash = `#/${(await answer.json()).id}`;
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with quick_page(tmp_path_factory.mktemp("server"), rounds=4) as page:
        expect(page.locator("#answer-question")).to_be_visible()
        yield page


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_a_mystery_that_is_missed_goes_on_and_after_the_right_one_one_may_keep_looking(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    tiles = page.locator("button.tile")
    pictures = page.locator("button.tile img")
    expect(pictures).to_have_count(10)
    page.evaluate(MYSTERY, (pictures.nth(3).get_attribute("src") or "").split("/")[-1])
    field = page.locator("#answer-question")
    expect(page.locator(".target-picture")).to_be_visible()
    expect(field).to_be_visible()
    field.fill("half a word")
    tiles.nth(1).click()
    page.get_by_role("button", name="This is it").click()
    wrong = page.locator(".verdict")
    expect(wrong).to_have_text("That is not the one you were shown. Keep looking: it goes on.")
    missed = wrong.evaluate(COLOUR)
    expect(tiles.nth(1)).to_have_accessible_name(re.compile("not the one you were shown$"))
    expect(field).to_have_value("half a word")  # nothing is over
    page.reload()
    expect(wrong).to_be_visible()
    expect(page.locator(".painted img")).to_be_visible()
    tiles.nth(3).click()
    page.get_by_role("button", name="This is it").click()
    expect(wrong).to_have_text("Found: it is the one you were shown")
    assert wrong.evaluate(COLOUR) != missed
    expect(field).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Keep looking all the same").click()
    expect(field).to_be_visible()  # it goes on where it was
    expect(field).to_have_value("half a word")
    field.press("Enter")
    expect(page.locator(".answers .given")).to_have_text("Your answer: half a word")
