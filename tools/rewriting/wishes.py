"""What somebody wants to be otherwise, as what the picture shows: "the cat should be red" says "the cat red"."""

from __future__ import annotations

import re

_WISH = r"(?:should|must|ought\s+to|needs?\s+to|has\s+to|have\s+to)\s+(?:also\s+)?(?:be|have|show)\b"
_OF_THE_PICTURE = re.compile(rf"^\s*(?:it|there|the\s+(?:picture|painting))\s+{_WISH}\s*", re.IGNORECASE)
_OF_A_THING = re.compile(rf"\s+{_WISH}", re.IGNORECASE)
_PARTS = re.compile(r"[;.\n]")


def wishes(said: str) -> list[str]:
    """Every part of what was said that says how something should be, as if it were so; nothing where no part does."""
    found = [(part, _OF_A_THING.sub("", _OF_THE_PICTURE.sub("", part), count=1).strip()) for part in _PARTS.split(said)]
    return [wish for part, wish in found if wish and wish != part.strip()]
