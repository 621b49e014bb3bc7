"""What earlier rounds hold for the prompts of this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..contracts import Click
from ..tools.rewriting.checks import still_ruled_out
from ..tools.translating import in_english
from ..tools.user import CORRECTIONS, MARKS, SHOW_AGAIN
from .state import NO_REPLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ..contracts import ShownResult, UserReply
    from .state import RoundRecord, Try

SKIPPED = "skipped"  # a reason, as those of `tools/question_rules.py`
LONGEST_TOLD = 160  # characters


def turns(rounds: Iterable[RoundRecord]) -> list[tuple[str, str]]:
    """(question, answer) of every round in which the user answered, oldest first; of long answers, which the descriptions have taken in,
    the beginning."""
    return [(_asked_in_english(record), in_english(record["answer"])[:LONGEST_TOLD]) for record in rounds if record["answer"]["text"]]


def turned_down(rounds: Iterable[RoundRecord], tries: Iterable[Try]) -> list[tuple[str, str]]:
    """(question, reason) of what must not be proposed again: what the user skipped earlier, then the tries of this round."""
    skipped = [(_asked_in_english(record), SKIPPED) for record in rounds if record["question"] and not record["answer"]["text"]]
    return skipped + [(attempt["question"], attempt["reason"]) for attempt in tries]


def marks(
    rounds: Sequence[RoundRecord], replies: Iterable[UserReply], further: Iterable[ShownResult] = ()
) -> tuple[list[Click], list[str]]:
    """The results that the user wants more of, each with the latest page that it was on when they said so, and the ids of those to keep
    away from: of earlier rounds, then of these replies. What is in both is kept away from. further: as of `pages`."""
    seen = pages(rounds, further)
    given = [(number, reply) for number, record in enumerate(rounds) for reply in replies_of(record)]
    given += [(len(rounds), reply) for reply in replies]
    disliked = dict.fromkeys(id_ for _, reply in given for id_ in reply.get("not_these", []))
    liked: dict[str, Click] = {}
    for number, reply in given:
        for id_ in reply.get("more_like", []):
            liked[id_] = Click(next((page for page in reversed(seen[:number]) if id_ in page), ()), id_)
    return [click for id_, click in liked.items() if id_ not in disliked], list(disliked)


def replies_of(closing: Any) -> list[UserReply]:
    """Both replies of a round that is being closed, or of its record."""
    return [closing["answer"], closing["critique"]["reply"] if closing["critique"] else NO_REPLY]


def accepted_in(closing: Any) -> str | None:
    """Id of the result which the user says is the one, when they do in this round."""
    return next((reply["accepted"] for reply in replies_of(closing) if reply["accepted"]), None)


def pages(rounds: Sequence[RoundRecord], further: Iterable[ShownResult] = ()) -> list[tuple[str, ...]]:
    """Ids of what was shown of each round's order: its ten, and what the user looked at beyond them, which is in the record of the next.
    further: the same of the last of these rounds."""
    beyond = [*(record.get("further", ()) for record in rounds[1:]), further]
    return [tuple(result["id"] for result in (*record["results"], *more)) for record, more in zip(rounds, beyond, strict=False)]


def shown(rounds: Sequence[RoundRecord], further: Iterable[ShownResult] = ()) -> set[str]:
    """Ids of every result on every page; further: as of `pages`."""
    return {id_ for page in pages(rounds, further) for id_ in page}


def looked_at(rounds: Sequence[RoundRecord], further: Sequence[Any]) -> Sequence[RoundRecord]:
    """The same rounds, with what the user looked at beyond the last ten among the results that a reply may name."""
    return [*rounds[:-1], {**rounds[-1], "results": [*rounds[-1]["results"], *further]}] if further else rounds


def passed_over(rounds: Sequence[RoundRecord], replies: Iterable[UserReply], further: Iterable[ShownResult] = ()) -> set[str]:
    """Ids of what was shown and missed, when ``replies`` close the round after these: of the pages since the user last wanted to be shown
    again what was shown before. further: as of `pages`."""
    if any(reply.get("show_again") for reply in replies):
        return set()
    again = [number for number, record in enumerate(rounds) if any(reply.get("show_again") for reply in replies_of(record))]
    return shown(rounds[again[-1] :] if again else rounds, further)


def ruled_out_in(closing: Any) -> list[str]:
    """What a search keeps away from: what answers and differences rule out, less what the description says. Conversations of version 0.1
    know nothing of it."""
    both = [*closing.get("ruled_out", ()), *closing.get("ruled_out_of_prompt", ())]
    return still_ruled_out(both, closing["description"])


def with_click(reply: UserReply, click: UserReply) -> UserReply:
    """A reply, and what was said unasked, in one."""
    both: Any = [reply, click]
    marks: Any = {mark: list(dict.fromkeys(id_ for said in both for id_ in said.get(mark, []))) for mark in MARKS}
    again: Any = {SHOW_AGAIN: any(said.get(SHOW_AGAIN) for said in both)}
    corrections: Any = {name: said[name] for said in both for name in CORRECTIONS if name in said}
    return {**reply, **{name: said for name, said in {**marks, **again}.items() if said}, **corrections}


def _asked_in_english(record: RoundRecord) -> str:
    return standing_question(record["tries"]) or record["question"]


def question_put(tries: Sequence[Try]) -> str:
    """The standing question as the user reads it: in the language of the conversation."""
    return (tries[-1].get("asked") or standing_question(tries)) if standing_question(tries) else ""


def standing_question(tries: Sequence[Try]) -> str:
    """The question nothing speaks against, or nothing when the last try was turned down."""
    return tries[-1]["question"] if tries and not tries[-1]["reason"] else ""
