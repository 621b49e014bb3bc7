from __future__ import annotations

from typing import Any

import pytest
import torch
from dir_tir.errors import BrokenReply
from dir_tir.tools.models.retrying import reply_within, seeded


def test_an_empty_reply_is_tried_again_by_drawing_and_no_more_often_than_agreed() -> None:
    asked: list[dict[str, Any]] = []
    numbers = []

    def silent(settings: dict[str, Any], number: int) -> str:
        asked.append(settings)
        numbers.append(number)
        return ""

    with pytest.raises(BrokenReply, match="said nothing in 3 tries"):
        reply_within(3, {"max_new_tokens": 5, "do_sample": False}, silent)
    assert [settings["do_sample"] for settings in asked] == [False, True, True]
    assert numbers == [0, 1, 2]
    assert all(settings["max_new_tokens"] == 5 for settings in asked)


def test_the_first_reply_that_says_something_is_taken() -> None:
    script = iter(["", "a boat", "a tree"])
    assert reply_within(3, {}, lambda settings, number: next(script)) == "a boat"


def test_drawing_is_seeded_and_leaves_the_programs_own_random_numbers_alone() -> None:
    def draw(number: int) -> float:
        with seeded(number):
            return torch.rand(1).item()

    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    assert draw(1) == draw(1) != draw(2)
    assert torch.equal(torch.random.get_rng_state(), state)
