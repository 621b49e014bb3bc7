"""The point of searching, in a real browser: to get at the file of a result."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from quick_pages import quick_page
from waiting import wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser


def _enlarge(page: Page, key: str) -> str:
    """By its key; the name of its file."""
    expect(page.locator("button.tile")).to_have_count(10)
    page.locator("body").press(key)
    expect(page.locator("#picture .facts p").first).to_contain_text(".png")
    return (page.locator("#picture .facts p").first.inner_text()).split(" · ")[0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has xdg-open")
def test_the_file_of_a_result_is_opened_kept_copied_and_shown_by_buttons_and_by_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener, seen = tmp_path / "xdg-open", tmp_path / "seen"
    opener.write_text(f'#!/bin/sh\necho "$1" >> {seen}\n')
    opener.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    with quick_page(tmp_path) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        name = _enlarge(page, "2")
        file = tmp_path / "colours" / name
        facts = page.locator("#picture .facts")
        expect(facts.locator("p").first).to_have_text(re.compile(rf"{name} · file of .* · 8 × 8 · 1 kB$"))
        expect(facts.locator(".path")).to_have_text(str(file))
        with page.context.expect_page() as opened:
            page.keyboard.press("o")
        original = opened.value
        original.wait_for_load_state()
        assert original.evaluate("document.contentType") == "image/png"
        assert original.evaluate("document.images[0].naturalWidth") == 8
        assert original.evaluate("origin") == "null"  # whatever it were, it has nothing to do with the page
        original.close()
        with page.expect_download() as kept:
            page.keyboard.press("d")
        assert (kept.value.suggested_filename, kept.value.path().read_bytes()) == (name, file.read_bytes())
        page.keyboard.press("c")
        expect(page.locator("#picture [role=status]")).to_have_text("The path is copied.")
        assert page.evaluate("navigator.clipboard.readText()") == str(file)
        page.keyboard.press("f")
        expect(page.locator("#picture [role=status]")).to_have_text("The folder is opening on this machine.")
        wait_until(lambda: seen.exists() and seen.read_text().split() == [str(file.parent)])
        page.get_by_role("button", name="This is it").click()
        card = page.locator(".found-card")
        expect(card.locator(".path")).to_have_text(str(file))
        # A browser that does not let the page at the clipboard: the text is selected and copied as by hand.
        page.evaluate(
            "() => { navigator.clipboard.writeText('before'); Object.defineProperty(navigator, 'clipboard', { value: undefined }); }"
        )
        page.locator("body").press("c")
        expect(card.get_by_role("status")).to_have_text("The path is copied.")
        other = page.context.new_page()
        other.goto(page.url)
        assert other.evaluate("navigator.clipboard.readText()") == str(file)
        other.close()
        page.evaluate("() => { document.execCommand = () => false; }")
        card.get_by_role("button", name="Copy path").click()
        expect(card.get_by_role("status")).to_contain_text(f"The path: {file}")
        with page.expect_download() as kept:
            card.get_by_role("link", name="Download").click()
        assert kept.value.suggested_filename == name
        page.reload()
        expect(card.locator(".path")).to_have_text(str(file))


def test_a_file_that_is_gone_or_another_now_is_said_to_be_so(tmp_path: Path) -> None:
    with quick_page(tmp_path) as page:
        file = tmp_path / "colours" / _enlarge(page, "1")
        content = file.read_bytes()
        page.keyboard.press("Escape")
        file.write_bytes(content + b"more")
        page.reload()
        _enlarge(page, "1")
        expect(page.locator("#picture .problem")).to_contain_text("has changed since it was indexed")
        expect(page.get_by_role("link", name="Download")).to_have_count(0)
        file.unlink()
        page.get_by_role("button", name="The next result").click()
        expect(page.get_by_role("link", name="Download")).to_have_count(1)
        page.keyboard.press("ArrowLeft")
        expect(page.locator("#picture .problem")).to_contain_text("is not where it was")
        page.get_by_role("button", name="This is it").click()
        expect(page.locator(".found-card .problem")).to_contain_text("is not where it was")


def test_who_says_this_is_it_far_down_a_phone_sees_what_was_found(tmp_path: Path) -> None:
    with quick_page(tmp_path) as page:
        page.set_viewport_size({"width": 390, "height": 844})
        expect(page.locator("button.tile")).to_have_count(10)
        page.locator("button.tile").last.click()
        page.get_by_role("button", name="This is it").click()
        expect(page.locator(".verdict")).to_be_in_viewport(ratio=1)
        expect(page.locator(".found-card img")).to_be_in_viewport()


def test_a_picture_that_the_gallery_has_lost_says_so_and_offers_nothing_to_open(tmp_path: Path) -> None:
    with quick_page(tmp_path) as page:
        _enlarge(page, "1")
        page.get_by_role("button", name="This is it").click()
        expect(page.locator(".found-card .path")).to_be_visible()

        def lost(route: Route) -> None:
            view = route.fetch().json()
            rounds = [{**record, "results": [{**result, "gone": True} for result in record["results"]]} for record in view["rounds"]]
            route.fulfill(json={**view, "rounds": rounds})

        page.route("**/events", lambda route: route.abort())
        page.route("**/api/conversations/*", lost)
        page.reload()
        card = page.locator(".found-card")
        expect(card).to_contain_text("Nothing is left to open")
        expect(card.get_by_role("link")).to_have_count(0)
        expect(page.locator(".nothing")).to_contain_text("Begin a new search")
        page.locator("body").press("1")
        expect(page.locator("#picture")).to_contain_text("no longer in the gallery")
        expect(page.locator("#picture").get_by_role("link")).to_have_count(0)
