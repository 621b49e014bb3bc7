"""The painting says that it is one, enlarges, and can be switched off and on again: in a real browser."""

from __future__ import annotations

from threading import Event
from typing import TYPE_CHECKING

import pytest
from fakes import FakePainter
from playwright.sync_api import expect
from quick_pages import quick_page

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser


def test_a_painting_enlarges_and_none_is_waited_for_while_they_are_off(tmp_path: Path) -> None:
    done = Event()
    with quick_page(tmp_path, rounds=6, painter=FakePainter(lambda: done.wait(60))) as page:
        question, rounds = page.locator("#answer-question"), page.locator("button.dot.there")
        small, large = page.get_by_role("button", name="Enlarge the painting of: a boat"), page.locator("#painting")
        expect(page.get_by_text("I paint what I understood: a boat")).to_be_visible()
        done.set()
        expect(page.get_by_text("I painted what I understood: a boat")).to_be_visible()
        small.click()
        expect(large.get_by_text("I painted what I understood: a boat")).to_be_visible()
        page.keyboard.press("Escape")
        expect(small).to_be_focused()
        page.keyboard.press("Enter")
        expect(large.locator("img")).to_be_visible()
        large.get_by_role("button", name="Close").click()
        page.set_viewport_size({"width": 390, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

        page.get_by_role("button", name="Stop painting").click()
        expect(page.locator(".painted")).to_be_hidden()
        done.clear()  # a round that waited for a painting would not close
        expect(question).to_be_visible()
        question.fill("a red sail")
        question.press("Enter")
        expect(rounds).to_have_count(2)
        page.reload()
        page.get_by_role("button", name="Paint again").click()
        expect(page.get_by_role("button", name="Paint again")).to_have_count(0)
        question.fill("two masts")
        question.press("Enter")
        expect(rounds).to_have_count(3)
        expect(page.locator(".coming progress")).to_be_visible()
        page.get_by_role("button", name="Stop painting").click()  # in the middle of it
        expect(page.locator(".coming")).to_be_hidden()
        done.set()
        question.fill("a pier")
        question.press("Enter")
        expect(rounds).to_have_count(4)


def test_a_profile_without_painter_shows_nothing_of_paintings(tmp_path: Path) -> None:
    with quick_page(tmp_path, painter=None) as page:
        expect(page.locator("#answer-question")).to_be_visible()
        for name in ("Stop painting", "Paint again"):
            expect(page.get_by_role("button", name=name)).to_have_count(0)
        expect(page.get_by_role("region", name="Painting")).to_have_count(0)
