"""Writes to a chat client: the page of results, then the question, or the painting and what is asked about it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from ..plain import cleaned
from .critique import compared
from .history import question_put
from .state import ANSWERED, DIFFERENCE, QUESTION
from .without_models import say_more

if TYPE_CHECKING:
    from ..prompts.library import PromptLibrary
    from ..store.conversations.paintings import Paintings
    from ..tools.search import Search
    from .state import Captioned, ConversationState

FOUND = "Found, number {number}:"
USED_UP = "The rounds are used up. Begin a new conversation with other words."
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>!#|"})


def say(state: ConversationState, *, prompts: PromptLibrary, paintings: Paintings, search: Search) -> dict[str, Any]:
    """One message of the assistant, and what it waits for."""
    record = state["rounds"][-1]
    if state["chat"] == DIFFERENCE:  # the question is answered
        return {"messages": [AIMessage(_about_painting(state, prompts, paintings))]}
    page = _page(record["results"], paintings, search.gallery)
    if record["round"] == state["round"]:  # the conversation has ended
        return {"messages": [AIMessage(_found(record["results"], record["accepted"], paintings, search.gallery) or f"{page}\n\n{USED_UP}")]}
    if question := question_put(state["tries"]):
        return {"messages": [AIMessage(f"{page}\n\n{_plain(question)}")], "chat": QUESTION}
    if "llm" in state.get("lacks", ()):
        return {"messages": [AIMessage(f"{page}\n\n{_plain(say_more(state.get('offered', ())))}")], "chat": QUESTION}
    if state["painting"]:
        return {"messages": [AIMessage(f"{page}\n\n{_about_painting(state, prompts, paintings)}")], "chat": DIFFERENCE}
    return {"chat": ANSWERED}  # nothing is asked in this round


def _about_painting(state: ConversationState, prompts: PromptLibrary, paintings: Paintings) -> str:
    assert state["painting"] is not None
    link = paintings.link(Path(state["painting"]["path"]))
    return "\n\n".join(part for part in (link and f"![painting]({link})", compared(state, prompts)) if part)


def _page(results: list[Captioned], paintings: Paintings, gallery: str) -> str:
    return "\n\n".join(_result(number, result, paintings, gallery) for number, result in enumerate(results, start=1))


def _found(results: list[Captioned], accepted: str | None, paintings: Paintings, gallery: str) -> str:
    found = [(number, result) for number, result in enumerate(results, start=1) if result["id"] == accepted]
    return "\n\n".join(f"{FOUND.format(number=number)}\n\n{_result(number, result, paintings, gallery)}" for number, result in found)


def _result(number: int, result: Captioned, paintings: Paintings, gallery: str) -> str:
    """A line of markdown; the caption is somebody's text, so nothing in it is markup."""
    link, seen = paintings.picture_link(gallery, result["id"]), result.get("looks_like", "")
    return f"{number}\\. {_plain(f'looks like: {seen}' if seen else result['caption'])}" + (
        f"\n\n![number {number}]({link})" if link else ""
    )


def _plain(text: str) -> str:
    return cleaned(text).translate(_MARKDOWN)
