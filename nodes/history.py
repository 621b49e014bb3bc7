"""What earlier rounds hold for the prompts of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .state import NO_REPLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..contracts import UserReply
    from .state import RoundRecord, Try

SKIPPED = "skipped"  # a reason, as those of `tools/question_rules.py`
LONGEST_TOLD = 160  # characters


def turns(rounds: Iterable[RoundRecord]) -> list[tuple[str, str]]:
    """(question, answer) of every round in which the user answered, oldest first; of long answers, which the descriptions have taken in,
    the beginning."""
    return [(record["question"], record["answer"]["text"][:LONGEST_TOLD]) for record in rounds if record["answer"]["text"]]


def turned_down(rounds: Iterable[RoundRecord], tries: Iterable[Try]) -> list[tuple[str, str]]:
    """(question, reason) of what must not be proposed again: what the user skipped earlier, then the tries of this round."""
    skipped = [(record["question"], SKIPPED) for record in rounds if record["question"] and not record["answer"]["text"]]
    return skipped + [(attempt["question"], attempt["reason"]) for attempt in tries]


def marks(rounds: Iterable[RoundRecord], replies: Iterable[UserReply]) -> tuple[list[str], list[str]]:
    """Ids of the results that the user wants more of, and of those to keep away from: of earlier rounds, then of these replies."""
    earlier = (reply for record in rounds for reply in (record["answer"], record["critique"]["reply"] if record["critique"] else NO_REPLY))
    given = [*earlier, *replies]
    liked = dict.fromkeys(id_ for reply in given for id_ in reply.get("more_like", []))
    disliked = dict.fromkeys(id_ for reply in given for id_ in reply.get("not_these", []))
    return [id_ for id_ in liked if id_ not in disliked], list(disliked)


def replies_of(closing: Any) -> list[UserReply]:
    """Both replies of a round that is being closed, or of its record."""
    return [closing["answer"], closing["critique"]["reply"] if closing["critique"] else NO_REPLY]


def accepted_in(closing: Any) -> str | None:
    """Id of the result which the user says is the one, when they do in this round."""
    return next((reply["accepted"] for reply in replies_of(closing) if reply["accepted"]), None)


def shown(rounds: Iterable[RoundRecord]) -> set[str]:
    """Ids of every result on every page."""
    return {result["id"] for record in rounds for result in record["results"]}


def standing_question(tries: Sequence[Try]) -> str:
    """The question nothing speaks against, or nothing when the last try was turned down."""
    return tries[-1]["question"] if tries and not tries[-1]["reason"] else ""
