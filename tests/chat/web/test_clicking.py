"""A round costs one click: the page in a real browser, before a server whose painter takes a minute."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web.application import application
from dir_tir.contracts import unwatched
from PIL import Image
from playwright.sync_api import expect
from quick_pages import browsing, look_for_a_boat
from quick_server import quick_server
from serving import chromium, listened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dir_tir.contracts import StepProgress
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PATIENCE = 30_000  # milliseconds: half of what a painting takes


class SlowPainter:
    """A painting of three hundred steps, a minute in all."""

    def __init__(self) -> None:
        self.done = 0

    def paint(self, prompt: str, seed: int, progress: StepProgress = unwatched) -> Image.Image:
        for step in range(300):
            time.sleep(0.2)
            progress(step + 1, 300)
        self.done += 1
        return Image.new("RGB", (16, 16))


@pytest.fixture(scope="module")
def painter() -> SlowPainter:
    return SlowPainter()


@pytest.fixture(scope="module")
def address(painter: SlowPainter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    chromium()  # skips before anything is made where there is none
    with quick_server(tmp_path_factory.mktemp("server"), painter=painter) as state, listened(application(state)) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def page(address: str) -> Iterator[Page]:
    with browsing(address, patience=PATIENCE) as page:
        look_for_a_boat(page)
        yield page


def test_a_click_and_a_key_bring_the_next_page_while_the_painting_is_made(page: Page, painter: SlowPainter) -> None:
    tiles = page.locator("button.tile")
    expect(tiles).to_have_count(10)
    expect(page.locator("#answer-question")).to_be_visible()
    first = tiles.evaluate_all("tiles => tiles.map((tile) => tile.title)")
    page.get_by_role("button", name="More like result 3").click()
    expect(page.get_by_role("heading", name="Round 1").first).to_be_visible()
    assert not set(first) & set(tiles.evaluate_all("tiles => tiles.map((tile) => tile.title)"))
    expect(page.locator(".caption .from").first).to_have_text("matches what you pointed at")
    expect(page.locator(".bubble .marks")).to_have_text(["1 more like this"])
    expect(page.locator("#asked")).to_be_visible()  # the next question; the typed field is empty and nothing is marked
    expect(page.locator(".marked .bar")).to_have_count(0)
    page.locator("body").press("2")
    page.keyboard.press("s")
    expect(page.get_by_text("The rounds are used up").first).to_be_attached()
    expect(page.locator(".bubble .marks")).to_have_text(["1 more like this", "1 more like this"])
    assert painter.done == 0


def test_what_was_shown_can_be_wanted_again(page: Page) -> None:
    tiles = page.locator("button.tile")
    again = page.get_by_role("button", name="Show again what was shown")
    expect(tiles).to_have_count(10)
    expect(again).to_have_count(0)  # there is nothing yet but this page
    first = tiles.evaluate_all("tiles => tiles.map((tile) => tile.title)")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="More like result 1:").click()
    expect(page.get_by_role("heading", name="Round 1").first).to_be_visible()
    again.click()
    expect(page.get_by_text("The rounds are used up").first).to_be_attached()
    assert set(first) & set(tiles.evaluate_all("tiles => tiles.map((tile) => tile.title)"))
    expect(page.locator(".bubble .marks").last).to_have_text("what was shown may come again")


def test_after_the_last_round_one_says_which_picture_it_was(page: Page) -> None:
    for round_ in (1, 2):
        expect(page.locator("#answer-question")).to_be_visible()
        page.get_by_role("button", name="More like result 1:").click()
        expect(page.get_by_role("heading", name=f"Round {round_}").first).to_be_attached()
    expect(page.get_by_text("The rounds are used up").first).to_be_attached()
    expect(page.locator("button.tile")).to_have_count(10)
    page.locator("body").press("2")
    wanted = page.locator(".words-of p").first.inner_text().removeprefix("2. ")
    page.get_by_role("button", name="This is it", exact=True).click()
    expect(page.locator(".found-card")).to_contain_text(wanted)
    expect(page.get_by_text("The rounds are used up")).to_have_count(0)
    page.locator("body").press("3")
    expect(page.get_by_role("button", name="Close", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="This is it", exact=True)).to_have_count(0)  # it is found
    page.reload()
    expect(page.locator(".found-card")).to_contain_text(wanted)
