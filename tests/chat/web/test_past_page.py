"""Past conversations on the page, in a real browser: another title, a file to keep, away with them."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect
from quick_pages import quick_page


def test_a_conversation_is_renamed_exported_and_deleted_by_keyboard(tmp_path: Path) -> None:
    with quick_page(tmp_path) as page:
        expect(page.locator(".tile img")).to_have_count(10)
        page.get_by_role("link", name="New search").click()
        past = page.get_by_role("region", name="Your conversations")
        past.get_by_role("button", name="Rename: a boat").press("Enter")
        title = past.get_by_label("Title of: a boat")
        expect(title).to_be_focused()
        title.press("Escape")
        rename = past.get_by_role("button", name="Rename: a boat")
        expect(rename).to_be_focused()
        rename.press("Enter")
        title.fill("The boat <of> summer")
        title.press("Enter")
        expect(past.get_by_role("button", name="Rename: The boat <of> summer")).to_be_focused()
        page.reload()
        with page.expect_download() as download:
            past.get_by_role("link", name="Export: The boat <of> summer").press("Enter")
        assert download.value.suggested_filename == "the-boat-of-summer.html"
        file = tmp_path / "kept.html"
        download.value.save_as(file)
        opened = page.context.new_page()
        complaints: list[str] = []
        opened.on("console", lambda message: complaints.append(message.text))
        opened.goto(file.as_uri())
        expect(opened.get_by_role("heading", level=1)).to_have_text("The boat <of> summer")
        assert opened.evaluate("[...document.images].filter((image) => image.naturalWidth).length") == 10
        assert opened.evaluate("getComputedStyle(document.body).maxWidth") == "1100px"  # its policy lets its own style in
        assert complaints == []
        opened.close()
        past.get_by_role("button", name="Delete…: The boat <of> summer").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
        expect(past).to_be_hidden()
        page.reload()
        expect(page.get_by_label("What does the picture show?")).to_be_visible()
        expect(past).to_be_hidden()
