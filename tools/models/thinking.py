"""Reasoning models think aloud before they answer; only the answer counts."""

from __future__ import annotations

import re

# How thoughts begin and end: most; Magistral; Kimi; Seed; Command A; OpenThinker; Gemma 4.
_MARKS = (
    ("<think>", "</think>"),
    ("<thinking>", "</thinking>"),
    ("<thought>", "</thought>"),
    ("[THINK]", "[/THINK]"),
    ("◁think▷", "◁/think▷"),
    ("<seed:think>", "</seed:think>"),
    ("<|START_THINKING|>", "<|END_THINKING|>"),
    ("<|begin_of_thought|>", "<|end_of_thought|>"),
    ("<|channel>", "<channel|>"),
)
# What some put around the answer itself.
_AROUND = re.compile(
    r"^(?:<answer>|<\|begin_of_box\|>|<\|begin_of_solution\|>|<\|START_RESPONSE\|>)|(?:</answer>|<\|end_of_box\|>|<\|end_of_solution\|>|<\|END_RESPONSE\|>)$"
)
# The channels of gpt-oss, with their marks and, where a server has taken those out, without.
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)[^<]*<\|message\|>")
_END = re.compile(r"<\|(?:return|end|call)\|>")
_BARE_CHANNEL = re.compile(r"(?:analysis|commentary)(?=[^\W_]|[\"'(*])")
_BARE_FINAL = "assistantfinal"


def without_thinking(text: str, *, opened: bool = False) -> str:
    """What comes after the thinking, stripped. A thought that was never closed was cut off, and there is no answer: empty.

    opened: the chat template has opened the thinking already, so the text holds the closing mark only.
    """
    text, closed = _last_channel(text.strip())
    for begin, end in _MARKS:
        if end in text:
            text, closed = text.rpartition(end)[2], True
        if begin in text:
            return ""
    return "" if opened and not closed else _AROUND.sub("", text.strip()).strip()


def opens_thinking(prompt: str) -> bool:
    """Whether a chat template, by the prompt that it makes, has opened the thinking."""
    return prompt.rstrip().endswith(tuple(begin for begin, _ in _MARKS)) or bool(_open_channel(prompt))


def thinks(text: str) -> bool:
    """Whether a text holds any mark of thinking."""
    return "<|channel|>" in text or any(mark in text for marks in _MARKS for mark in marks)


def _open_channel(prompt: str) -> bool:
    *_, last = [None, *_CHANNEL.finditer(prompt)]
    return last is not None and last[1] != "final" and not prompt[last.end() :].strip()


def _last_channel(text: str) -> tuple[str, bool]:
    """The text of the final channel, and whether there are channels; empty where the others are all there is."""
    if channels := list(_CHANNEL.finditer(text)):
        last = channels[-1]
        return (_END.split(text[last.end() :])[0], True) if last[1] == "final" else ("", True)
    if "<|channel|>" in text:  # cut off in the name of one
        return "", True
    if _BARE_CHANNEL.match(text):
        return text.rpartition(_BARE_FINAL)[2] if _BARE_FINAL in text else "", True
    return text, False
