"""Works the differences into the painting prompt (section 2.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.models.retrying import reply_or_nothing

if TYPE_CHECKING:
    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from .state import ImageState


def re_prompt(state: ImageState, *, llm: LanguageModel, prompts: PromptLibrary) -> dict[str, Any]:
    """G_{k+1} from G_k and what the user found different; an empty reply leaves it as it was."""
    assert state["critique"] is not None  # critique comes before
    prompt = prompts.render("re_prompt", prompt=state["prompt"], differences=state["critique"]["reply"]["text"])
    return {"prompt": reply_or_nothing(llm.reply, prompt) or state["prompt"]}
