"""Making and managing galleries on the page, in a real browser: by keyboard, and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web.application import application
from managed import managed
from playwright.sync_api import expect
from quick_pages import browsing
from serving import chromium, listened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from managed import Managed
    from playwright.sync_api import Page


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Managed, Page]]:
    """A server without a gallery, and its page."""
    chromium()  # skips before anything is made where there is none
    with (
        managed(tmp_path) as server,
        listened(application(server.state)) as port,
        browsing(f"http://127.0.0.1:{port}/", width=390, height=844) as page,
    ):
        yield server, page


def test_from_no_gallery_to_a_search_by_keyboard_through_a_stop(server: tuple[Managed, Page]) -> None:
    managed, page = server
    managed.gate.passes = 1
    managed.gate.opened.clear()
    page.get_by_role("button", name="beach").press("Enter")
    expect(page.locator(".folder-choice")).to_contain_text("5 pictures here and below.")
    expect(page.locator(".above strong")).to_be_focused()
    expect(page.get_by_label("Name of the gallery")).to_have_value("beach")
    page.get_by_role("button", name="Start indexing").press("Enter")
    expect(page.get_by_role("progressbar", name="Progress of beach")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert managed.gate.reached.wait(30)
    page.get_by_role("button", name="Stop").press("Enter")
    managed.gate.opened.set()
    expect(page.locator(".outcome")).to_contain_text("Stopped; nothing is lost.")
    page.reload()
    page.get_by_role("button", name="Go on").press("Enter")
    expect(page.get_by_text("5 pictures ·")).to_be_visible()
    expect(page.locator(".outcome")).to_contain_text("Up to date.")
    page.get_by_role("link", name="Search in it").press("Enter")
    expect(page.get_by_label("Gallery", exact=True)).to_have_value("beach")
    page.get_by_label("What does the picture show?").press_sequentially("a boat\n")
    expect(page.locator(".tile img")).to_have_count(5)


def test_a_gallery_is_deleted_after_one_question_and_no_is_the_first_answer(server: tuple[Managed, Page]) -> None:
    managed, page = server
    managed.make("mine")
    managed.ended("mine")
    page.get_by_role("link", name="Galleries").click()
    delete = page.get_by_role("button", name="Delete…")
    delete.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text("The pictures themselves stay")
    page.keyboard.press("Enter")  # on what has the focus: cancel
    expect(delete).to_be_focused()
    assert managed.gallery("mine")["count"] == 5
    delete.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("There is no gallery yet.")).to_be_visible()
    assert managed.view()["galleries"] == []
