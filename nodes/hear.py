"""Takes the newest message of a chat client: the first is the description, later ones answer what was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from ..errors import InputError
from ..tools.typed_reply import HELP, Quit, parse_typed_reply
from ..tools.user import is_click, parse_resume_value, typed_text
from .critique import compared
from .history import question_put
from .state import ANSWERED, ASKING, DIFFERENCE, QUESTION

if TYPE_CHECKING:
    from ..contracts import UserReply
    from ..prompts.library import PromptLibrary
    from .state import ConversationState

WHAT = "What does the picture show? A few words are enough."
ENDED = "This search has ended. Begin a new conversation to look for another picture."
HOW = "Answer in your own words. Or type: skip, more 3, not 2, again, edit a red boat, edit painting a red boat, that's number 3."
PAUSED = "We can go on whenever you like."


def hear(state: ConversationState, *, prompts: PromptLibrary) -> dict[str, Any]:
    """The description, or the reply to what is awaited; an assistant's message where it cannot be used."""
    text, rounds = state["messages"][-1].text, state.get("rounds", [])
    try:
        if text.strip().lower() in HELP:
            return _said(HOW if rounds else WHAT)
        if not rounds:
            description = typed_text(text)
            return {"description": description, "chat": ASKING} if description else _said(WHAT)
        if rounds[-1]["round"] == state["round"]:
            return _said(ENDED)
        question = question_put(state["tries"]) if state.get("chat") == QUESTION else ""
        page = [result["id"] for result in rounds[-1]["results"]]
        typed = parse_typed_reply(text, page, question)
        reply = parse_resume_value(typed, page)
    except InputError as error:
        return _said(str(error))
    except Quit:
        return _said(PAUSED)
    return _replied(state, reply, compared(state, prompts), click=is_click(typed))


def _replied(state: ConversationState, reply: UserReply, compare: str, *, click: bool) -> dict[str, Any]:
    if reply["accepted"]:
        return {"answer": reply, "chat": ANSWERED}
    if state.get("chat") == QUESTION:  # who only points at results is asked nothing more
        return {"answer": reply, "chat": DIFFERENCE if state["painting"] and not click else ANSWERED}
    if state.get("chat") == DIFFERENCE:
        return {"critique": {"question": compare, "reply": reply}, "chat": ANSWERED}
    return {"chat": ASKING}  # what was asked by other means than messages is asked again


def _said(text: str) -> dict[str, Any]:
    return {"messages": [AIMessage(text)]}
