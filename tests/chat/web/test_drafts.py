"""Nothing that is typed is lost: the page in a real browser, before a server whose painter takes its time and whose models can break."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from dir_tir.chat.web import limits
from dir_tir.chat.web.application import application
from dir_tir.errors import DiskFullError
from fakes import FakeLanguageModel, FakePainter, plausible
from playwright.sync_api import expect
from quick_pages import browsing, look_for_a_boat
from quick_server import quick_server
from serving import chromium, listened
from waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PATIENCE = 60_000  # milliseconds


class Serving:
    """The server, which can be stopped and started again at its port, and what its models do."""

    def __init__(self, folder: Path) -> None:
        self.painting = 6.0  # seconds that a painting takes
        self.broken: Exception | None = None  # what is raised while the language model works an answer in
        self._listening, self._open = ExitStack(), ExitStack()
        self.state = self._open.enter_context(
            quick_server(folder, painter=FakePainter(lambda: time.sleep(self.painting)), llm=FakeLanguageModel(self._say))
        )
        self.port = 0

    def start(self) -> None:
        self.port = self._listening.enter_context(listened(application(self.state), self.port))

    def stop(self) -> None:
        self._listening.close()

    def close(self) -> None:
        self.stop()
        self._open.close()

    def _say(self, prompt: str) -> str:
        if self.broken and "Reply with the question alone" not in prompt:
            raise self.broken
        return plausible(prompt)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    chromium()  # skips before anything is made where there is none
    serving = Serving(tmp_path_factory.mktemp("server"))
    serving.start()
    yield serving
    serving.close()


@pytest.fixture
def page(serving: Serving) -> Iterator[Page]:
    serving.broken = None
    with browsing(f"http://127.0.0.1:{serving.port}/", patience=PATIENCE) as page:
        yield page


def _begin(page: Page) -> None:
    look_for_a_boat(page)
    expect(page.locator("#answer-question")).to_be_visible()


def test_what_is_typed_outlives_paintings_replies_reloads_and_a_server_that_is_away(serving: Serving, page: Page) -> None:
    question, difference = page.locator("#answer-question"), page.locator("#answer-difference")
    page.get_by_label("What does the picture show?").fill("a bo")
    page.reload()
    expect(page.get_by_label("What does the picture show?")).to_have_value("a bo")
    _begin(page)
    question.type("a red boat")
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    expect(page.locator(".painted img")).to_be_visible()  # it came while there was a cursor in the text
    page.keyboard.type("little ")
    expect(question).to_have_value("a redlittle  boat")
    page.reload()
    expect(question).to_have_value("a redlittle  boat")
    question.fill("a red boat")
    serving.painting = 0.5
    question.press("Enter")
    expect(difference).to_be_focused()
    page.keyboard.type("it should be blue", delay=60)  # while the answer is worked on
    expect(page.locator(".answers .given")).to_contain_text("a red boat")
    expect(difference).to_have_value("it should be blue")
    difference.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Round 1").first).to_be_visible()
    expect(page.locator(".bubble.you")).to_have_text(["You: a boat", "You: a red boat", "You: it should be blue"])

    expect(page.locator(".painted img")).to_be_visible()
    expect(question).to_have_value("")
    serving.stop()
    question.fill("in the middle")
    difference.fill("larger")
    question.press("Enter")
    expect(page.get_by_role("alert").first).to_contain_text("does not answer")
    page.set_viewport_size({"width": 390, "height": 844})  # a phone: the page scrolls, and the word has to be in view
    question.scroll_into_view_if_needed()  # where whoever typed there looks
    expect(page.get_by_role("alert").first).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(question).to_have_value("in the middle")
    serving.start()
    expect(page.get_by_text("does not answer")).to_have_count(0)
    page.reload()
    expect(question).to_have_value("in the middle")
    expect(difference).to_have_value("larger")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The rounds are used up").first).to_be_attached()
    assert page.evaluate("Object.keys(localStorage).filter((key) => /^(draft|marks) /.test(key))") == []


def _answer(serving: Serving, page: Page, question: str, difference: str, error: Exception) -> None:
    """When both are asked; whatever works the answers in raises the error."""
    for there in (".painted img", "#answer-question", "#answer-difference"):
        expect(page.locator(there)).to_be_visible()
    serving.broken = error
    for kind, text in (("question", question), ("difference", difference)):
        page.locator(f"#answer-{kind}").fill(text)
    page.get_by_role("button", name="Send").click()


def _at_rest() -> None:
    wait_until(lambda: not any(thread.name.startswith("conversation ") for thread in threading.enumerate()))


def test_what_fails_when_all_is_answered_can_be_tried_again_and_a_model_that_fails_leaves_a_note(
    serving: Serving, page: Page, tmp_path: Path
) -> None:
    serving.painting = 0.1
    _begin(page)
    _answer(serving, page, "a red boat", "redder", DiskFullError("the disk is full: make room"))
    _at_rest()
    again, alert = page.get_by_role("button", name="Try again"), page.get_by_role("alert")
    expect(again).to_be_visible()
    expect(alert).to_contain_text("the disk is full: make room")
    page.screenshot(path=tmp_path / "try-again.png")
    again.click()  # still full
    _at_rest()
    expect(again).to_be_visible()
    serving.broken = None
    again.click()
    expect(page.get_by_role("heading", name="Round 1").first).to_be_visible()
    expect(again).to_have_count(0)
    expect(alert).to_have_count(0)
    expect(page.locator(".bubble.you")).to_have_text(["You: a boat", "You: a red boat", "You: redder"])

    _answer(serving, page, "a sail", "bluer", ConnectionError("no route to the model"))
    expect(page.get_by_text("The rounds are used up").first).to_be_attached()
    expect(page.locator(".note").first).to_contain_text("no route to the model")
    expect(page.locator(".bubble.you")).to_have_text(["You: a boat", "You: a red boat", "You: redder", "You: a sail", "You: bluer"])


def test_who_has_as_much_running_as_one_may_have_is_told_so_keeps_the_text_and_can_begin_when_something_is_asked(
    serving: Serving, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    serving.painting = 3.0
    monkeypatch.setattr(limits, "RUNNING_EACH", 1)
    _begin(page)
    page.goto(f"http://127.0.0.1:{serving.port}/")
    look_for_a_boat(page)
    expect(page.get_by_role("alert")).to_contain_text("being worked on already: wait until one of them asks you something")
    expect(page.get_by_label("What does the picture show?")).to_have_value("a boat")
    serving.painting = 0.1
    _at_rest()
    page.keyboard.press("Enter")
    expect(page.locator("#answer-question")).to_be_visible()


def test_who_has_as_much_as_one_may_have_is_told_so_and_keeps_the_text(
    serving: Serving, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "KEPT_EACH", 0)
    look_for_a_boat(page)
    expect(page.get_by_role("alert")).to_contain_text("as many as one may have")
    expect(page.get_by_label("What does the picture show?")).to_have_value("a boat")
