from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.errors import BrokenReply, InputError
from dir_tir.prompts.library import PromptLibrary
from dir_tir.tools.user import SimulatedUser, is_click, parse_resume_value
from fakes import FakeVisionModel
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PROMPTS = PromptLibrary("short", {"answer": "answer|$question", "differences": "differences"})
RED, BLUE = (255, 0, 0), (0, 0, 255)


@pytest.mark.parametrize(
    ("value", "reply"),
    [
        ({"text": " red "}, {"text": "red", "accepted": None}),
        ("red", {"text": "red", "accepted": None}),
        ({"skip": True}, {"text": "", "accepted": None}),
        ("", {"text": "", "accepted": None}),
        (None, {"text": "", "accepted": None}),
        ({"accept": "x"}, {"text": "", "accepted": "x"}),
        ({"text": "red", "more_like": ["x"]}, {"text": "red", "accepted": None, "more_like": ["x"]}),
        ({"not_these": ["x", "y"], "skip": True}, {"text": "", "accepted": None, "not_these": ["x", "y"]}),
        ({"not_these": ["x"]}, {"text": "", "accepted": None, "not_these": ["x"]}),
        ({"show_again": True}, {"text": "", "accepted": None, "show_again": True}),
        ({"text": "red", "show_again": False}, {"text": "red", "accepted": None}),
    ],
)
def test_what_a_resume_value_means(value: Any, reply: Any) -> None:
    assert parse_resume_value(value) == reply


@pytest.mark.parametrize(
    "value",
    [{"accept": ""}, {"accept": 3}, {}, 3, "x" * 501, {"text": "x" * 501}, {"more_like": "x"}, {"not_these": [3]}, {"show_again": "yes"}],
)
def test_what_means_nothing_or_is_too_long_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match=r"expected|501 characters"):
        parse_resume_value(value)


def test_a_click_is_a_reply_of_nothing_but_marks() -> None:
    assert all(is_click(value) for value in ({"more_like": ["x"]}, {"not_these": ["x"], "more_like": []}, {"show_again": True}))
    others = (
        {"more_like": []},
        {"show_again": False},
        {},
        {"more_like": ["x"], "skip": True},
        {"more_like": ["x"], "text": ""},
        "more",
        None,
    )
    assert not any(is_click(value) for value in others)


@pytest.mark.parametrize("letter", ["\udc80", "\0", "\x1b", "\x7f", "\x9b"])
def test_half_a_character_and_control_characters_are_refused_by_their_place(letter: str) -> None:
    for value in (f"a red {letter}cat", {"text": f"a red {letter}cat"}, {"accept": f"a red {letter}"}, {"more_like": [f"a red {letter}"]}):
        with pytest.raises(InputError, match=rf"Character 7 \(U\+{ord(letter):04X}\) cannot be kept"):
            parse_resume_value(value)
    assert parse_resume_value("two\nlines, a tab\t and \U0001f600") == {"text": "two lines, a tab and \U0001f600", "accepted": None}


@pytest.mark.parametrize("value", [{"accept": "z"}, {"more_like": ["x", "z"]}, {"text": "red", "not_these": ["z"]}])
def test_an_id_that_was_not_shown_is_refused(value: Any) -> None:
    with pytest.raises(InputError, match="'z' is no result of this conversation"):
        parse_resume_value(value, ["x", "y"])


def test_an_id_that_was_shown_may_be_named() -> None:
    assert parse_resume_value({"accept": "x"}, ["x"])["accepted"] == "x"
    assert parse_resume_value({"more_like": ["x"]}, ["x"])["more_like"] == ["x"]


@pytest.fixture
def pictures(tmp_path: Path) -> tuple[Path, Path]:
    target, painting = tmp_path / "target.png", tmp_path / "painting.png"
    Image.new("RGB", (4, 4), RED).save(target)
    Image.new("RGB", (4, 4), BLUE).save(painting)
    return target, painting


def test_the_simulated_user_answers_from_the_target(pictures: tuple[Path, Path]) -> None:
    vision = FakeVisionModel(" red \n")
    assert SimulatedUser(vision, PROMPTS, pictures[0]).answer("What colour?", []) == {"text": "red", "accepted": None}
    ((prompt, shown),) = vision.history
    assert (prompt, [picture.getpixel((0, 0)) for picture in shown]) == ("answer|What colour?", [RED])


def test_the_simulated_user_compares_the_painting_first_with_the_target_second(pictures: tuple[Path, Path]) -> None:
    target, painting = pictures
    vision = FakeVisionModel()
    SimulatedUser(vision, PROMPTS, target).compare("What is different?", str(painting), [])
    ((prompt, shown),) = vision.history
    assert (prompt, [picture.getpixel((0, 0)) for picture in shown]) == ("differences", [BLUE, RED])


def test_a_vision_model_that_says_nothing_is_a_user_who_skips(pictures: tuple[Path, Path]) -> None:
    user = SimulatedUser(FakeVisionModel(BrokenReply("nothing")), PROMPTS, pictures[0])
    assert user.answer("What colour?", []) == {"text": "", "accepted": None}


@dataclass
class Differing:
    """A vision model that finds as many differences as the picture is red, and none to speak of in a green one."""

    asked: list[int] = field(default_factory=list)

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        red, green, _ = images[0].getpixel((0, 0))
        self.asked.append(red)
        return "" if green else "; ".join(["it should be a boat"] * red) or "Nothing differs."


def test_the_simulated_user_points_at_the_result_with_the_fewest_differences_and_of_equal_ones_at_the_better_placed(
    tmp_path: Path, pictures: tuple[Path, Path]
) -> None:
    def results(*colours: tuple[int, int, int]) -> list[tuple[str, str]]:
        for number, colour in enumerate(colours):
            Image.new("RGB", (4, 4), colour).save(tmp_path / f"{number}.png")
        return [(f"id{number}", str(tmp_path / f"{number}.png")) for number in range(len(colours))]

    vision = Differing()
    user = SimulatedUser(vision, PROMPTS, pictures[0])
    assert user.point(results((3, 0, 0), (2, 0, 0), (5, 0, 0), (2, 0, 0))) == {"text": "", "accepted": None, "more_like": ["id1"]}
    assert sorted(vision.asked) == [2, 2, 3, 5]
    assert user.point(results((1, 0, 0), (0, 0, 0)))["more_like"] == ["id1"]
    assert user.point(results((9, 9, 0), (4, 0, 0)))["more_like"] == ["id1"]  # of the first it said nothing at all
