"""Works the newest answer into the description (section 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..prompts.rendering import render_dialogue
from ..tools.broken_replies import reply_or_nothing
from .history import standing_question, turns

if TYPE_CHECKING:
    from ..prompts.library import PromptLibrary
    from ..tools.interfaces import LanguageModel
    from .state import DialogState


def rewrite(state: DialogState, *, llm: LanguageModel, prompts: PromptLibrary) -> dict[str, Any]:
    """D_k from D_{k-1} and the newest question and answer; an empty reply leaves it as it was."""
    prompt = prompts.render(
        "rewrite",
        description=state["description"],
        dialogue=render_dialogue(turns(state["rounds"])),
        question=standing_question(state["tries"]),
        answer=state["answer"]["text"],
    )
    return {"description": reply_or_nothing(llm.reply, prompt) or state["description"]}
