"""The search as LangChain tools, for an agent of one's own."""

from __future__ import annotations

from functools import wraps
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from langchain_core.tools import StructuredTool, ToolException

from ...errors import DirTirError
from .actions import GUIDE, Desk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from langchain_core.tools import BaseTool

    from ..library.search import ImageSearch
    from .actions import Told


def image_search_tools(search: ImageSearch) -> list[BaseTool]:
    """start_search, answer_search, mark_found and list_searches over one search.

    What the model reads is text; the artifact of a tool message is a list of (caption, path) of the pictures, for the program that shows
    them. What is refused comes back as the reason, so that the model can do better.
    """
    desk = Desk(search)
    return [_tool(desk.start_search, GUIDE), _tool(desk.answer_search), _tool(desk.mark_found), _tool(desk.list_searches)]


def _tool(method: Callable[..., Told], guide: str = "") -> BaseTool:
    @wraps(method)
    def called(**arguments: Any) -> tuple[str, list[tuple[str, Path]]]:
        try:
            told = method(**arguments)
        except DirTirError as error:
            raise ToolException(str(error)) from error
        return told.text, list(told.pictures)

    return StructuredTool.from_function(
        called,
        name=method.__name__,
        description=" ".join(f"{cleandoc(method.__doc__ or '')} {guide}".split()),
        response_format="content_and_artifact",
        handle_tool_error=True,
    )
