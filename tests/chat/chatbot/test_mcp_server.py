"""What a client of the MCP server gets, over a small gallery on disk with fake models; client and server in one process."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from io import BytesIO
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir import ImageSearch, Workspace
from dir_tir.chat.chatbot.actions import PAINTING, SearchActions
from dir_tir.chat.chatbot.arguments import TOOLS
from dir_tir.chat.chatbot.mcp import server
from dir_tir.chat.chatbot.numbered_sheet import WIDTH
from dir_tir.tools.user import Person
from fakes import FakeLanguageModel, FakeToolbox, plausible
from galleries import colours
from mcp.client import Client
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def open_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., ImageSearch]]:
    monkeypatch.setenv("DIR_TIR_HOME", str(tmp_path / "home"))
    found, _ = colours(tmp_path, 40)
    with Workspace() as workspace:

        def opened(script: Callable[[str], str] = plausible) -> ImageSearch:
            toolbox = FakeToolbox(search=found, llm=FakeLanguageModel(script), user=Person(workspace.paintings))
            return ImageSearch("colours", workspace=workspace, resolve=lambda _: toolbox, max_rounds=3)

        yield opened


def _asked(search: ImageSearch, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """What the server answers to these calls, one after the other."""

    async def ask() -> list[Any]:
        async with Client(server(SearchActions(search))) as client:
            return [await client.call_tool(*call) for call in calls]

    return asyncio.run(ask())


def _shown(said: Any) -> list[Image.Image]:
    return [Image.open(BytesIO(b64decode(part.data))) for part in said.content if part.type == "image"]


def test_a_picture_whose_file_is_gone_is_named_and_the_chatbot_gets_its_answer(open_search: Callable[..., ImageSearch]) -> None:
    search = open_search()
    (first,) = _asked(search, ("start_search", {"description": "something red"}))
    assert [part.text for part in first.content[1:] if part.type == "text"] == ["Results 1 to 10, by number", PAINTING]
    id_ = first.content[0].text.split()[1].rstrip(",")
    results = search.resume(id_).results
    results[0].path.unlink()
    results[1].path.write_bytes(b"no picture any more")
    close, other, said, found = _asked(
        search,
        ("show_result", {"conversation": id_, "number": 1}),
        ("show_result", {"conversation": id_, "number": 2}),
        ("go_back", {"conversation": id_, "to_round": 1}),
        ("mark_found", {"conversation": id_, "number": 1}),
    )
    assert not said.is_error
    assert len(_shown(said)) == 2
    for alone in (close, other, found):
        assert not alone.is_error
        assert [part.type for part in alone.content] == ["text", "text"]
        assert "cannot be shown" in alone.content[1].text


def test_many_pictures_come_on_few_sheets(open_search: Callable[..., ImageSearch]) -> None:
    (said,) = _asked(open_search(), ("find_pictures", {"description": "something red", "top": 30}))
    assert [part.text for part in said.content[1:] if part.type == "text"] == ["Results 1 to 20, by number", "Results 21 to 30, by number"]
    assert {sheet.width for sheet in _shown(said)} == {WIDTH}


def test_tools_say_what_they_change_and_every_argument_what_it_is_for(open_search: Callable[..., ImageSearch]) -> None:
    async def listed() -> list[Any]:
        async with Client(server(SearchActions(open_search()))) as client:
            return list((await client.list_tools()).tools)

    tools = asyncio.run(listed())
    assert [tool.name for tool in tools] == list(TOOLS)
    changing = {tool.name for tool in tools if not tool.annotations.read_only_hint}
    assert changing == {"start_search", "answer_search", "more_results", "go_back", "mark_found"}
    for tool in tools:
        assert tool.title
        assert (tool.annotations.destructive_hint, tool.annotations.open_world_hint) == (False, False)
        assert all(argument["description"] for argument in tool.input_schema["properties"].values())


@pytest.mark.parametrize("listens", [True, False])
def test_a_client_that_asks_for_it_is_told_how_far_a_round_is(open_search: Callable[..., ImageSearch], listens: bool) -> None:
    told: list[tuple[float, str | None]] = []

    async def tell(progress: float, _: float | None, message: str | None) -> None:
        told.append((progress, message))

    async def ask() -> None:
        async with Client(server(SearchActions(open_search()))) as client:
            said = await client.call_tool("start_search", {"description": "something red"}, progress_callback=tell if listens else None)
            assert not said.is_error

    asyncio.run(ask())
    assert [progress for progress, _ in told] == list(range(1, len(told) + 1))
    assert bool(told) is listens
    assert not listens or {"results are found", "painted"} <= {message for _, message in told}


@pytest.mark.parametrize(
    ("tool", "arguments", "reason"),
    [
        (
            "start_search",
            {"description": "a boat", "colour": "red"},
            "there is no argument 'colour': expected after, ",
        ),
        ("answer_search", {"conversation": "nobody"}, "there is no conversation 'nobody'"),
        ("paint", {}, "there is no tool 'paint'"),
    ],
)
def test_what_is_refused_is_one_line_for_the_model(
    open_search: Callable[..., ImageSearch], tool: str, arguments: dict[str, Any], reason: str
) -> None:
    (said,) = _asked(open_search(), (tool, arguments))
    assert said.is_error
    assert reason in said.content[0].text


def test_a_model_that_breaks_is_said_to_the_chatbot_and_its_traceback_to_the_log(
    open_search: Callable[..., ImageSearch], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: str) -> str:
        raise ZeroDivisionError("no room for the model")

    search = open_search(broken)
    (said,) = _asked(search, ("start_search", {"description": "something red"}))
    if said.is_error:  # a node whose model fails may end the round with a note instead
        assert "ZeroDivisionError: no room for the model. Nothing of the conversation is lost" in said.content[0].text
        assert "Traceback" in caplog.text
    assert len(search.conversations()) == 1


def test_other_clients_are_served_while_models_work(open_search: Callable[..., ImageSearch]) -> None:
    working, go_on = Event(), Event()

    def slow(prompt: str) -> str:
        working.set()
        assert go_on.wait(60)
        return plausible(prompt)

    async def ask() -> str:
        async with Client(server(SearchActions(open_search(slow)))) as client:
            begun = asyncio.create_task(client.call_tool("start_search", {"description": "something red"}))
            await asyncio.to_thread(working.wait, 60)
            listed = await client.call_tool("list_searches", {})
            assert not begun.done()
            go_on.set()
            await begun
            return str(listed.content[0].text)

    assert "something red" in asyncio.run(ask())
