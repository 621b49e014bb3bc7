"""States as nodes find them, for tests that look at one node alone."""

from __future__ import annotations

from typing import Any

from dir_tir.nodes.state import NEW_ROUND, RoundRecord


def record(number: int = 0, **changes: Any) -> Any:
    """The record of a round in which nothing was said."""
    own = {
        "question": "",
        "description": "a boat",
        "prompt": "a boat",
        "results": [],
        "accepted": None,
        "notes": [],
        "seconds": {},
        "lacks": [],
    }
    own |= {"ruled_out": [], "ruled_out_of_prompt": []}
    empty = {name: value for name, value in NEW_ROUND.items() if name in RoundRecord.__annotations__}
    return {**empty, **own, "round": number, **changes}


def said(text: str) -> dict[str, Any]:
    return {"text": text, "accepted": None}


def accepting(result: str) -> dict[str, Any]:
    return {"text": "", "accepted": result}


def proposed(question: str, reason: str = "", *, with_candidates: bool = True) -> dict[str, Any]:
    return {"question": question, "with_candidates": with_candidates, "reason": reason}


def state(**changes: Any) -> Any:
    """Round 1, just opened, after a round 0."""
    texts = {"description": "a boat", "prompt": "a boat", "ruled_out": [], "ruled_out_of_prompt": []}
    return {**NEW_ROUND, **texts, "lacks": [], "round": 1, "rounds": [record()], **changes}
