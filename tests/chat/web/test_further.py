"""Ten more without an answer, only some of the pictures, and a picture to begin with: on the page, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.sync_api import expect
from quick_pages import quick_page

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.browser


def test_ten_more_are_shown_kept_and_accepted(tmp_path: Path) -> None:
    with quick_page(tmp_path) as page:
        page.get_by_role("button", name="Ten more").click()
        expect(page.locator(".tile")).to_have_count(20)
        expect(page.locator("[data-key='tile 10']")).to_be_focused()
        expect(page.locator("#status")).to_contain_text("Ten more results.")
        expect(page.locator("#answer-question")).to_be_visible()  # what was asked stays asked
        page.reload()
        expect(page.locator(".tile")).to_have_count(20)
        page.locator("[data-key='tile 12']").click()
        expect(page.locator("#picture")).to_contain_text("13.")
        caption = page.locator("#picture .words-of p").first.inner_text().removeprefix("13. ")
        page.keyboard.press("Enter")
        expect(page.locator(".found-card")).to_contain_text(caption)


def test_dates_and_folders_are_set_in_the_form_and_said_on_the_page(tmp_path: Path) -> None:
    with quick_page(tmp_path) as page:
        expect(page.locator(".tile img").first).to_be_visible()
        page.goto(page.url.partition("#")[0])
        expect(page.get_by_label("Folder", exact=True)).to_be_hidden()
        page.get_by_text("Dates and folders").click()
        page.locator("#gallery").evaluate("""list => {
            list.options[0].disabled = false;
            list.selectedIndex = 0;
            list.dispatchEvent(new Event("change"));
        }""")
        expect(page.locator("#filter-days")).to_contain_text("The pictures are from 20")
        page.get_by_label("Folder", exact=True).fill("nowhere")
        page.get_by_label("What does the picture show?").fill("a boat")
        page.keyboard.press("Enter")
        expect(page.locator(".begin .problem")).to_contain_text("(only folder nowhere): without that there are 40")
        page.reload()
        expect(page.get_by_label("Folder", exact=True)).to_have_value("nowhere")  # what is typed survives, and is open
        page.get_by_label("Folder", exact=True).fill("colours")
        page.locator("#gallery").evaluate("list => { list.options[0].disabled = false; list.selectedIndex = 0; }")
        page.get_by_label("What does the picture show?").press("Enter")
        expect(page.locator(".head h2")).to_contain_text("Only folder colours")


def test_a_file_is_chosen_alone_and_a_result_leads_to_a_new_search(tmp_path: Path) -> None:
    Image.effect_noise((900, 600), 90).save(tmp_path / "own.png")
    with quick_page(tmp_path) as page:
        page.locator("[data-key='tile 3']").click()
        expect(page.locator("#picture [data-key='begin like']")).to_have_attribute("href", "#/?like=colours/" + content_id_of(page))
        page.goto(page.url.partition("#")[0])
        page.locator("#gallery").evaluate("list => { list.options[0].disabled = false; list.selectedIndex = 0; }")
        page.set_input_files("#like", str(tmp_path / "own.png"))
        expect(page.locator(".like-shown")).to_contain_text("Like own.png")
        expect(page.locator(".like-shown img")).to_have_js_property("naturalWidth", 900)
        page.get_by_role("button", name="Find it").click()
        expect(page.locator(".bubble .liked")).to_be_visible()
        expect(page.locator(".tile img")).to_have_count(10)
        expect(page.locator(".cell").first).to_contain_text("matches your picture")


def content_id_of(page: Any) -> str:
    """Of the picture that is enlarged, from its address."""
    source: str = page.locator("#picture .shown img").get_attribute("src")
    return source.rpartition("/")[2].partition("?")[0]
