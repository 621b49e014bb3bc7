"""How much two pictures differ, by what a vision model says of it."""

from __future__ import annotations

import re

_ENDS = re.compile(r"[.;!?\n]+")
_NONE = re.compile(r"\b(?:no|nothing|none)\b.*\bdiffer", re.IGNORECASE)


def clauses(reply: str) -> int:
    """How many differences a reply names: its sentences, and the parts of a sentence between semicolons. 0 where nothing differs."""
    return sum(bool(re.search(r"\w", part)) and not _NONE.search(part) for part in _ENDS.split(reply))
