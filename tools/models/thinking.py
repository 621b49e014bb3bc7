"""Reasoning models think aloud before they answer; only the answer counts."""

from __future__ import annotations

OPEN, CLOSE = "<think>", "</think>"


def without_thinking(text: str, *, opened: bool = False) -> str:
    """What comes after the thinking, stripped. A thought that was never closed was cut off, and there is no answer: empty.

    opened: the chat template has opened the thinking already, so the text holds the closing tag only.
    """
    if CLOSE in text:
        return text.rpartition(CLOSE)[2].strip()
    return "" if opened or OPEN in text else text.strip()
