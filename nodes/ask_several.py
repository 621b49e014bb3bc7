"""Proposes several questions and keeps the one that shifts the candidates least (PlugIR: Lee et al. 2024, section 3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.contextual_reference import divergence
from ..tools.question_rules import ANOTHER_CHOSEN, ASKED_BEFORE
from .ask import proposal
from .filter_uncertain import judged, put_in_theirs
from .retrieve import found_again

if TYPE_CHECKING:
    from ..contracts import LanguageModel
    from ..prompts.library import PromptLibrary
    from ..tools.search import Search
    from .state import DialogState, Try


def ask_several(
    state: DialogState,
    *,
    llm: LanguageModel,
    prompts: PromptLibrary,
    search: Search,
    questions: int,
    temperature: float,
    with_context: bool,
    related_size: int,
    schedule: str,
    max_rounds: int,
) -> dict[str, Any]:
    """All tries, the chosen one last. A question should say nothing of its own: the description with it should resemble the same pictures.

    Where no question stands, the round goes on without one.
    """
    tries: list[Try] = []
    for _ in range(questions):
        before: list[Try] = [{**attempt, "reason": attempt["reason"] or ASKED_BEFORE} for attempt in tries]
        attempt = proposal(state, before, llm, prompts, with_candidates=with_context)
        tries.append(attempt if attempt["reason"] else judged(state, attempt, llm, prompts))
    standing = [attempt for attempt in tries if not attempt["reason"]]
    if not standing:
        return {"tries": tries}
    related = found_again(state, search, related_size, schedule, max_rounds)
    now = search.cosines(state["description"], related)
    chosen = min(
        standing,
        key=lambda one: divergence(now, search.cosines(f"{state['description']}, {one['question']}", related), temperature),
    )
    others: list[Try] = [{**one, "reason": one["reason"] or ANOTHER_CHOSEN} for one in tries if one is not chosen]
    return {"tries": [*others, put_in_theirs(state, chosen, llm, prompts)]}
