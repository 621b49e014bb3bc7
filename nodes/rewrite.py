"""Works the newest answer into the description (section 2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..prompts.rendering import render_dialogue, render_ruled_out
from ..tools.rewriting.checks import still_ruled_out
from ..tools.rewriting.writing import rewritten
from ..tools.translating import heard, in_english
from .history import standing_question, turns
from .without_models import join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from ..tools.search import Search
    from .state import DialogState


def rewrite(
    state: DialogState, *, llm: LanguageModel | None, prompts: PromptLibrary, search: Search, rewriting: bool, languages: Sequence[str] = ()
) -> dict[str, Any]:
    """D_k from D_{k-1} and the newest question and answer, and what the answer rules out. A reply that cannot be right is turned down.

    Without rewriting, question and answer are joined to the description as they are (the paper's baselines "ZS" and "FT").
    """
    reply = heard(state["answer"], llm, prompts, search, state.get("language", ""), languages)
    understood = {} if reply is state["answer"] else {"answer": reply}
    if not rewriting:
        return {**join({**state, "answer": reply}), **understood}
    question, answer, ruled_out = standing_question(state["tries"]), in_english(reply), state.get("ruled_out") or []
    if answer in state.get("offered", ()):  # a word of the vocabulary, which the encoder knows
        text = f"{state['description']}, {answer}"
        return {"description": text, "ruled_out": still_ruled_out(ruled_out, text), "description_written": {"by": "joined", "faults": []}}
    asking = prompts.asking(
        "rewrite",
        description=state["description"],
        ruled_out=render_ruled_out(ruled_out),
        dialogue=render_dialogue(turns(state["rounds"])),
        question=question,
        answer=answer,
    )
    new = rewritten(llm, asking, state["description"], ruled_out, answer, question, search)
    written = {"by": new.by, "faults": new.faults}
    return {"description": new.text, "ruled_out": new.ruled_out, "description_written": written, **understood}
