"""The page over a quick server, in a real browser, with a search begun."""

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
def quick_page(folder: Path, **given: Any) -> Iterator[Page]:
    """A search for "a boat" has been sent off. given: as of `quick_server`."""
    path = chromium()  # skips before anything is made where there is none
    with (
        quick_server(folder, **given) as state,
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
        yield page
