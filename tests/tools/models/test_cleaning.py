"""What is taken of a reply, and what a model that fails is told to say."""

from __future__ import annotations

import pytest
from dir_tir.errors import BrokenReply, EndpointError
from dir_tir.tools.models.cleaning import LONGEST_REPLY, usable
from dir_tir.tools.models.failures import MEMORY_ADVICE, failure_text
from dir_tir.tools.models.retrying import noting, reply_or_nothing


class OutOfMemoryError(RuntimeError):
    """As torch calls it."""


def test_a_reply_is_one_clean_line() -> None:
    assert usable("\x1b[1m a red\n boat\x00 ") == "a red boat"


@pytest.mark.parametrize("said", [None, 5, b"a boat", ["a boat"], "x" * (LONGEST_REPLY + 1)], ids=["None", "5", "bytes", "list", "long"])
def test_what_is_no_reply_is_broken_and_counted(said: object) -> None:
    with pytest.raises(BrokenReply):
        usable(said)
    with noting() as broken:
        assert reply_or_nothing(lambda prompt: said, "?") == ""  # type: ignore[arg-type, return-value]
    assert len(broken) == 1


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("no\nnumber"), "ValueError: no number"),
        (RecursionError(), "RecursionError"),
        (EndpointError("the endpoint is away"), "the endpoint is away"),
        (MemoryError(), f"MemoryError; {MEMORY_ADVICE}"),
        (OutOfMemoryError("tried to allocate 2 GiB"), f"OutOfMemoryError: tried to allocate 2 GiB; {MEMORY_ADVICE}"),
        (RuntimeError("CUDA error: out of memory"), f"RuntimeError: CUDA error: out of memory; {MEMORY_ADVICE}"),
    ],
)
def test_a_failure_is_one_line_with_advice_where_there_is_some(error: Exception, line: str) -> None:
    assert failure_text(error) == line
