"""Proposes the question that separates the candidates (section 2.2)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ..prompts.rendering import render_candidates, render_dialogue, render_rejected
from ..tools.models.cleaning import LONGEST_QUESTION
from ..tools.models.retrying import reply_or_nothing
from ..tools.question_rules import TRIES_WITH_CANDIDATES, fault_of
from .history import turned_down, turns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from .state import DialogState, Try


def ask(state: DialogState, *, llm: LanguageModel, prompts: PromptLibrary, with_context: bool) -> dict[str, Any]:
    """Appends one try. It is told what was turned down and why; from the fourth on it no longer sees the candidates, or never: without
    captions there is nothing to see."""
    with_candidates = with_context and bool(state["candidates"]) and len(state["tries"]) < TRIES_WITH_CANDIDATES
    return {"tries": [*state["tries"], proposal(state, state["tries"], llm, prompts, with_candidates=with_candidates)]}


def proposal(state: DialogState, before: Sequence[Try], llm: LanguageModel, prompts: PromptLibrary, *, with_candidates: bool) -> Try:
    """One question, told which of this round were turned down ``before`` and why, with the reason why it cannot be put to the user."""
    earlier, rejected = turns(state["rounds"]), turned_down(state["rounds"], before)
    known = {"description": state["description"], "dialogue": render_dialogue(earlier), "rejected": render_rejected(rejected)}
    captions = [candidate["caption"] or candidate.get("looks_like", "") for candidate in state["candidates"]]
    asking = (
        prompts.asking("ask", **known, candidates=render_candidates(captions))
        if with_candidates
        else prompts.asking("ask_without_candidates", **known)
    )
    question = reply_or_nothing(partial(asking.reply, number=len(earlier) + len(rejected)), llm, longest=LONGEST_QUESTION)
    fault = fault_of(question, [asked for asked, _ in earlier + rejected])
    return {"question": question, "with_candidates": with_candidates, "reason": fault}
