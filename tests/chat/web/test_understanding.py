"""What is understood is put right on the page, in a real browser: description, painting prompt, what is ruled out; and going back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from quick_pages import quick_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    with quick_page(tmp_path, rounds=6) as page:
        expect(page.locator("#answer-question")).to_be_visible()
        expect(page.locator(".painted img")).to_be_visible()
        yield page


def test_the_description_is_edited_and_searched_with_at_once(page: Page) -> None:
    headline = page.locator(".headline")
    expect(headline).to_contain_text("a boat")
    page.get_by_role("button", name="Edit what is understood").click()
    field = page.get_by_label("The picture shows")
    expect(field).to_be_focused()
    expect(field).to_have_value("a boat")
    expect(page.get_by_label("The next painting shows")).to_have_value("a boat")
    field.fill("a red ship")
    page.get_by_label("The next painting shows").fill("a ship, painted")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Round 1").first).to_be_visible()
    expect(headline).to_contain_text("a red ship")
    expect(page.locator(".bubble .marks")).to_have_text("The picture shows: a red ship, The painting shows: a ship, painted")
    expect(page.locator(".painted img")).to_have_attribute("alt", "A painting of what has been understood: a ship, painted")
    page.get_by_role("button", name="Why these?").click()
    expect(page.locator("#why dd").first).to_contain_text("as you wrote it")


def test_an_edit_is_left_by_escape_kept_over_a_reload_and_refused_when_it_is_empty(page: Page) -> None:
    page.locator("body").press("e")
    field = page.get_by_label("The picture shows")
    field.fill("half typed")
    page.reload()
    expect(page.locator("#answer-question")).to_be_visible()
    page.locator("body").press("e")
    expect(field).to_have_value("half typed")
    field.fill(" ")
    page.get_by_role("button", name="Search with this").click()
    expect(page.locator(".edit .problem")).not_to_be_empty()
    expect(field).to_be_visible()
    field.press("Escape")
    expect(field).to_be_hidden()
    page.locator("body").press("e")
    expect(field).to_have_value("a boat")  # what was given up is not kept


def test_what_is_ruled_out_is_a_chip_that_can_be_removed(page: Page) -> None:
    page.locator("#answer-question").fill("no trees")
    page.keyboard.press("Enter")
    page.locator("#answer-difference").fill("there are no houses")
    page.keyboard.press("Enter")
    chips = page.locator(".chip span")
    expect(chips).to_have_text(["not: trees", "not: houses"])
    page.get_by_role("button", name="Allow it again: trees").click()
    expect(page.get_by_role("heading", name="Round 2").first).to_be_visible()
    expect(chips).to_have_text(["not: houses"])
    expect(page.locator(".bubble .marks")).to_have_text("It does not show: houses")
    page.get_by_role("button", name="Allow it again: houses").click()
    expect(page.get_by_role("heading", name="Round 3").first).to_be_visible()
    expect(chips).to_have_count(0)
    expect(page.locator(".bubble .marks").last).to_have_text("Nothing is ruled out")


def test_a_round_is_answered_again_and_the_way_left_is_returned_to(page: Page) -> None:
    rounds = page.locator("button.dot.there")
    question = page.locator("#asked").inner_text()
    for answer, difference in (("a red sail", "two masts"), ("a harbour", "a lighthouse")):
        before = rounds.count()
        page.locator("#answer-question").fill(answer)
        page.keyboard.press("Enter")
        expect(page.locator("#answer-difference")).to_be_visible()
        page.locator("#answer-difference").fill(difference)
        page.keyboard.press("Enter")
        expect(rounds).to_have_count(before + 1)
    first = page.locator(".headline").inner_text()
    page.get_by_role("button", name="Answer again from round 1 on").click()
    expect(rounds).to_have_count(1)
    expect(page.locator("#asked")).to_have_text(question)
    expect(page.locator(".painted img")).to_be_visible()
    page.get_by_text("Another way you went").click()
    expect(page.locator(".branches li")).to_contain_text("From round 1 to 3")
    page.locator("#answer-question").fill("a blue sail")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Skip the painting").click()
    expect(rounds).to_have_count(2)
    expect(page.locator(".bubble", has_text="a blue sail")).to_be_visible()
    expect(page.locator(".bubble", has_text="a harbour")).to_have_count(0)
    expect(page.locator("#answer-question")).to_be_visible()  # what changes the page under the pointer has come
    expect(page.locator(".painted img")).to_be_visible()
    page.get_by_role("button", name="Return to it. From round 1 to 3").click()
    expect(rounds).to_have_count(3)
    assert page.locator(".headline").inner_text() == first
    expect(page.locator(".bubble", has_text="a harbour")).to_be_visible()
    expect(page.locator("#answer-question")).to_be_visible()


def test_a_reply_is_taken_back_and_after_this_is_it_one_keeps_looking(page: Page) -> None:
    page.locator("#answer-question").fill("a red sale")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Take it back").click()
    field = page.locator("#answer-question")
    expect(field).to_be_visible()
    field.fill("a red sail")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Skip the painting").click()
    expect(page.locator(".bubble", has_text="a red sail")).to_be_visible()
    expect(page.locator(".bubble", has_text="a red sale")).to_have_count(0)
    page.locator("body").press("4")
    page.get_by_role("button", name="This is it").click()
    expect(page.locator(".verdict")).to_have_text("Found")
    page.get_by_role("button", name="It is not: keep looking").click()
    expect(page.locator(".verdict")).to_have_count(0)
    expect(page.get_by_role("heading", name="Round 1").first).to_be_visible()
    expect(field).to_be_visible()
