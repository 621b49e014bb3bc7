from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dir_tir.contracts import unwatched
from dir_tir.errors import BrokenReply
from dir_tir.graph.injection import nobody
from dir_tir.nodes.critique import critique
from dir_tir.nodes.generate import generate
from dir_tir.nodes.re_prompt import re_prompt
from dir_tir.prompts.library import PromptLibrary
from dir_tir.store.conversations.paintings import Paintings
from fakes import FakeLanguageModel, FakePainter, FakeUser, RecordingSearch
from PIL import Image
from states import said, state

PROMPTS = PromptLibrary("short", {"compare": "What is different?", "re_prompt": "re_prompt|$prompt|$ruled_out|$differences"})
PAINTED = {"path": "/p/1.png", "prompt": "a boat", "seed": 7}


def test_generate_paints_the_prompt_and_keeps_a_path(tmp_path: Path) -> None:
    painter = FakePainter()
    steps: list[tuple[int, int]] = []
    painting = generate(
        state(prompt="a red boat"),
        painter=painter,
        seed=5,
        paintings=Paintings(tmp_path),
        conversation="talk",
        progress=lambda *step: steps.append(step),
    )["painting"]
    assert steps == [(1, 2), (2, 2)]
    assert painter.history == [("a red boat", painting["seed"])]
    assert painting["prompt"] == "a red boat"
    with Image.open(painting["path"]) as picture:
        assert picture.convert("RGB").tobytes() == FakePainter().paint("a red boat", painting["seed"]).tobytes()


def test_the_painting_seed_comes_from_the_query_and_the_round(tmp_path: Path) -> None:
    painter, paintings = FakePainter(), Paintings(tmp_path)
    for number in (1, 2, 1):
        opened = state(round=number, description=f"rewritten {number}")
        generate(opened, painter=painter, seed=5, paintings=paintings, conversation="talk", progress=unwatched)
    first, second, again = (seed for _, seed in painter.history)
    assert first == again != second


def test_critique_asks_the_user_about_the_painting() -> None:
    user = FakeUser()
    update = critique(state(painting=PAINTED), user=user, prompts=PROMPTS, clicked=nobody)
    assert update == {"critique": {"question": "What is different?", "reply": said("the boat is red")}}
    assert user.history == [("compare", "What is different?", "/p/1.png", 1)]


@pytest.mark.parametrize(
    ("reply", "prompt", "by"),
    [
        ("a red boat", "a red boat", "model"),
        ("", "a boat, it is red", "joined"),
        (BrokenReply("nothing"), "a boat, it is red", "joined"),
    ],
)
def test_re_prompt_works_the_differences_in_or_adds_them(reply: str | Exception, prompt: str, by: str) -> None:
    llm = FakeLanguageModel([reply])
    update = _prompted_anew(llm, "it is red")
    assert (update["prompt"], update["prompt_written"]["by"]) == (prompt, by)
    assert llm.history == ["re_prompt|a boat|none|it is red"]


def test_what_differences_rule_out_is_kept_beside_the_prompt() -> None:
    llm = FakeLanguageModel(["a snowy boat", "a boat"])
    update = _prompted_anew(llm, "It should not be snowy.")
    assert update == {
        "prompt": "a boat",
        "ruled_out_of_prompt": ["snowy"],
        "prompt_written": {"by": "model", "faults": ["denied_asserted"]},
    }


def _prompted_anew(llm: FakeLanguageModel, differences: str) -> dict[str, Any]:
    critique = {"question": "?", "reply": said(differences)}
    return re_prompt(state(critique=critique), llm=llm, prompts=PROMPTS, search=RecordingSearch())
