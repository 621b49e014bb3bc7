"""The MCP server with the official client: over standard input and output, and over HTTP with and without its token."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import signal
import subprocess
import sys
from base64 import b64decode
from io import BytesIO
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from dir_tir import ImageSearch, Workspace
from dir_tir.chat.chatbot.arguments import TOOLS
from dir_tir.chat.terminal.endings import TERMINATED
from mcp import StdioServerParameters
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from PIL import Image
from postcards import Hunt, hunts
from serving import Served, asked_for_outside, cut_off, quick_profile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STEPS = 2
# Where the system allows it, in a network namespace of its own that has nothing in it; what no Python code sees is cut there as well.
ISOLATED = ["unshare", "--map-root-user", "--net"]
WITHOUT_NETWORK = (
    ISOLATED if shutil.which("unshare") and not subprocess.run([*ISOLATED, "true"], check=False, capture_output=True).returncode else []
)


async def _hunt(client: Client, hunt: Hunt, *, here: bool) -> None:
    """A chatbot that says what its user says: start, answer, mark found, list."""

    told: list[str | None] = []

    async def tell(_: float, __: float | None, message: str | None) -> None:
        told.append(message)

    async def call(name: str, **arguments: Any) -> tuple[str, list[Image.Image], bool]:
        result = await client.call_tool(name, arguments, progress_callback=tell)
        text = result.content[0].text
        pictures = [Image.open(BytesIO(b64decode(part.data))) for part in result.content if part.type == "image"]
        return text, pictures, bool(result.is_error)

    assert [tool.name for tool in (await client.list_tools()).tools] == list(TOOLS)
    text, pictures, _ = await call("start_search", description=hunt.description)
    assert "Question for the user:" in text
    sheet, painting = pictures  # ten results, and what is understood
    assert (sheet.width, painting.width) == (1200, 192)
    conversation = re.findall(r"Conversation (\w{32})", text)[0]
    for _ in range(6):
        if hit := re.search(rf"^(\d+)\. {re.escape(hunt.caption)} \(", text, re.MULTILINE):
            break
        question = re.findall(r"Question for the user: (.*)", text)
        text, _, _ = await call(
            "answer_search", conversation=conversation, answer=hunt.answer(question[0]) if question else "", difference=hunt.difference
        )
    assert hit
    refused, _, wrong = await call("mark_found", conversation=conversation, number=11)
    assert (wrong, "numbered 1 to 10" in refused) == (True, True)
    text, pictures, _ = await call("mark_found", conversation=conversation, number=int(hit[1]))
    assert text.startswith(f"Found: {hunt.caption}")
    assert len(pictures) == 1
    assert (str(hunt.file) in text) is here
    assert f"painting: {STEPS} of {STEPS}" in told
    text, _, _ = await call("list_searches")
    assert f"{conversation}: {hunt.description}" in text


def test_a_chatbot_finds_a_picture_over_standard_input_and_output(ground: Path, tmp_path: Path) -> None:
    hunt = hunts(ground)[0]
    server = [
        sys.executable,
        "-m",
        "dir_tir.chat.terminal.cli",
        "mcp",
        "--gallery",
        hunt.gallery,
        "--profile",
        str(quick_profile(tmp_path, STEPS)),
    ]
    command, *arguments = [*WITHOUT_NETWORK, *server]
    started = StdioServerParameters(command=command, args=arguments, env=cut_off(ground))

    async def talk() -> None:
        async with Client(started) as client:
            await _hunt(client, hunt, here=True)

    asyncio.run(talk())
    assert asked_for_outside(ground) == ""


@pytest.fixture(scope="module")
def served(ground: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    profile = quick_profile(tmp_path_factory.mktemp("profile"), STEPS)
    command = ["mcp", "--http", "--port", "0", "--token", "a-token-of-these-tests"]
    served = Served([*command, "--gallery", hunts(ground)[1].gallery, "--profile", str(profile)], ground).start()
    yield served
    served.stop()


def test_without_its_token_a_server_answers_nobody(served: Served) -> None:
    assert httpx2.post(served.address, json={}).status_code == 401
    assert httpx2.post(served.address, json={}, headers={"authorization": "Bearer another"}).status_code == 401


def test_a_chatbot_finds_a_picture_over_http(served: Served, ground: Path) -> None:
    async def talk() -> None:
        async with (
            httpx2.AsyncClient(headers={"authorization": "Bearer a-token-of-these-tests"}, timeout=120) as http,
            Client(streamable_http_client(served.address, http_client=http)) as client,
        ):
            await _hunt(client, hunts(ground)[1], here=False)

    asyncio.run(talk())


def test_a_server_that_is_asked_to_end_stops_at_the_next_step_and_loses_nothing(ground: Path, tmp_path: Path) -> None:
    hunt = hunts(ground)[2]
    profile = quick_profile(tmp_path, 2000)  # the painter would take minutes
    server = Served(["mcp", "--http", "--port", "0", "--gallery", hunt.gallery, "--profile", str(profile)], ground).start()

    async def begin_and_end() -> None:
        async with Client(streamable_http_client(server.address)) as client:
            begun = asyncio.create_task(client.call_tool("start_search", {"description": hunt.description}))
            while hunt.description not in (await client.call_tool("list_searches", {})).content[0].text:
                await asyncio.sleep(0.1)
            await asyncio.sleep(5)
            server.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
            await asyncio.to_thread(server.process.wait, 120)  # type: ignore[union-attr]
            begun.cancel()

    with contextlib.suppress(Exception):  # the client finds its server gone
        asyncio.run(begin_and_end())
    assert server.process is not None
    assert server.process.returncode == TERMINATED
    with Workspace(ground) as workspace, ImageSearch(hunt.gallery, workspace=workspace) as search:
        entries = [kept.entry for kept in workspace.conversations.kept() if kept.entry]  # a client's own, so nobody else lists them
        (entry,) = [entry for entry in entries if entry.settings["profile"] == str(profile)]
        assert entry.description == hunt.description
        assert not search.resume(entry.id).finished
