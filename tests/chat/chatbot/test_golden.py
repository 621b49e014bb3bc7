"""The tools as chatbots see them: names, descriptions and the schemas of their arguments; `golden/` has the texts."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from dir_tir.chat.chatbot.langchain import image_search_tools
from dir_tir.chat.chatbot.mcp import server
from golden import Golden
from mcp.client import Client

FOLDER = Path(__file__).parent / "golden"
NO_SEARCH: Any = None  # tools are described before anything is searched


def test_the_tools_of_the_mcp_server_are_those_that_are_kept(renew_golden: bool) -> None:
    async def seen() -> dict[str, Any]:
        async with Client(server(NO_SEARCH)) as client:
            tools = (await client.list_tools()).tools
            dumped = [tool.model_dump(mode="json", exclude_none=True, by_alias=True) for tool in tools]
            return {"instructions": client.instructions, "tools": dumped}

    Golden(FOLDER, renew_golden).check("mcp.json", _text(asyncio.run(seen())))


def test_the_tools_for_langchain_are_those_that_are_kept(renew_golden: bool) -> None:
    tools = [
        {"name": tool.name, "description": tool.description, "arguments": tool.get_input_jsonschema()}
        for tool in image_search_tools(NO_SEARCH)
    ]
    Golden(FOLDER, renew_golden).check("langchain.json", _text(tools))


def _text(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)
