"""Takes the pictures of the page that the documentation shows: `python docs/draw_pages.py`, with `dir-tir` and a Chromium on the path.

A server of its own serves 2,000 postcards. With `--photos FOLDER` photographs from COCO are searched as well, for docs/photos.jpg: by the
shipped encoder and nothing else, beginning with one of them. Who took those that are shown is said in docs/page.md.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

DOCS = Path(__file__).parent
SAID = "on the meadow"
ANSWERS = ("A small yellow car.", "It should be rainy.")
PAINTING = ".asks button.painting img"
PHOTO = "coco_000000111076.jpg"
WAIT = 120_000  # ms


def done(home: str, *command: str) -> None:
    """A command of ours, in this home."""
    subprocess.run(["dir-tir", *command], env={**os.environ, "DIR_TIR_HOME": home}, stdout=subprocess.DEVNULL, check=True)


def index_photos(home: str, folder: Path) -> None:
    """The gallery `mine`, by the shipped encoder alone: as with the profile `photos`, but for the weights."""
    encoder = DOCS.parent / "miniature" / "weights" / "encoder"
    profile = Path(home) / "encoder-alone.toml"
    profile.write_text(f'prompts = "paper"\n\n[encoder]\nkind = "open_clip"\npath = "{encoder}"\n', encoding="utf-8")
    done(home, "index", str(folder), "--gallery", "mine", "--profile", str(profile))


@contextmanager
def served(home: str) -> Iterator[str]:
    """The address of `dir-tir web` over this home."""
    command = ["dir-tir", "web", "--port", "0", "--no-browser"]
    server = subprocess.Popen(command, env={**os.environ, "DIR_TIR_HOME": home}, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield next(line.split()[-1] for line in server.stdout if line.startswith("DIR-TIR is at"))
    finally:
        server.terminate()
        server.wait(30)


def opened(browser: Browser, address: str, width: int, height: int, *, dark: bool = False) -> Page:
    """The start of the page in a window of this size."""
    page = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light").new_page()
    page.set_default_timeout(WAIT)
    expect.set_options(timeout=WAIT)
    page.goto(address)
    return page


def begin(page: Page, said: str) -> None:
    """A search, as far as both questions and the painting are there."""
    page.get_by_label("What does the picture show?").fill(said)
    page.keyboard.press("Enter")
    expect(page.locator(PAINTING)).to_be_visible()
    rested(page)


def rested(page: Page) -> None:
    """Wait until nothing is awaited, and every picture is there."""
    expect(page.locator(".waiting, .grid.awaited, .tile.empty")).to_have_count(0)
    while not page.evaluate("[...document.images].every((image) => image.complete || image.loading === 'lazy')"):
        page.wait_for_timeout(200)
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)


def answer(page: Page) -> None:
    """Both questions, with one Send."""
    for field, said in zip(("#answer-question", "#answer-difference"), ANSWERS, strict=True):
        page.locator(field).fill(said)
    page.keyboard.press("Enter")
    page.locator("[data-key='round 1'].there").wait_for()
    expect(page.locator(PAINTING)).to_be_visible()
    rested(page)


def taken(page: Page, name: str, place: str = "") -> None:
    """A picture of the window, or of the part of this selector."""
    page.evaluate("document.activeElement.blur()")
    file = DOCS / f"{name}.jpg"
    if place:
        page.locator(place).screenshot(path=str(file), type="jpeg", quality=85)
    else:
        page.screenshot(path=str(file), type="jpeg", quality=85)


def take(browser: Browser, address: str) -> None:
    """A conversation about postcards, round by round."""
    page = opened(browser, address, 1440, 900)
    begin(page, SAID)
    taken(page, "tour/first-search", ".found")
    taken(page, "tour/painting", PAINTING)
    answer(page)
    page.locator("[data-key=why]").click()
    rested(page)
    taken(page, "tour/clusters", "#why .clusters")
    page.keyboard.press("Escape")
    taken(page, "tour/round-1", ".found")
    taken(page, "page")
    phone = opened(browser, address, 390, 780, dark=True)
    begin(phone, SAID)
    taken(phone, "page-phone")


def take_photos(browser: Browser, address: str, photo: Path) -> None:
    """The page over photographs, begun with one of them."""
    page = opened(browser, address, 1440, 900)
    page.locator("#gallery").select_option("mine")
    page.locator("input[type=file]").set_input_files(photo)
    page.get_by_role("button", name="Find it").click()
    page.locator(".words .chip").first.wait_for()
    rested(page)
    taken(page, "photos", ".found")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--photos", type=Path, metavar="FOLDER")
    photos = options.parse_args().photos
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as home:
        done(home, "demo")
        if photos:
            index_photos(home, photos)
        with (
            served(home) as address,
            sync_playwright() as playwright,
            playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"]) as browser,
        ):
            take(browser, address)
            if photos:
                take_photos(browser, address, photos / PHOTO)


if __name__ == "__main__":
    main()
