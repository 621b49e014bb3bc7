"""Two servers behind one address, with their conversations in PostgreSQL: one is killed in the middle of a round, the other goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from forwarding import forwarded
from playwright.sync_api import expect, sync_playwright
from serving import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from databases import Postgres

pytestmark = pytest.mark.browser
TESTS = Path(__file__).parents[2]


@contextmanager
def _server(folder: Path, database: str, paintings: int) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    told = {**os.environ, "DIR_TIR_SESSIONS": database, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    command = [sys.executable, str(TESTS / "one_of_servers.py"), str(folder), str(paintings)]
    with subprocess.Popen(command, env=told, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline()), process
        finally:
            process.kill()


def test_one_is_killed_in_the_middle_of_a_round_and_the_other_goes_on(postgres: Postgres, tmp_path: Path) -> None:
    path, database = chromium(), postgres.empty()
    with (
        _server(tmp_path, database, paintings=1) as (first, killed),
        _server(tmp_path, database, paintings=9) as (second, _),
        forwarded([first, second]) as port,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=["--no-sandbox"]) as browser,
    ):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(180_000)
        expect.set_options(timeout=180_000)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{port}/")
        page.locator("#gallery").evaluate("list => { list.options[0].disabled = false; list.selectedIndex = 0; }")
        page.get_by_label("What does the picture show?").fill("a boat")
        page.keyboard.press("Enter")
        page.locator("#answer-question").fill("a red boat")
        page.locator("#answer-difference").fill("redder")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("heading", name="Round 1").first).to_be_visible()

        beside = context.new_page()  # the other server shows what the first is doing, and takes an answer for it
        beside.goto(f"http://127.0.0.1:{second}/#{page.url.partition('#')[2]}")
        expect(beside.get_by_role("heading", name="Round 1").first).to_be_visible()
        beside.locator("#answer-question").fill("a sail")
        beside.locator("#answer-question").press("Enter")
        expect(beside.locator(".answers .given")).to_contain_text("a sail")

        killed.send_signal(signal.SIGKILL)
        for shown in (page, beside):
            expect(shown.locator(".painted img")).to_be_visible()
        page.locator("#answer-difference").fill("bluer")
        page.locator("#answer-difference").press("Enter")
        for shown in (page, beside):
            expect(shown.get_by_text("The rounds are used up").first).to_be_attached()
            expect(shown.locator(".bubble.you")).to_have_text(
                ["You: a boat", "You: a red boat", "You: redder", "You: a sail", "You: bluer"]
            )
