"""The page in a real browser, over the shipped models: by clicks and by keys, for two people at once, through reload and restart."""

from __future__ import annotations

import re
import signal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from postcards import Hunt, hunts
from serving import Served, chromium, quick_profile
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEPS = 25  # of the painter
PATIENCE = 120_000  # milliseconds: loading models on a machine that is busy with other things takes a minute

# Everything that a screen reader is given to say, one after another.
ANNOUNCED = """
    window.announced = [];
    new MutationObserver(() => {
      const said = document.getElementById("status")?.textContent ?? "";
      if (said !== announced.at(-1)) announced.push(said);
    }).observe(document, { subtree: true, childList: true, characterData: true });
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(browser: Browser, ground: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    profile = quick_profile(tmp_path_factory.mktemp("profile"), STEPS)
    served = Served(
        ["web", "--no-browser", "--port", "0", "--profile", str(profile), "--gallery", hunts(ground)[0].gallery], ground
    ).start()
    yield served
    served.stop()


class Person:
    """Somebody at a browser of their own; whatever the page asks of another host, and whatever it complains of, is noted."""

    def __init__(self, context: BrowserContext, served: Served) -> None:
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self.wrong.append(request.url) if not request.url.startswith(served.address) else None)
        self.page.on("console", lambda message: self.wrong.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.goto(served.address)

    def begin(self, hunt: Hunt, words: str = "") -> None:
        self.page.get_by_label("Gallery").select_option(hunt.gallery)
        self.page.get_by_label("What does the picture show?").fill(words or hunt.description)
        self.page.get_by_role("button", name="Find it").click()
        expect(self.page.locator("button.tile")).to_have_count(10)

    def tile(self, hunt: Hunt) -> str:
        return f"button.tile[title='{hunt.caption}']"

    def answer_all(self, hunt: Hunt) -> None:
        """Answer both, and wait for the page of results that comes of it."""
        before = self.page.locator("button.dot.there").count()
        self.page.locator("#answer-question").fill(hunt.answer(self.page.locator("#asked").inner_text()))
        expect(self.page.locator(".painted img")).to_be_visible()
        self.page.locator("#answer-difference").fill(hunt.difference)
        self.page.get_by_role("button", name="Send").click()
        expect(self.page.locator("button.dot.there")).to_have_count(before + 1)


@pytest.fixture
def people(browser: Browser, served: Served) -> Iterator[list[Person]]:
    contexts = [browser.new_context(viewport={"width": 1280, "height": 800}) for _ in range(2)]
    persons = [Person(context, served) for context in contexts]
    yield persons
    for context in contexts:
        context.close()


def test_a_whole_hunt_by_clicks_with_a_reload_in_the_middle(people: list[Person], ground: Path) -> None:
    ann, hunt = people[0], hunts(ground)[0]
    page = ann.page
    ann.begin(hunt)
    expect(page.locator("#asked")).to_be_visible()
    question = page.locator("#asked").inner_text()
    page.reload()
    expect(page.locator("#asked")).to_have_text(question)
    expect(page.locator("button.tile")).to_have_count(10)
    ann.answer_all(hunt)
    page.reload()
    page.locator(ann.tile(hunt)).click()
    expect(page.locator("#picture img")).to_have_attribute("alt", hunt.caption)
    assert re.search(r"matches (your answers|the painting)", page.locator("#picture").inner_text())
    page.get_by_role("button", name="This is it").click()
    expect(page.locator(".verdict")).to_have_text("Found")
    expect(page.locator("button.tile.hit")).to_have_attribute("title", hunt.caption)
    page.get_by_role("button", name="Why these?").click()
    why = page.locator("#why").inner_text()
    for part in (
        "The description as it is understood",
        "The prompt of the painting",
        "One picture for each cluster",
        question,
        "How well they match",
    ):
        assert part in why
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="First search: look at its results").click()
    expect(page.locator("h2").first).to_contain_text("First search")
    page.get_by_role("link", name="New search").click()
    expect(page.locator(".past-talk")).to_contain_text("found after")
    assert ann.wrong == []


def test_a_whole_hunt_by_keys_with_marks(people: list[Person], ground: Path) -> None:
    ann, hunt = people[0], hunts(ground)[1]
    page = ann.page
    expect(page.locator("#description")).to_be_focused()
    page.keyboard.type("a tree")
    page.keyboard.press("Enter")
    expect(page.locator("button.tile")).to_have_count(10)
    page.keyboard.press("3")
    expect(page.get_by_role("button", name="This is it")).to_be_focused()
    page.keyboard.press("m")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("n")
    page.keyboard.press("Escape")
    expect(page.locator("button.tile.more_like")).to_have_count(1)
    expect(page.locator("button.tile.not_these")).to_have_count(1)
    page.reload()
    expect(page.locator("button.tile.more_like")).to_have_count(1)  # marks are not lost before they are sent
    page.keyboard.press("s")
    expect(page.locator("h2").first).to_contain_text("Round 1")
    expect(page.locator(".marked .bar")).to_have_count(0)
    expect(page.locator(".bubble .marks")).to_have_text("1 more like this, 1 not these")
    page.keyboard.press("w")
    expect(page.locator("#why")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#asked")).to_be_visible()
    page.keyboard.press("a")
    page.keyboard.type(hunt.caption)
    page.keyboard.press("Enter")
    expect(page.locator(".answers .given")).to_be_visible()
    expect(page.locator(".painted img")).to_be_visible()
    page.keyboard.press("Escape")  # if the painting was there already, its field is at hand
    page.keyboard.press("v")
    expect(page.locator("#painting img")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skipped
    expect(page.locator("h2").first).to_contain_text("Round 2")
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict")).to_have_text("Found")
    assert ann.wrong == []


def test_a_mystery_is_shown_to_the_player_and_recognised_at_the_end(people: list[Person], ground: Path) -> None:
    ann = people[0]
    page = ann.page
    page.get_by_label("Gallery").select_option(hunts(ground)[0].gallery)
    page.get_by_role("button", name="Mystery picture").click()
    source = page.locator(".mystery img").get_attribute("src") or ""
    hunted = source.split("/")[-1].split("?")[0]
    page.get_by_label("What does the picture show?").fill("a postcard")
    page.keyboard.press("Enter")
    expect(page.locator("button.tile")).to_have_count(10)
    expect(page.locator(".target-picture img")).to_be_visible()
    page.locator("button.tile").nth(9).click()
    page.get_by_role("button", name="This is it").click()
    right = hunted in (page.locator("button.tile").nth(9).locator("img").get_attribute("src") or "")
    expect(page.locator(".verdict")).to_contain_text(
        "Found: it is the one you were shown" if right else "That is not the one you were shown"
    )


def test_two_people_at_once_never_see_each_others_conversations(people: list[Person], served: Served, ground: Path) -> None:
    (ann, bob), (her, his) = people, hunts(ground)[2:4]
    ann.begin(her)
    bob.begin(his)
    ann.answer_all(her)
    bob.answer_all(his)
    assert ann.page.locator(".bubble.you").first.inner_text().endswith(her.description)
    assert bob.page.locator(".bubble.you").first.inner_text().endswith(his.description)
    assert his.description not in ann.page.locator("main").inner_text()
    hers = ann.page.url
    bob.page.goto(served.address)
    expect(bob.page.locator(".past-talk")).to_have_count(1)
    bob.page.goto(hers)
    expect(bob.page.get_by_role("alert")).to_contain_text("there is no conversation")
    assert bob.page.request.get(f"{served.address}paintings/{hers.split('/')[-1]}/1").status == 404
    assert ann.wrong == []


def test_after_a_restart_of_the_server_the_open_page_and_the_list_go_on(people: list[Person], served: Served, ground: Path) -> None:
    ann, hunt = people[0], hunts(ground)[4]
    page = ann.page
    ann.begin(hunt)
    expect(page.locator("#asked")).to_be_visible()
    port = served.port
    served.stop(signal.SIGKILL)  # in the middle of the painting
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    served.command[served.command.index("--port") + 1] = str(port)
    served.start()
    expect(page.locator(".painted img")).to_be_visible()
    ann.answer_all(hunt)
    page.get_by_role("link", name="New search").click()
    page.locator(".past-talk").filter(has_text=hunt.description).click()
    page.locator(ann.tile(hunt)).click()
    page.get_by_role("button", name="This is it").click()
    expect(page.locator(".verdict")).to_have_text("Found")


def test_a_refused_reply_leaves_marks_and_text_as_they_are(people: list[Person], ground: Path) -> None:
    ann, hunt = people[0], hunts(ground)[0]
    page = ann.page
    ann.begin(hunt)
    expect(page.locator("#asked")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("m")
    page.keyboard.press("Escape")
    page.locator("#answer-question").evaluate("field => field.removeAttribute('maxlength')")
    page.locator("#answer-question").fill("x" * 501)
    expect(page.locator(".painted img")).to_be_visible()  # the page was drawn anew meanwhile
    page.locator("#answer-question").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("501 characters")
    expect(page.locator("button.tile.more_like")).to_have_count(1)
    expect(page.locator("#answer-question")).to_have_value("x" * 501)
    page.route("**/reply", lambda route: route.abort())
    page.locator("#answer-question").fill("a red boat")
    page.locator("#answer-question").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("does not answer")
    expect(page.locator("button.tile.more_like")).to_have_count(1)
    expect(page.locator("#answer-question")).to_have_value("a red boat")
    page.unroute("**/reply")
    page.locator("#answer-question").press("Enter")
    expect(page.locator(".answers .given")).to_be_visible()
    expect(page.locator("button.tile.more_like")).to_have_count(0)


@pytest.mark.parametrize(("width", "height", "scheme"), [(390, 844, "light"), (390, 844, "dark"), (1440, 900, "dark")])
def test_it_fits_and_says_what_everything_is(browser: Browser, served: Served, ground: Path, width: int, height: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    context.add_init_script(ANNOUNCED)
    ann = Person(context, served)
    ann.begin(hunts(ground)[0])
    expect(ann.page.locator("#asked")).to_be_visible()
    assert ann.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    nameless = """[...document.querySelectorAll('button, a, input, select, img, progress, dialog')].filter((e) => !(
        e.ariaLabel || e.textContent.trim() || e.hasAttribute('alt') || e.labels?.length || e.getAttribute('aria-labelledby')
    )).map((e) => e.outerHTML)"""
    assert ann.page.evaluate(nameless) == []
    dark = ann.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 28)"
    assert dark == (scheme == "dark")
    assert wait_until(lambda: [said for said in ann.page.evaluate("window.announced") if "Question:" in said])
    context.close()
