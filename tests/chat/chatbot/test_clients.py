"""Several clients of one MCP server over HTTP: each has its own searches, whichever generation of the protocol it speaks."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from dir_tir.chat.chatbot.actions import SearchActions
from dir_tir.chat.chatbot.arguments import TOOLS
from dir_tir.chat.chatbot.mcp import http_application
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from quick_server import quick_server
from serving import listened

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with (
        quick_server(tmp_path_factory.mktemp("server")) as state,
        listened(http_application(SearchActions(state.search("colours")))) as port,
    ):
        yield f"http://127.0.0.1:{port}/mcp"


_OF_A_CONVERSATION: dict[str, dict[str, Any]] = {
    tool: {"answer": "red"} if tool == "answer_search" else {"number": 1} if "number" in model.model_fields else {}
    for tool, model in TOOLS.items()
    if "conversation" in model.model_fields
}


async def _call(client: Client, tool: str, **arguments: Any) -> tuple[str, bool]:
    said = await client.call_tool(tool, arguments)
    return said.content[0].text, bool(said.is_error)


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_lists_and_goes_on_with_its_own_searches_alone(address: str, mode: str) -> None:
    async def talk() -> None:
        async with Client(streamable_http_client(address), mode=mode) as ann:
            begun, _ = await _call(ann, "start_search", description=f"a boat of {mode}")
            id_ = begun.split()[1].rstrip(",")
            async with Client(streamable_http_client(address), mode=mode) as bob:
                assert await _call(bob, "list_searches") == ("Nothing has been looked for yet.", False)
                for tool, arguments in _OF_A_CONVERSATION.items():
                    said, wrong = await _call(bob, tool, conversation=id_, **arguments)
                    assert (wrong, "there is no conversation" in said) == (True, True), tool
            listed, _ = await _call(ann, "list_searches")
            assert listed.startswith(id_)
            said, wrong = await _call(ann, "answer_search", conversation=id_, answer="red")
            assert not wrong, said
        async with Client(streamable_http_client(address), mode=mode) as later:
            assert (await _call(later, "mark_found", conversation=id_, number=1))[1]

    asyncio.run(talk())


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_a_client_with_a_name_of_its_own_finds_its_searches_again_another_day(address: str, mode: str) -> None:
    async def talk() -> None:
        named = f"{address}?client=the-laptop-of-ann-{mode}"
        async with Client(streamable_http_client(named), mode=mode) as ann:
            begun, _ = await _call(ann, "start_search", description="a boat")
        async with Client(streamable_http_client(named), mode=mode) as later:
            assert (await _call(later, "list_searches"))[0].startswith(begun.split()[1].rstrip(","))

    asyncio.run(talk())


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"[" * 60_000, {}),
        (b'{"jsonrpc": "2.0", "id": 1' + b"0" * 6000 + b', "method": "ping"}', {}),
        (
            b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "\\ud83d", "arguments": 3}}',
            {},
        ),
        (b"\xff\xfe", {}),
        (b"{}", {"mcp-session-id": "nobody's"}),
        (b"{}", {"mcp-protocol-version": "2099-01-01"}),
        (b"{}", {"accept": "text/html"}),
        (b"{}", {"content-type": "text/plain"}),
        (b"x" * 70_000, {}),
    ],
)
def test_what_is_no_request_of_the_protocol_is_refused_below_five_hundred(address: str, body: bytes, headers: dict[str, str]) -> None:
    usual = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    for version in ({}, {"mcp-protocol-version": "2026-07-28"}):
        refused = httpx2.post(address, content=body, headers={**usual, **version, **headers})
        assert 400 <= refused.status_code < 500, refused.text
        assert "Traceback" not in refused.text
        assert refused.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("mode", ["legacy", "auto"])
def test_half_an_emoji_is_refused_and_nothing_of_it_kept(address: str, mode: str) -> None:
    async def talk() -> None:
        async with Client(streamable_http_client(address), mode=mode) as ann:
            said, wrong = await _call(ann, "start_search", description="a\0boat")
            assert (wrong, "cannot be kept" in said) == (True, True)
            assert (await _call(ann, "list_searches"))[0] == "Nothing has been looked for yet."

    asyncio.run(talk())
