"""Who answers: a person, by way of an interrupt, or the simulated user, a vision model that looks at the target.

A person is asked with a JSON payload and resumes with a JSON value:

    {"kind": "question", "round": 3, "question": "..."}                           {"text": "..."}       an answer
    {"kind": "difference", "round": 3, "question": "...", "painting": "<path>"}   {"skip": true}        no answer
                                                                                  {"accept": "<id>"}    that result is the picture
A bare text is taken as an answer. What is understood as none of these is asked for again, with "problem" in the payload: were it an
error, it would be replayed whenever the conversation is resumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langgraph.types import interrupt

from ..store.sources import open_picture
from .broken_replies import reply_or_nothing

if TYPE_CHECKING:
    from ..prompts.library import PromptLibrary
    from .interfaces import UserReply, VisionModel


class Person:
    """Stops the graph until somebody answers."""

    def answer(self, question: str, round_number: int) -> UserReply:
        return _await_reply({"kind": "question", "round": round_number, "question": question})

    def compare(self, question: str, painting: str, round_number: int) -> UserReply:
        return _await_reply({"kind": "difference", "round": round_number, "question": question, "painting": painting})


@dataclass(frozen=True)
class SimulatedUser:
    """The paper's stand-in for a person. The one place where the target is looked at; it never accepts, so that all rounds are run."""

    vision: VisionModel
    prompts: PromptLibrary
    target: Path

    def answer(self, question: str, round_number: int) -> UserReply:
        prompt = self.prompts.render("answer", question=question)
        return {"text": reply_or_nothing(self.vision.reply, prompt, [open_picture(self.target)]), "accepted": None}

    def compare(self, question: str, painting: str, round_number: int) -> UserReply:
        pictures = [open_picture(Path(painting)), open_picture(self.target)]
        return {"text": reply_or_nothing(self.vision.reply, self.prompts.render("differences"), pictures), "accepted": None}


def reply_of(value: Any) -> UserReply | None:
    """What a resume value means, or nothing when it is not understood."""
    match value:
        case str(text) | {"text": str(text)}:
            return {"text": text.strip(), "accepted": None}
        case None | {"skip": True}:
            return {"text": "", "accepted": None}
        case {"accept": str(result)} if result:
            return {"text": "", "accepted": result}
    return None


def _await_reply(payload: dict[str, Any]) -> UserReply:
    reply = reply_of(interrupt(payload))
    while reply is None:
        reply = reply_of(
            interrupt({**payload, "problem": 'Not understood; expected {"text": "..."}, {"skip": true} or {"accept": "<id>"}.'})
        )
    return reply
