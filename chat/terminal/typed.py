"""What a person typed, and what they meant by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ...errors import InputError
from ...tools.user import refuse_too_long

QUIT = {"quit", "exit", ":q"}
SKIP = {"", "skip", "pass"}
# "that's number 3", "It is #3!", "number 3". A bare "3" is an answer: how many boats are there?
_NUMBER = re.compile(r"(?:yes,?\s*)?(?:(?:that|it|this)\s*(?:['’]?s|\s+is)\s+)?(?:number|no\.?|nr\.?|#)\s*(\d+)\s*[.!]*", re.IGNORECASE)


class Quit(Exception):
    """The person wants to stop; the conversation can be gone on with later."""


def parse_typed_reply(typed: str, shown: Sequence[str]) -> dict[str, Any]:
    """A reply as the graph understands it. `shown`: ids of the results in their order. Raises Quit, or InputError for another
    number or a text that is too long.
    """
    text = typed.strip()
    if text.lower() in QUIT:
        raise Quit
    if text.lower() in SKIP:
        return {"skip": True}
    number = _NUMBER.fullmatch(text)
    if number is None:
        refuse_too_long(text)
        return {"text": text}
    if not 1 <= int(number[1]) <= len(shown):
        raise InputError(f"There is no number {number[1]}; the results are numbered 1 to {len(shown)}.")
    return {"accept": shown[int(number[1]) - 1]}
