"""Without a language model and a painter the page asks nothing: words are offered to be taken or ruled out, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web.application import application
from playwright.sync_api import expect, sync_playwright
from quick_server import quick_server
from serving import chromium, listened

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser


def test_words_are_taken_and_ruled_out_by_one_click_each(tmp_path: Path) -> None:
    path = chromium()  # skips before anything is made where there is none
    with (
        quick_server(tmp_path, rounds=4, words=["dog", "snow", "barn", "kite", "lake"], llm=None, painter=None) as state,
        listened(application(state)) as port,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]) as browser,
    ):
        page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.set_default_timeout(30_000)
        expect.set_options(timeout=30_000)
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("#gallery").evaluate("list => { list.options[0].disabled = false; list.selectedIndex = 0; }")
        page.get_by_label("What does the picture show?").fill("a boat")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Point at the nearest, or say more of the picture")).to_be_visible()
        words = page.locator(".words .chip")
        expect(words.nth(1)).to_be_visible()
        expect(page.locator(".card.difference")).to_be_hidden()
        taken = words.first.locator("button").first.inner_text()
        words.first.locator("button").first.click()
        expect(page.locator(".headline")).to_contain_text(f"a boat, {taken}")
        expect(page.locator(".bubble.you").last).to_have_text(f"You: {taken}")
        expect(words.filter(has_text=taken)).to_have_count(0)  # nothing is offered twice
        left = words.first.locator("button").first.inner_text()
        page.get_by_role("button", name=f"It does not show: {left}").click()
        expect(page.locator("ul.chips[aria-label='Ruled out'] .chip")).to_contain_text(f"not: {left}")
        page.locator("#answer-question").fill("a red house")
        page.keyboard.press("Enter")
        expect(page.locator(".headline")).to_contain_text(f"a boat, {taken}, a red house")
