"""What a person changes of what is understood by their own hand, and what that means for the round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from ..tools.rewriting.checks import still_ruled_out
from ..tools.user import CORRECTIONS, RULED_OUT
from .history import replies_of

if TYPE_CHECKING:
    from ..contracts import UserReply
    from .state import Writing

PERSONS: Final[Writing] = {"by": "person", "faults": []}
_RULED_OUT = {"description": "ruled_out", "prompt": "ruled_out_of_prompt"}  # text → the channel of what is ruled out beside it


def corrects(reply: UserReply, text: str) -> bool:
    """Whether a reply changes this text, or what is ruled out beside it: then what was answered is worked in anew (`both`)."""
    return text in reply or RULED_OUT in reply


def corrected(state: Any) -> dict[str, Any]:
    """The channels as the person wants them; nothing where they corrected nothing. What is corrected is what they saw, the texts of the
    round before: what is answered in this round comes afterwards (`to_work_in`)."""
    given, before = _given(state), state["rounds"][-1]
    done: dict[str, Any] = {}
    for text, ruled_out in _RULED_OUT.items():
        if corrects(given, text):
            new = given.get(text, before[text])
            listed = given.get(RULED_OUT, before.get(ruled_out, []))  # conversations of version 0.1 have none
            done |= {text: new, ruled_out: still_ruled_out(listed, new), f"{text}_written": PERSONS if text in given else None}
    return done


def to_work_in(state: Any) -> list[Literal["rewrite", "re_prompt"]]:
    """Who works in what was answered beside a correction."""
    given, (answer, critique) = _given(state), replies_of(state)
    work: list[Literal["rewrite", "re_prompt"]] = []
    if answer["text"] and corrects(given, "description"):
        work.append("rewrite")
    if critique["text"] and corrects(given, "prompt"):
        work.append("re_prompt")
    return work


def _given(state: Any) -> Any:
    """All corrections of the round. As long as the painting prompt is the description still, it goes along with it."""
    before = state["rounds"][-1]
    replies: list[Any] = replies_of(state)
    given: dict[str, Any] = {name: reply[name] for reply in reversed(replies) for name in CORRECTIONS if name in reply}
    return {"prompt": given["description"], **given} if "description" in given and before["prompt"] == before["description"] else given
