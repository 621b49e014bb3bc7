"""The page in a real browser, and over a quick server with a search begun."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dir_tir.chat.web.application import application
from playwright.sync_api import expect, sync_playwright
from quick_server import quick_server
from serving import chromium, listened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page


@contextmanager
def browsing(address: str, *, width: int = 1280, height: int = 800, patience: int = 30_000) -> Iterator[Page]:
    """Somebody at this page in a browser of their own; patience: milliseconds."""
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"]) as browser:
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.set_default_timeout(patience)
        expect.set_options(timeout=patience)
        page.goto(address)
        yield page


def look_for_a_boat(page: Page) -> None:
    """Begin a search. The gallery of the fakes belongs to no profile; for a quick server that is no hindrance."""
    page.locator("#gallery").evaluate("list => { list.options[0].disabled = false; list.selectedIndex = 0; }")
    page.get_by_label("What does the picture show?").fill("a boat")
    page.keyboard.press("Enter")


@contextmanager
def quick_page(folder: Path, **given: Any) -> Iterator[Page]:
    """A search for "a boat" has been sent off. given: as of `quick_server`."""
    chromium()  # skips before anything is made where there is none
    with (
        quick_server(folder, **given) as state,
        listened(application(state)) as port,
        browsing(f"http://127.0.0.1:{port}/") as page,
    ):
        look_for_a_boat(page)
        yield page
