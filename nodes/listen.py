"""Listens to a first description that rules something out ("on the meadow, no rain"), or is written in another language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..prompts.rendering import NOTHING, render_dialogue, render_ruled_out
from ..tools.rewriting.denials import denials
from ..tools.rewriting.writing import kept, rewritten
from ..tools.translating import AS_WRITTEN, into_english, into_theirs

if TYPE_CHECKING:
    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from ..tools.search import Search
    from .state import ConversationState

FIRST_QUESTION = "What does the picture show?"


def listen(state: ConversationState, *, llm: LanguageModel | None, prompts: PromptLibrary, search: Search) -> dict[str, Any]:
    """D_0 in English, and without what it rules out, for encoders read "no rain" as rain. G_1 = D_0 here, too. What rules nothing out is
    searched as it is, before any model speaks."""
    typed, language = state["description"], state.get("language", "")
    said = into_english(llm, prompts, typed, search) if llm and language else typed
    heard = _in_their_language(typed, said, language, llm, prompts) if llm and language else {}
    if not denials(said):
        return {**_everywhere(said, []), **heard}
    asking = prompts.asking(
        "rewrite", description=NOTHING, ruled_out=render_ruled_out(()), dialogue=render_dialogue(()), question=FIRST_QUESTION, answer=said
    )
    new = rewritten(llm, asking, said, [], said, FIRST_QUESTION, search)
    return {**_everywhere(new.text, new.ruled_out), "description_written": {"by": new.by, "faults": new.faults}, **heard}


def _in_their_language(typed: str, said: str, language: str, llm: LanguageModel, prompts: PromptLibrary) -> dict[str, Any]:
    """What was typed, and what is asked about paintings from now on; that it was English after all, where it was."""
    if language == AS_WRITTEN and said == typed:
        return {"language": ""}
    return {"said": "" if said == typed else typed, "compare": into_theirs(llm, prompts, prompts.render("compare"), language, typed)}


def listen_without_model(state: ConversationState) -> dict[str, Any]:
    """In place of listening: what the description affirms."""
    new = kept(state["description"], [], state["description"])
    return {**_everywhere(new.text, new.ruled_out), "description_written": {"by": new.by, "faults": []}}


def _everywhere(text: str, ruled_out: list[str]) -> dict[str, Any]:
    return {"description": text, "prompt": text, "ruled_out": ruled_out, "ruled_out_of_prompt": ruled_out}
