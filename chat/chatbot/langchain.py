"""The search as LangChain tools, for an agent of one's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.tools import StructuredTool, ToolException
from pydantic import ValidationError

from ...errors import DirTirError
from ...plain import shown
from ...tools.models.failures import failure_text
from .actions import GUIDE, SearchActions
from .arguments import TOOLS, description_of, refusal

if TYPE_CHECKING:
    from langchain_core.tools import BaseTool

    from ..library.search import ImageSearch


def image_search_tools(search: ImageSearch) -> list[BaseTool]:
    """The tools of `arguments.py` over one search.

    What the model reads is text; the artifact of a tool message is a list of (caption, path) of the pictures, for the program that shows
    them. What is refused comes back as the reason, so that the model can do better.
    """
    actions = SearchActions(search)
    return [_tool(actions, name, GUIDE if name == "start_search" else "") for name in TOOLS]


def _tool(actions: SearchActions, name: str, guide: str) -> BaseTool:
    def called(**arguments: Any) -> tuple[str, list[Any]]:
        try:
            result = actions.call(name, arguments)
        except DirTirError as error:
            raise ToolException(shown(error)) from error
        except Exception as error:
            raise ToolException(f"{failure_text(error)}. Nothing of the conversation is lost; call the tool again to go on.") from error
        return result.text, list(result.pictures)

    return StructuredTool.from_function(
        called,
        name=name,
        description=f"{description_of(name)} {guide}".strip(),
        args_schema=TOOLS[name],
        infer_schema=False,
        response_format="content_and_artifact",
        handle_tool_error=True,
        handle_validation_error=_refused,
    )


def _refused(error: Any) -> str:
    return refusal(error) if isinstance(error, ValidationError) else str(error)
