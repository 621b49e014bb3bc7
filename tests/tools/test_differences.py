from __future__ import annotations

import pytest
from dir_tir.tools.differences import clauses


@pytest.mark.parametrize(
    ("reply", "count"),
    [
        ("It should be a meadow; it should be night; a red boat should be on the left.", 3),
        ("The car is blue. It rains!", 2),
        ("Nothing should be on the left.", 1),
        ("Nothing differs.", 0),
        ("there is no difference", 0),
        ("There are no differences worth naming.", 0),
        ("", 0),
    ],
)
def test_a_reply_is_counted_by_its_clauses(reply: str, count: int) -> None:
    assert clauses(reply) == count
