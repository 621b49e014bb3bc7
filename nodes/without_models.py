"""What is done for a person when nothing is left to ask, or a model has failed: an open question, the answer as it is, the old page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.rewriting.writing import kept
from ..tools.translating import in_english
from .history import accepted_in, question_put, standing_question
from .state import RoundRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .state import ConversationState, DialogState, Try

OPEN_QUESTION = "What else do you remember of the picture?"
SAY_MORE = "Point at the nearest, or say more of the picture."  # where no model can ask, and nothing pretends to be a question


def say_more(words: Sequence[str]) -> str:
    """What is said where no model can ask, with the words that are offered."""
    return f'{SAY_MORE} Words that tell them apart: {", ".join(words)}. Say one, or deny it ("no {words[0]}").' if words else SAY_MORE


def ask_openly(state: DialogState) -> dict[str, Any]:
    """In place of a question that a model proposes and judges; so does a round in which a person would be asked nothing at all."""
    openly: Try = {"question": OPEN_QUESTION, "with_candidates": False, "reason": ""}
    return {"tries": [*state["tries"], openly]}


def join(state: DialogState) -> dict[str, Any]:
    """Without rewriting (the paper's baselines "ZS" and "FT"): question and answer are joined to the description as they are."""
    said = f"{standing_question(state['tries'])} {in_english(state['answer'])}"
    return {"description": f"{state['description']}, {said.lstrip()}"}


def keep(state: DialogState) -> dict[str, Any]:
    """In place of rewriting: the description as it was, with the answer where that does no harm."""
    new = kept(state["description"], state.get("ruled_out") or [], state["answer"]["text"], standing_question(state["tries"]))
    return {"description": new.text, "ruled_out": new.ruled_out, "description_written": {"by": new.by, "faults": []}}


def close_without_search(state: ConversationState, note: str) -> dict[str, Any] | None:
    """In place of a page that cannot be searched for: the page of before, and the description that it was found by, lest the next round
    fails of the same words. Nothing where there was no page yet."""
    if not state["rounds"]:
        return None
    last = state["rounds"][-1]
    record: Any = {
        **{name: value for name, value in state.items() if name in RoundRecord.__annotations__},
        "question": question_put(state["tries"]),
        "description": last["description"],
        "results": last["results"],
        "accepted": accepted_in(state),
        "notes": [*(failure for failure in (state.get("dialog_failure"), state.get("image_failure")) if failure), note],
        "seconds": {"dialog": state["dialog_seconds"], "image": state["image_seconds"]},
    }
    return {"rounds": [record], "description": last["description"]}
