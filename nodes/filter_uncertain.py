"""Turns down a question that can be answered from what is known already (section 2.2, after DDCoT)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..prompts.rendering import render_dialogue
from ..tools.models.retrying import reply_or_nothing
from ..tools.question_rules import ALREADY_KNOWN, is_uncertain
from .history import turns

if TYPE_CHECKING:
    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from .state import DialogState, Try


def filter_uncertain(state: DialogState, *, llm: LanguageModel, prompts: PromptLibrary) -> dict[str, Any]:
    """Judges the last try: valid when the LLM answers "Uncertain"."""
    *before, last = state["tries"]
    return {"tries": [*before, judged(state, last, llm, prompts)]}


def judged(state: DialogState, attempt: Try, llm: LanguageModel, prompts: PromptLibrary) -> Try:
    """The try with the reason that speaks against it, if one does."""
    dialogue = render_dialogue(turns(state["rounds"]))
    prompt = prompts.render("filter_uncertain", description=state["description"], dialogue=dialogue, question=attempt["question"])
    return {**attempt, "reason": "" if is_uncertain(reply_or_nothing(llm.reply, prompt)) else ALREADY_KNOWN}
