"""States as nodes find them, for tests that look at one node alone."""

from __future__ import annotations

from typing import Any

from dir_tir.nodes.history import NO_REPLY


def record(number: int = 0, **changes: Any) -> Any:
    """The record of a round in which nothing was said."""
    empty = {
        "round": number,
        "candidates": [],
        "tries": [],
        "question": "",
        "answer": NO_REPLY,
        "description": "a boat",
        "painting": None,
        "critique": None,
        "prompt": "a boat",
        "results": [],
        "accepted": None,
        "notes": [],
        "seconds": {},
    }
    return {**empty, **changes}


def said(text: str) -> dict[str, Any]:
    return {"text": text, "accepted": None}


def accepting(result: str) -> dict[str, Any]:
    return {"text": "", "accepted": result}


def proposed(question: str, reason: str = "", *, with_candidates: bool = True) -> dict[str, Any]:
    return {"question": question, "with_candidates": with_candidates, "reason": reason}


def state(**changes: Any) -> Any:
    """Round 1, just opened, after a round 0."""
    opened = {
        "description": "a boat",
        "round": 1,
        "rounds": [record()],
        "related": [],
        "candidates": [],
        "tries": [],
        "answer": NO_REPLY,
        "dialog_seconds": {},
        "painting": None,
        "critique": None,
        "prompt": "a boat",
        "image_seconds": {},
    }
    return {**opened, **changes}
