"""The server that offers the search to chatbots, over the Model Context Protocol's own SDK: standard input and output, or HTTP."""

from __future__ import annotations

import asyncio
import itertools
import logging
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.metadata import version
from typing import TYPE_CHECKING

from ...errors import DirTirError, InputError
from ...plain import shown, traced
from ...tools.models.failures import failure_text
from ..library.search import ImageSearch
from ..library.thumbnails import SIDES, small_picture
from ..web.guard import Guard, is_loopback, token_for
from ..web.limits import RUNNING_IN_ALL
from ..web.serving import base_address, listening, serve
from .actions import GUIDE, PAINTING, SearchActions
from .arguments import LOOKING, REPEATABLE, TITLES, TOOLS, description_of, schema_of
from .clients import Introduced, client_of
from .numbered_sheet import EACH, numbered_sheet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any

    from mcp.server.lowlevel import Server
    from mcp.types import ContentBlock
    from starlette.types import ASGIApp

    from ...tools.workspace import Workspace
    from .actions import ActionResult

SESSION_IDLE = 86400.0  # seconds after which a session that nobody uses is closed
SESSIONS = 10_000  # open at a time
LARGE = 1024  # pixels: one result that is looked at closely
TOLD_WITHIN = 5.0  # seconds that a client may take to hear what was being done, once it is done
_log = logging.getLogger(__name__)


def serve_stdio(workspace: Workspace, gallery: str, profile: str, settings: Mapping[str, Any]) -> None:
    """Speak with the client that started this process, until it leaves."""
    with _serving(workspace, gallery, profile, settings) as actions:
        made = server(actions)
        asyncio.run(_stdio(made, actions))


def serve_http(workspace: Workspace, gallery: str, profile: str, host: str, port: int, token: str, settings: Mapping[str, Any]) -> None:
    """Listen at a port until interrupted. Beyond this machine a client has to send the token as a bearer token. Each client has its own
    conversations (`clients.py`)."""
    token = token_for(host, token)
    with _serving(workspace, gallery, profile, settings) as actions, listening(host, port) as open_port:
        app = http_application(actions, token)
        print(f"DIR-TIR's tools are at  {base_address(host, open_port)}/mcp", flush=True)
        if not is_loopback(host):
            print(f"Clients send  Authorization: Bearer {token}", flush=True)
        serve(app, open_port)


def http_application(actions: SearchActions, token: str = "") -> ASGIApp:
    """The server as an ASGI application. With a token it answers nobody who does not bring it."""
    made = server(actions, token)
    from mcp.server.transport_security import TransportSecuritySettings

    safe = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # the guard sees to it, for the page as well
    app = made.streamable_http_app(transport_security=safe, session_idle_timeout=SESSION_IDLE, max_sessions=SESSIONS)
    return Guard(Introduced(app), token)


def server(actions: SearchActions, token: str = "") -> Server[Any]:
    """The server with its tools. Raises InputError when the SDK is not installed."""
    try:
        from mcp import types
        from mcp.server.lowlevel import Server
    except ImportError:
        raise InputError("the MCP server needs an extra: pip install 'dir-tir[mcp]'") from None
    threads = ThreadPoolExecutor(RUNNING_IN_ALL + 8, "tool")  # whoever only asks for a list finds one free
    tools = [
        types.Tool(
            name=name,
            title=TITLES[name],
            description=description_of(name),
            input_schema=schema_of(name),
            annotations=types.ToolAnnotations(
                read_only_hint=name in LOOKING, destructive_hint=False, idempotent_hint=name in REPEATABLE, open_world_hint=False
            ),
        )
        for name in TOOLS
    ]

    async def list_tools(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(tools=tools)

    async def call_tool(context: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        loop, told, telling = asyncio.get_running_loop(), itertools.count(1), []

        def tell(doing: str) -> None:
            """To the client, if it has asked to be told; from the thread that works."""
            telling.append(asyncio.run_coroutine_threadsafe(context.session.report_progress(next(told), None, doing), loop))

        its = actions.of(client_of(context.request, token), tell)

        def answer() -> types.CallToolResult:
            try:
                return types.CallToolResult(content=_content(its.call(asked.name, asked.arguments or {})))
            except DirTirError as error:
                refused = shown(error)
            except Exception as error:
                _log.error(
                    "%s failed\n%s", shown(asked.name, 80), traced(error)
                )  # on standard error, where a client keeps the server's log
                refused = f"{failure_text(error)}. Nothing of the conversation is lost; call the tool again to go on."
            return types.CallToolResult(content=[types.TextContent(type="text", text=refused)], is_error=True)

        answered = await loop.run_in_executor(threads, answer)  # models must not hold up the loop
        with suppress(TimeoutError):  # whoever listens that slowly goes without the rest
            await asyncio.wait_for(asyncio.gather(*map(asyncio.wrap_future, telling), return_exceptions=True), TOLD_WITHIN)
        return answered

    return Server("dir-tir", version=version("dir-tir"), instructions=GUIDE, on_list_tools=list_tools, on_call_tool=call_tool)


@contextmanager
def _serving(workspace: Workspace, gallery: str, profile: str, settings: Mapping[str, Any]) -> Iterator[SearchActions]:
    """The actions over an open search. Whoever stops the server waits for a step, not for a round."""
    with ImageSearch(gallery, profile, workspace=workspace, **settings) as search:
        actions = SearchActions(search)
        try:
            yield actions
        finally:
            actions.stop()


async def _stdio(made: Server[Any], actions: SearchActions) -> None:
    from mcp.server.stdio import stdio_server

    try:
        async with stdio_server() as (incoming, outgoing):
            await made.run(incoming, outgoing, made.create_initialization_options())
    finally:
        actions.stop()  # before the loop waits for its threads


def _content(result: ActionResult) -> list[ContentBlock]:
    """The text; then the results, many of them on numbered sheets and one by itself; then the painting. A line names each picture."""
    from mcp.types import TextContent

    content: list[ContentBlock] = [TextContent(type="text", text=result.text)]
    if len(result.results) > 1:
        for at in range(0, len(result.results), EACH):
            some = result.results[at : at + EACH]
            sheet = numbered_sheet([(number, path) for number, _, path in some])
            content += _picture(f"Results {some[0][0]} to {some[-1][0]}, by number", sheet)
    else:
        for number, caption, path in result.results:
            content += _file(f"{number}. {caption}", path, LARGE if result.closely else min(SIDES))
    return content + (_file(PAINTING, result.painting, min(SIDES)) if result.painting else [])


def _file(caption: str, path: Path, side: int) -> list[ContentBlock]:
    from mcp.types import TextContent

    try:
        return _picture(caption, small_picture(path, side, "JPEG"))
    except DirTirError as error:  # changed or deleted since it was searched or painted
        return [TextContent(type="text", text=f"{caption} (cannot be shown: {shown(error)})")]


def _picture(caption: str, data: bytes) -> list[ContentBlock]:
    from mcp.types import ImageContent, TextContent

    return [
        TextContent(type="text", text=caption),
        ImageContent(type="image", data=b64encode(data).decode(), mime_type="image/jpeg"),
    ]
