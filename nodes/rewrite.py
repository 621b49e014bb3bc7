"""Works the newest answer into the description (section 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..prompts.rendering import render_dialogue
from ..tools.models.retrying import reply_or_nothing
from .history import standing_question, turns
from .without_models import join

if TYPE_CHECKING:
    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from .state import DialogState


def rewrite(state: DialogState, *, llm: LanguageModel, prompts: PromptLibrary, rewriting: bool) -> dict[str, Any]:
    """D_k from D_{k-1} and the newest question and answer; an empty reply leaves it as it was.

    Without rewriting, question and answer are joined to the description as they are (the paper's baselines "ZS" and "FT").
    """
    if not rewriting:
        return join(state)
    question, answer = standing_question(state["tries"]), state["answer"]["text"]
    prompt = prompts.render(
        "rewrite",
        description=state["description"],
        dialogue=render_dialogue(turns(state["rounds"])),
        question=question,
        answer=answer,
    )
    return {"description": reply_or_nothing(llm.reply, prompt) or state["description"]}
