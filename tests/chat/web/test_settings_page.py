"""The panel of settings in a real browser: what is chosen is kept, sent and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect
from quick_pages import quick_page

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_chosen_stays_after_a_reload_goes_with_the_next_search_and_is_taken_back(tmp_path: Path) -> None:
    with quick_page(tmp_path) as page:
        expect(page.locator("#rounds .dot")).to_have_count(3)  # the first search, and two rounds
        page.get_by_role("link", name="New search").click()
        button = page.get_by_role("button", name="Settings")
        button.press("Enter")
        page.get_by_role("spinbutton", name="Rounds").fill("99")
        page.get_by_role("spinbutton", name="Rounds").blur()
        page.keyboard.press("Escape")
        expect(button).to_be_focused()
        expect(page.locator("#settings-chosen")).to_have_text("")  # 99 are too many
        button.press("Enter")
        page.get_by_role("spinbutton", name="Rounds").fill("4")
        page.get_by_label("Painting", exact=True).press("Space")
        page.get_by_role("button", name="Done").press("Enter")
        expect(page.locator("#settings-chosen")).to_have_text("Settings: Rounds: 4, Painting: no")
        page.reload()
        expect(page.locator("#settings-chosen")).to_have_text("Settings: Rounds: 4, Painting: no")
        page.locator("#gallery").evaluate("list => { list.options[0].disabled = false; list.selectedIndex = 0; }")
        page.get_by_label("What does the picture show?").press_sequentially("a tree\n")
        expect(page.locator("#rounds .dot")).to_have_count(5)
        page.get_by_role("link", name="New search").click()
        button.click()
        page.get_by_role("button", name="Back to the defaults").click()
        expect(page.get_by_role("spinbutton", name="Rounds")).to_have_value("2")
        page.keyboard.press("Escape")
        expect(page.locator("#settings-chosen")).to_have_text("")
        assert page.evaluate("localStorage.getItem('settings')") is None
