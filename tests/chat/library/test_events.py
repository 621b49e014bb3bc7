"""What becomes of a result of the state when a person is to see it."""

from __future__ import annotations

from typing import Any

import pytest
from dir_tir.chat.chatbot.formatting import format_result
from dir_tir.chat.library.events import results_of
from dir_tir.contracts import PictureRecord

SEEN: Any = {"id": "x", "score": 0.5, "source": "dialog", "shares": {}, "caption": "", "looks_like": "an ox, at\x1b[2J night"}


@pytest.mark.parametrize(
    ("record", "line", "looks_like"),
    [
        (PictureRecord("x", "/a.png", (), 8, 8), "a.png (looks like: an ox, at night)", "an ox, at night"),
        (PictureRecord("x", "/a.png", ("my ox",), 8, 8), "my ox", ""),  # captioned since
        (None, "a picture that is gone (looks like: an ox, at night)", "an ox, at night"),
    ],
)
def test_what_a_picture_looks_like_is_said_as_long_as_it_has_no_caption(record: PictureRecord | None, line: str, looks_like: str) -> None:
    (result,) = results_of([SEEN], lambda _: record)
    assert (result.line, result.looks_like) == (line, looks_like)
    assert format_result(result).startswith(f"1. {line}")


def test_a_result_of_an_older_conversation_looks_like_nothing() -> None:
    older: Any = {name: value for name, value in SEEN.items() if name != "looks_like"}
    (result,) = results_of([older], lambda _: PictureRecord("x", "/a.png", (), 8, 8))
    assert (result.line, result.looks_like) == ("a.png", "")
