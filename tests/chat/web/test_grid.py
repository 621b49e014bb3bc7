"""How results look, in a real browser: whole pictures in rows that fill the screen, and nothing over them unless they are pointed at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect
from quick_pages import quick_page

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PHOTOS = [1.5, 0.75, 1.33, 1, 1.5, 1.33, 1.33, 0.75, 1.5, 1]
SQUARES = [1] * 10
BOXES = "cells => cells.map((cell) => cell.getBoundingClientRect()).map(({ x, y, width, height }) => ({ x, y, width, height }))"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def page(folder: Path) -> Iterator[Page]:
    with quick_page(folder) as page:
        expect(page.locator("button.tile")).to_have_count(10)
        yield page


def _rows(boxes: list[dict[str, float]]) -> list[list[dict[str, float]]]:
    rows: dict[int, list[dict[str, float]]] = {}
    for box in boxes:
        rows.setdefault(round(box["y"]), []).append(box)
    return list(rows.values())


@pytest.mark.parametrize("aspects", [PHOTOS, SQUARES, [0.6] * 10, [2.5] * 10, [1.5] * 3, [1]])
@pytest.mark.parametrize(("width", "height"), [(976, 643), (1456, 830), (2100, 1190)])
def test_rows_fill_two_thirds_of_the_place_and_never_more_than_all_of_it(page: Page, aspects: list[float], width: int, height: int) -> None:
    rows: list[dict[str, float]] = page.evaluate(
        "async ([aspects, width, height]) => (await import('/grid.js')).justified(aspects, width, height)", [aspects, width, height]
    )
    counts = [int(row["count"]) for row in rows]
    assert sum(counts) == len(aspects)
    assert sum(row["height"] for row in rows) + 10 * (len(rows) - 1) <= height + 0.01
    at = 0
    for count, row in zip(counts, rows, strict=True):
        assert sum(aspects[at : at + count]) * row["height"] + 10 * (count - 1) <= width + 0.01
        at += count
    if len(aspects) == 10:
        assert min(row["height"] for row in rows) >= 120
        assert sum(row["height"] ** 2 * row["aspect"] for row in rows) > 0.6 * width * height  # and the gaps between them


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (390, 844), (720, 450)])  # the last: 1440 x 900 at 200 %
def test_every_tile_has_the_shape_of_its_picture_and_stands_in_a_row(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")  # it is laid out anew
    boxes = page.locator(".grid .tile").evaluate_all(BOXES)
    for box in boxes:
        assert box["width"] / box["height"] == pytest.approx(1, abs=0.02)
    for row in _rows(boxes):
        assert max(box["height"] for box in row) - min(box["height"] for box in row) < 1
    assert max(len(row) for row in _rows(boxes)) > 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width >= 1440:  # all ten are seen at once
        assert max(box["y"] + box["height"] for box in boxes) < height
        place: Any = page.locator(".grid").bounding_box()
        below = height - place["y"] - 70  # but for the row of buttons
        assert sum(box["width"] * box["height"] for box in boxes) > 0.6 * place["width"] * below


def test_nothing_lies_over_a_picture_unless_it_is_pointed_at_or_focused(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.mouse.move(5, 5)
    cell = page.locator(".cell").nth(3)
    over = [cell.locator(part) for part in (".rank", ".caption", ".like")]
    for part in over:
        expect(part).to_have_css("opacity", "0")
    cell.hover()
    for part in over:
        expect(part).to_have_css("opacity", "1")
    expect(cell.locator(".caption")).to_contain_text("picture number")
    expect(cell.locator(".caption .from")).to_have_text("matches your words")
    page.mouse.move(5, 5)
    expect(over[0]).to_have_css("opacity", "0")
    page.locator(".cell").nth(2).locator(".like").focus()
    page.keyboard.press("Tab")
    expect(cell.locator("button.tile")).to_be_focused()
    for part in over:
        expect(part).to_have_css("opacity", "1")


def test_numbers_stand_under_why_and_words_everywhere_else(page: Page) -> None:
    assert "score" not in page.locator("body").inner_text()
    page.locator("body").press("w")
    expect(page.locator("#why .likeness li")).to_have_count(10)
    expect(page.locator("#why .likeness li").first).to_contain_text(re.compile(r"matches your words, -?\d\.\d\d$"))
    page.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_what_is_marked_can_be_searched_with_wherever_one_is(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.locator("button.tile").first.click()
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Search again now")).to_be_in_viewport(ratio=1)
    page.get_by_role("button", name="Forget marks").click()
    expect(page.locator(".marked .bar")).to_have_count(0)


def test_a_picture_whose_file_is_gone_says_so_in_its_place(page: Page, folder: Path) -> None:
    title = page.locator("button.tile").first.get_attribute("title") or ""
    (folder / "colours" / f"{int(title.split()[-1]):03}.png").unlink()
    page.route("**/pictures/**", lambda route: route.continue_())  # with a route nothing comes from the browser's cache
    page.reload()
    expect(page.locator("button.tile").first).to_contain_text("its file is gone, or cannot be read")
    expect(page.locator("button.tile img")).to_have_count(9)


def test_what_is_on_its_way_is_shown_as_tiles_over_the_last_page_and_before_the_first(page: Page) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(page.locator("#asked")).to_be_visible()
    grid = page.locator(".grid")
    expect(grid).to_have_attribute("aria-busy", "false")
    page.route("**/reply", lambda route: route.fulfill(json={}))  # taken, and the next page takes its time
    page.get_by_role("button", name="More like result 2:").click()
    expect(grid).to_have_attribute("aria-busy", "true")
    expect(page.locator("button.tile")).to_have_count(10)  # the last page stays below

    def empty(route: Any) -> None:
        route.fulfill(json={**route.fetch().json(), "rounds": [], "question": None, "difference": None})

    page.route("**/events", lambda route: route.abort())
    page.route("**/api/conversations/*", empty)
    page.reload()
    expect(page.locator(".tile.empty")).to_have_count(10)
    assert min(box["height"] for box in page.locator(".tile.empty").evaluate_all(BOXES)) > 100
