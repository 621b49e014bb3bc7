from __future__ import annotations

import pytest
from dir_tir.tools.models.thinking import without_thinking


@pytest.mark.parametrize(
    ("text", "opened", "answer"),
    [
        (" a red boat\n", False, "a red boat"),
        ("<think>it is a boat</think>\n\na red boat", False, "a red boat"),
        ("it is a boat</think> a red boat", True, "a red boat"),
        ("it is a boat</think> a red boat", False, "a red boat"),
        ("<think>one</think> two </think> three", False, "three"),
        ("<think>it is a bo", False, ""),
        ("it is a bo", True, ""),
        ("<think>it is a boat</think>", False, ""),
        ("", False, ""),
    ],
)
def test_only_what_follows_the_thinking_counts(text: str, opened: bool, answer: str) -> None:
    assert without_thinking(text, opened=opened) == answer
