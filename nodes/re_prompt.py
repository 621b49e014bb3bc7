"""Works the differences into the painting prompt (section 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..prompts.rendering import render_ruled_out
from ..tools.rewriting.writing import rewritten
from ..tools.translating import heard, in_english

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from ..tools.search import Search
    from .state import ImageState


def re_prompt(
    state: ImageState, *, llm: LanguageModel | None, prompts: PromptLibrary, search: Search, languages: Sequence[str] = ()
) -> dict[str, Any]:
    """G_{k+1} from G_k and what the user found different, and what that rules out. A reply that cannot be right is turned down."""
    assert state["critique"] is not None  # critique comes before
    reply = heard(state["critique"]["reply"], llm, prompts, search, state.get("language", ""), languages)
    differences, ruled_out = in_english(reply), state.get("ruled_out_of_prompt") or []
    asking = prompts.asking("re_prompt", prompt=state["prompt"], ruled_out=render_ruled_out(ruled_out), differences=differences)
    new = rewritten(llm, asking, state["prompt"], ruled_out, differences, search=search)
    understood = {} if reply is state["critique"]["reply"] else {"critique": {**state["critique"], "reply": reply}}
    written = {"by": new.by, "faults": new.faults}
    return {"prompt": new.text, "ruled_out_of_prompt": new.ruled_out, "prompt_written": written, **understood}
