"""Question and painting are answered with one Send, in a real browser: what is typed goes, what is empty stays open."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest
from fakes import FakePainter
from playwright.sync_api import expect
from quick_pages import quick_page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser
SIZES = [{"width": 1280, "height": 800}, {"width": 390, "height": 844}]


@pytest.fixture(scope="module")
def painting() -> Event:
    """Set while paintings are done at once; otherwise they are waited for."""
    event = Event()
    event.set()
    return event


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, painting: Event) -> Iterator[Page]:
    painter = FakePainter(lambda: painting.wait(60))
    with quick_page(tmp_path_factory.mktemp("server"), rounds=8, painter=painter) as page:
        yield page
        painting.set()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size["width"]))
def test_one_send_takes_both_or_the_one_that_is_typed(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)  # type: ignore[arg-type]
    question, difference, send = (
        page.locator("#answer-question"),
        page.locator("#answer-difference"),
        page.get_by_role("button", name="Send"),
    )
    rounds = page.locator("button.dot.there")
    expect(question).to_be_visible()
    expect(difference).to_be_visible()
    expect(send).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    before = rounds.count()
    question.fill("a red sail")
    difference.fill("two masts")
    page.reload()  # what is typed outlives it, in both
    expect(question).to_have_value("a red sail")
    expect(difference).to_have_value("two masts")
    send.click()
    expect(rounds).to_have_count(before + 1)
    expect(page.locator(".bubble.you").nth(-2)).to_have_text("You: a red sail")
    expect(page.locator(".bubble.you").nth(-1)).to_have_text("You: two masts")

    expect(question).to_be_visible()
    expect(difference).to_be_visible()
    expect(question).to_have_value("")
    question.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Nothing is typed yet: write an answer, or skip.")
    page.keyboard.type("a harbour")
    expect(page.get_by_role("alert")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(".answers .given")).to_have_text("Your answer: a harbour")
    expect(difference).to_be_focused()  # who answers by keys is at what is still open
    expect(rounds).to_have_count(before + 1)
    page.keyboard.type("a lighthouse")
    page.keyboard.press("Enter")
    expect(rounds).to_have_count(before + 2)
    expect(page.locator(".bubble.you").nth(-1)).to_have_text("You: a lighthouse")


def test_the_question_is_answered_while_the_painting_is_made_and_the_painting_can_go_first(page: Page, painting: Event) -> None:
    question, difference = page.locator("#answer-question"), page.locator("#answer-difference")
    rounds = page.locator("button.dot.there")
    expect(question).to_be_visible()
    expect(difference).to_be_visible()
    before = rounds.count()
    painting.clear()
    difference.fill("bluer")
    difference.press("Enter")
    expect(page.locator(".answers .given")).to_have_text("What is wrong with the painting: bluer")
    expect(question).to_be_focused()
    page.get_by_role("button", name="Skip the question").press("Enter")
    expect(rounds).to_have_count(before + 1)

    expect(page.locator(".coming progress")).to_be_visible()
    question.fill("a pier")
    question.press("Enter")
    expect(page.locator(".answers .given")).to_have_text("Your answer: a pier")
    expect(page.get_by_role("button", name="Send")).to_be_hidden()  # nothing is open
    painting.set()
    expect(difference).to_be_visible()
    page.get_by_role("button", name="Skip the painting").click()
    expect(rounds).to_have_count(before + 2)


def test_an_answer_sent_while_the_other_is_on_its_way_is_not_swallowed(page: Page) -> None:
    question, difference = page.locator("#answer-question"), page.locator("#answer-difference")
    rounds = page.locator("button.dot.there")
    expect(question).to_be_visible()
    expect(difference).to_be_visible()
    before = rounds.count()
    held: list[Route] = []
    page.route("**/reply", lambda route: held.append(route))
    question.fill("a gull")
    question.press("Enter")
    difference.fill("greyer")
    difference.press("Enter")
    difference.press("Enter")  # twice is once
    expect(page.get_by_text("Nothing is typed yet")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(rounds).to_have_count(before + 1)
    expect(page.locator(".bubble.you").nth(-2)).to_have_text("You: a gull")
    expect(page.locator(".bubble.you").nth(-1)).to_have_text("You: greyer")
    page.unroute("**/reply")


def test_on_a_phone_a_bar_leads_from_the_results_down_to_the_question(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 600})
    page.evaluate("scrollTo(0, 0)")
    bar = page.locator(".onward")
    expect(bar).to_be_visible()
    bar.click()
    expect(page.locator("#answer-question")).to_be_focused()
    expect(page.locator("#answer-question")).to_be_in_viewport()
    expect(bar).to_be_hidden()
