"""What a person typed, and what they meant by it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..errors import InputError
from .user import typed_text

HELP = {"help", "?"}
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
_AGAIN = {"again", "show again"}
NUMBER = r"(?:(?:number|result|picture|photo)\s+|(?:no\.|nr\.?|\#)\s*)?"  # what may stand before the number of a result
_MARK = re.compile(
    rf"(?P<mark>more(?:\s+like)?|(?:not|nothing)(?:\s+like)?)\s+(?P<numbers>{NUMBER}\d+(?:\s*(?:,|and|or|\s)\s*{NUMBER}\d+)*)",
    re.IGNORECASE,
)
# Pointing that does not say at what.
_POINTING = re.compile(
    r"(?P<found>(?:that|this|it)(?:['’]?s|\s+is)\s+(?:it|the\s+one|the\s+picture)|found(?:\s+it)?)"
    r"|more|more\s+like\s+(?:this|that|it)(?:\s+one)?|not(?:\s+like)?(?:\s+(?:this|that)(?:\s+one)?)?",
    re.IGNORECASE,
)
_MARKS = re.compile(rf"(?:{re.sub(r'[?]P<[a-z]+>', '?:', _MARK.pattern)}[\s,.!]*)+", re.IGNORECASE)
_EDIT = re.compile(r"edit\s+(?P<painting>painting\s+)?(?P<text>.+)", re.IGNORECASE)
_COUNTS = re.compile(r"\bhow many\b", re.IGNORECASE)  # where "not 2" is an answer
_ASKS_FOR_A_NUMBER = re.compile(r"\b(?:numbers?|numerals?|digits?)\b", re.IGNORECASE)


class Quit(Exception):
    """The person wants to stop; the conversation can be resumed later."""


def parse_typed_reply(typed: str, shown: Sequence[str], question: str = "") -> dict[str, Any]:
    """A reply as the graph understands it. `shown`: ids of the results in their order. `question`: what was asked; "number 3" is an
    answer where a number is asked for, and there only "that's number 3" ends the search. "more 3, 5", "not 2" and "again" are clicks,
    and so are "edit a red boat" and "edit painting a red boat".
    Raises Quit, or InputError for another number or a text that is too long.
    """
    text = typed_text(typed)
    if text.lower() in QUIT:
        raise Quit
    if text.lower() in SKIP:
        return {"skip": True}
    if text.lower().rstrip(".!") in _AGAIN:
        return {"show_again": True}
    if edited := _EDIT.fullmatch(text):
        return {"prompt" if edited["painting"] else "description": edited["text"]}
    if pointing := _POINTING.fullmatch(text.rstrip(" .!")):
        raise InputError("Say which: that's number 3." if pointing["found"] else "Say which: more 3, or not 2.")
    counting = bool(_ASKS_FOR_A_NUMBER.search(question) or _COUNTS.search(question))
    if _MARKS.fullmatch(text) and not (counting and text.lower().startswith("not")):
        return _marks(text, shown)
    accepted = _ACCEPTED.fullmatch(text)
    if accepted is None or (_ASKS_FOR_A_NUMBER.search(question) and (accepted["pointing"] or "").lower() not in ("that", "this")):
        return {"text": text}
    return {"accept": _numbered(accepted["number"], shown)}


def _marks(text: str, shown: Sequence[str]) -> dict[str, Any]:
    marks: dict[str, Any] = {}
    for found in _MARK.finditer(text):
        mark = "not_these" if found["mark"].lower().startswith("not") else "more_like"
        marks.setdefault(mark, []).extend(_numbered(number, shown) for number in re.findall(r"\d+", found["numbers"]))
    return marks


def _numbered(number: str, shown: Sequence[str]) -> str:
    if not 1 <= int(number) <= len(shown):
        raise InputError(f"There is no number {number}; the results are numbered 1 to {len(shown)}.")
    return shown[int(number) - 1]
