"""Without a language model and a painter the page asks nothing: words are offered to be taken or ruled out, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from quick_pages import quick_page

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser


def test_words_are_taken_and_ruled_out_by_one_click_each(tmp_path: Path) -> None:
    with quick_page(tmp_path, rounds=4, words=["dog", "snow", "barn", "kite", "lake"], llm=None, painter=None) as page:
        expect(page.get_by_role("heading", name="Point at the nearest, or say more of the picture")).to_be_visible()
        words = page.locator(".words .chip")
        expect(words.nth(1)).to_be_visible()
        expect(page.locator(".answers .difference")).to_be_hidden()
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
