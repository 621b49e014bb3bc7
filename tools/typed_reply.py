"""What a person typed, and what they meant by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..errors import InputError
from .user import typed_text

QUIT = {"quit", "exit", ":q"}
SKIP = {"", "skip", "pass"}
# Only what says that a result is the picture: "that's number 3", "yes, it is #3!", "number 3", "it's no. 3". A bare "3" answers a question
# (how many boats are there?), and so do "no 3" and "No. 3".
_ACCEPTED = re.compile(
    r"""(?:yes,?\s*)?
        (?:(?P<pointing>that|this|it)\s*(?:['’]?s|\s+is)\s+(?:number|no\.|nr\.?|\#) | (?:number|nr\.?|\#))
        \s*(?P<number>\d+)\s*[.!]*""",
    re.IGNORECASE | re.VERBOSE,
)
_ASKS_FOR_A_NUMBER = re.compile(r"\b(?:numbers?|numerals?|digits?)\b", re.IGNORECASE)


class Quit(Exception):
    """The person wants to stop; the conversation can be resumed later."""


def parse_typed_reply(typed: str, shown: Sequence[str], question: str = "") -> dict[str, Any]:
    """A reply as the graph understands it. `shown`: ids of the results in their order. `question`: what was asked; "number 3" is an
    answer where a number is asked for, and there only "that's number 3" ends the search. Raises Quit, or InputError for another number or
    a text that is too long.
    """
    text = typed_text(typed)
    if text.lower() in QUIT:
        raise Quit
    if text.lower() in SKIP:
        return {"skip": True}
    accepted = _ACCEPTED.fullmatch(text)
    if accepted is None or (_ASKS_FOR_A_NUMBER.search(question) and (accepted["pointing"] or "").lower() not in ("that", "this")):
        return {"text": text}
    number = int(accepted["number"])
    if not 1 <= number <= len(shown):
        raise InputError(f"There is no number {number}; the results are numbered 1 to {len(shown)}.")
    return {"accept": shown[number - 1]}
