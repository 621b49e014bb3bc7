"""Where no model can ask, the words that split the candidates best are offered, to take or to rule out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..tools.rewriting.words import facts
from ..tools.words.splitting import splitting
from .history import ruled_out_in
from .retrieve import found_again

if TYPE_CHECKING:
    from ..tools.search import Search
    from .state import DialogState


def offer(state: DialogState, *, search: Search, related_size: int, schedule: str, max_rounds: int) -> dict[str, Any]:
    """Words of the pictures that fit so far, best first; none that was offered before, or of which the description or what is ruled out
    speaks. No words where the pictures have none."""
    words = search.words(found_again(state, search, related_size, schedule, max_rounds))
    spoken_of = set(facts(" ".join([state["description"], *ruled_out_in(state)])))
    before = {word for record in state["rounds"] for word in record.get("offered", ())}
    before |= {word for several in words for word in several if set(facts(word)) <= spoken_of}
    return {"offered": splitting(words, before)}
