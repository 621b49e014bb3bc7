"""Listens to a first description that rules something out: "on the meadow, no rain"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..prompts.rendering import NOTHING, render_dialogue, render_ruled_out
from ..tools.rewriting.writing import kept, rewritten

if TYPE_CHECKING:
    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from ..tools.search import Search
    from .state import ConversationState

FIRST_QUESTION = "What does the picture show?"


def listen(state: ConversationState, *, llm: LanguageModel | None, prompts: PromptLibrary, search: Search) -> dict[str, Any]:
    """D_0 without what it rules out, for encoders read "no rain" as rain. G_1 = D_0 here, too. What rules nothing out is searched as it is,
    before any model speaks."""
    said = state["description"]
    prompt = prompts.render(
        "rewrite", description=NOTHING, ruled_out=render_ruled_out(()), dialogue=render_dialogue(()), question=FIRST_QUESTION, answer=said
    )
    new = rewritten(llm, prompt, said, [], said, FIRST_QUESTION, search)
    return {**_everywhere(new.text, new.ruled_out), "description_written": {"by": new.by, "faults": new.faults}}


def listen_without_model(state: ConversationState) -> dict[str, Any]:
    """In place of listening: what the description affirms."""
    new = kept(state["description"], [], state["description"])
    return {**_everywhere(new.text, new.ruled_out), "description_written": {"by": new.by, "faults": []}}


def _everywhere(text: str, ruled_out: list[str]) -> dict[str, Any]:
    return {"description": text, "prompt": text, "ruled_out": ruled_out, "ruled_out_of_prompt": ruled_out}
