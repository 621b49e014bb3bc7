"""Two texts of one picture, the description and the painting prompt, become one prompt. Pure functions that compare words.

Each is written anew by itself in a round, and each may have been corrected. So neither can stand for both: what is new in the description
joins the prompt, what it has lost leaves the prompt, and what somebody has put right in the painting stays right.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .words import facts

if TYPE_CHECKING:
    from collections.abc import Collection

_BETWEEN = re.compile(r"\s*[,.;:]+(?:\s+|$)|\s+(?:and|with)\s+")


def joined(prompt: str, before: str, description: str) -> str:
    """``prompt`` with what ``description`` says and ``before``, the description that it was written after, did not; and without what is
    gone of that. A prompt that was the description still is the new one."""
    if prompt == before:
        return description
    known, painted = set(facts(before)), set(facts(prompt))
    earlier, now = _clauses(before), _clauses(description)
    kept = [left for clause in _clauses(prompt) if (left := _still(clause, earlier, now))]
    new: list[str] = []
    for clause in now:
        if _stands_in(clause, earlier):
            continue
        corrected = {fact for old in earlier if _said(old) & _said(clause) - (known - painted) for fact in _said(old) - painted}
        left = _without(clause, corrected)
        if left and not _stands_in(left, [*kept, *new]):
            new.append(left)
    if not new and kept == _clauses(prompt):
        return prompt
    return ", ".join([*(clause for clause in kept if not _stands_in(clause, new)), *new])


def _clauses(text: str) -> list[str]:
    return [clause for clause in _BETWEEN.split(text) if facts(clause)]


def _said(clause: str) -> set[str]:
    return set(facts(clause))


def _stands_in(clause: str, clauses: Collection[str]) -> bool:
    """Whether one of the clauses says all of it."""
    return any(_said(clause) <= _said(other) for other in clauses)


def _still(clause: str, earlier: Collection[str], now: Collection[str]) -> str:
    """What is left of a clause of the prompt: of one that was in the description what that still says of it, and of one that says more
    than the description did all but the words that are gone from there."""
    said = _said(clause)
    if any(said == _said(old) for old in earlier):
        return clause if _stands_in(clause, now) else next((one for one in now if _said(one) < said), "")
    lost = _said(", ".join(earlier)) - _said(", ".join(now))
    return _without(clause, {fact for old in earlier if _said(old) <= said or said <= _said(old) for fact in _said(old) & lost})


def _without(clause: str, stems: Collection[str]) -> str:
    """A clause without some words, and without those that then lead from or to nothing; nothing, where they were all it said."""
    there = clause.split()
    words = [word for word in there if not _said(word) & set(stems)]
    if words == there:
        return clause
    while words and not facts(words[-1]):
        words.pop()
    while words[1:] and not facts(" ".join(words[:2])):
        words.pop(0)
    return " ".join(words)
