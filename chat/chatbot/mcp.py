"""The command that serves the search to chatbots, over the Model Context Protocol's own SDK: standard input and output, or HTTP."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from importlib.metadata import version
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from ...errors import DirTirError, InputError
from ..library.search import ImageSearch
from ..library.thumbnails import SIDES, small_picture
from ..web.guard import Guard, is_loopback, token_for
from ..web.serving import base_address, listening, serve
from .actions import GUIDE, Desk

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.mcpserver import MCPServer
    from mcp.types import ContentBlock

    from ...tools.workspace import Workspace
    from .actions import Told


def serve_stdio(workspace: Workspace, gallery: str, profile: str) -> None:
    """Speak with the client that started this process."""
    with ImageSearch(gallery, profile, workspace=workspace) as search:
        server(search).run("stdio")


def serve_http(workspace: Workspace, gallery: str, profile: str, host: str, port: int, token: str) -> None:
    """Listen at a port until interrupted. Beyond this machine a client has to send the token as a bearer token."""
    token = token_for(host, token)
    with ImageSearch(gallery, profile, workspace=workspace) as search, listening(host, port) as open_port:
        made = server(search)
        from mcp.server.transport_security import TransportSecuritySettings

        safe = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # the guard sees to it, for the page as well
        print(f"DIR-TIR's tools are at  {base_address(host, open_port)}/mcp", flush=True)
        if not is_loopback(host):
            print(f"Clients send  Authorization: Bearer {token}", flush=True)
        serve(Guard(made.streamable_http_app(transport_security=safe), token), open_port)


def server(search: ImageSearch) -> MCPServer:
    """The server with its four tools. Raises InputError when the SDK is not installed."""
    try:
        from mcp.server.mcpserver import MCPServer
    except ImportError:
        raise InputError("the MCP server needs an extra: pip install 'dir-tir[mcp]'") from None
    made = MCPServer("dir-tir", version=version("dir-tir"), instructions=GUIDE, log_level="WARNING")
    desk = Desk(search)

    # Functions and not the desk's methods: the SDK makes the tools' schemas from their annotations, and models must not hold up its loop.
    async def start_search(description: str) -> list[Any]:
        return await _said(lambda: desk.start_search(description))

    async def answer_search(
        conversation: str, answer: str = "", difference: str = "", more_like: list[int] | None = None, not_these: list[int] | None = None
    ) -> list[Any]:
        marks = more_like or (), not_these or ()
        return await _said(lambda: desk.answer_search(conversation, answer, difference, *marks))

    async def mark_found(conversation: str, number: int) -> list[Any]:
        return await _said(lambda: desk.mark_found(conversation, number))

    async def list_searches() -> list[Any]:
        return await _said(lambda: desk.list_searches())

    for tool in (start_search, answer_search, mark_found, list_searches):
        made.add_tool(tool, description=cleandoc(getattr(Desk, tool.__name__).__doc__ or ""), structured_output=False)
    return made


async def _said(act: Callable[[], Told]) -> list[ContentBlock]:
    """What the desk says, without holding up the SDK's loop; what it refuses goes to the model with its reason."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        return await asyncio.to_thread(lambda: _content(act()))
    except DirTirError as error:
        raise ToolError(str(error)) from error


def _content(told: Told) -> list[ContentBlock]:
    """The text, then every picture after a line that names it."""
    from mcp.types import ImageContent, TextContent

    content: list[ContentBlock] = [TextContent(type="text", text=told.text)]
    for caption, path in told.pictures:
        data = small_picture(str(path), min(SIDES), path.stat().st_mtime_ns, "JPEG")
        content += [
            TextContent(type="text", text=caption),
            ImageContent(type="image", data=b64encode(data).decode(), mime_type="image/jpeg"),
        ]
    return content
