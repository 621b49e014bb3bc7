"""Turns down a question that can be answered from what is known already (section 2.2, after DDCoT)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..prompts.rendering import render_dialogue
from ..tools.models.retrying import reply_or_nothing
from ..tools.question_rules import ALREADY_KNOWN, is_uncertain
from ..tools.translating import into_theirs
from .history import turns

if TYPE_CHECKING:
    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from .state import DialogState, Try


def filter_uncertain(state: DialogState, *, llm: LanguageModel, prompts: PromptLibrary) -> dict[str, Any]:
    """Judges the last try: valid when the LLM answers "Uncertain". A valid one is put in the language of the conversation."""
    *before, last = state["tries"]
    return {"tries": [*before, put_in_theirs(state, judged(state, last, llm, prompts), llm, prompts)]}


def judged(state: DialogState, attempt: Try, llm: LanguageModel, prompts: PromptLibrary) -> Try:
    """The try with the reason that speaks against it, if one does."""
    dialogue = render_dialogue(turns(state["rounds"]))
    asking = prompts.asking("filter_uncertain", description=state["description"], dialogue=dialogue, question=attempt["question"])
    return {**attempt, "reason": "" if is_uncertain(reply_or_nothing(asking.reply, llm)) else ALREADY_KNOWN}


def put_in_theirs(state: DialogState, attempt: Try, llm: LanguageModel, prompts: PromptLibrary) -> Try:
    """A valid try with its question as the user is to read it, where that is not English."""
    language = state.get("language", "")
    if attempt["reason"] or not language:
        return attempt
    example = state["rounds"][0].get("said") or state["rounds"][0]["description"]
    return {**attempt, "asked": into_theirs(llm, prompts, attempt["question"], language, example)}
