"""Every prompt as a node sends it, for one made-up conversation: `golden/` has the texts."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from dir_tir.graph.injection import nobody
from dir_tir.nodes.ask import ask
from dir_tir.nodes.critique import critique
from dir_tir.nodes.filter_uncertain import filter_uncertain
from dir_tir.nodes.re_prompt import re_prompt
from dir_tir.nodes.rewrite import rewrite
from dir_tir.prompts.library import PromptLibrary
from dir_tir.tools.question_rules import ALREADY_KNOWN, ANOTHER_CHOSEN, ASKED_BEFORE, NOT_A_QUESTION, NOTHING_LEFT
from dir_tir.tools.user import SimulatedUser
from fakes import FakeLanguageModel, FakeUser, FakeVisionModel, RecordingSearch
from golden import Golden
from PIL import Image
from states import proposed, record, said, state

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(__file__).parent / "golden"
SETS = sorted(folder.name for folder in files("dir_tir.prompts").iterdir() if (folder / "ask.txt").is_file())

CAPTIONS = ("a beach, a red kite on the left", "a beach at night, two boats", "a rainy beach")
CANDIDATES = [{"id": f"{number:02}", "caption": caption, "score": 0.5} for number, caption in enumerate(CAPTIONS)]
ANSWERED = record(1, question="What is on the left?", answer=said("A small white boat."))
SKIPPED = record(2, question="What time is it?", answer=said(""))
LONG = record(3, question="What is on the right?", answer=said("A cat. " + "It looks out at the sea and waits. " * 6))
BEFORE = [
    proposed("A nice beach.", NOT_A_QUESTION),
    proposed("What is on the left?", ASKED_BEFORE),
    proposed("Is it a beach?", ALREADY_KNOWN),
    proposed("What is the weather like?", ANOTHER_CHOSEN),
]
FIRST = state(description="a beach", candidates=CANDIDATES)
LATER = state(
    description="a beach, a small white boat on the left",
    round=4,
    rounds=[record(), ANSWERED, SKIPPED, LONG],
    candidates=CANDIDATES,
    tries=[proposed("What stands in the middle?")],
    answer=said("A big umbrella; $5 to rent."),
    ruled_out=["red boat", "rain"],
)
PAINTED = state(prompt="a beach, a white boat", critique={"question": "", "reply": said("It should be rainy; the boat should be small.")})


def _sent(model: FakeLanguageModel) -> str:
    """The message, with the examples before it, and what the reply is begun with or chosen of."""
    shown = [f"[user]\n{asked}\n[model]\n{replied}\n" for asked, replied in model.examples[0]]
    after = [f"[model]\n{begin}…" for begin in model.begins if begin] + [f"[model: {' or '.join(some)}]" for some in model.choices]
    message = f"[user]\n{model.history[0]}" if shown or after else model.history[0]
    return "\n".join(["".join(shown) + message, *after[:1]])


def _asked(prompts: PromptLibrary, seen: object, *, with_context: bool = True) -> str:
    model = FakeLanguageModel(["What is in the middle?"])
    ask(seen, llm=model, prompts=prompts, with_context=with_context)  # type: ignore[arg-type]
    return _sent(model)


def _filtered(prompts: PromptLibrary, seen: object) -> str:
    model = FakeLanguageModel(["Uncertain"])
    filter_uncertain(seen, llm=model, prompts=prompts)  # type: ignore[arg-type]
    return _sent(model)


def _rewritten(prompts: PromptLibrary, seen: object) -> str:
    model = FakeLanguageModel(lambda _: "a beach")
    rewrite(seen, llm=model, prompts=prompts, search=RecordingSearch(), rewriting=True)  # type: ignore[arg-type]
    return _sent(model)


def _prompted_anew(prompts: PromptLibrary) -> str:
    model = FakeLanguageModel(lambda _: "a rainy beach")
    re_prompt(PAINTED, llm=model, prompts=prompts, search=RecordingSearch())
    return _sent(model)


def _compared(prompts: PromptLibrary) -> str:
    user = FakeUser()
    painted = {**PAINTED, "painting": {"path": "painting.png", "link": "", "prompt": "", "seed": 0}}
    critique(painted, user=user, prompts=prompts, clicked=nobody)
    return str(user.history[0][1])


def _simulated(prompts: PromptLibrary, picture: Path, *, comparing: bool) -> str:
    vision = FakeVisionModel()
    user = SimulatedUser(vision, prompts, picture)
    if comparing:
        user.compare("What is different?", str(picture), [])
    else:
        user.answer("What is on the left?", [])
    return vision.history[0][0]


CASES: dict[str, Callable[[PromptLibrary, Path], str]] = {
    "ask": lambda prompts, _: _asked(prompts, FIRST),
    "ask-later": lambda prompts, _: _asked(prompts, {**LATER, "tries": BEFORE[1:3]}),
    "ask-every-reason": lambda prompts, _: _asked(prompts, {**LATER, "tries": [*BEFORE, proposed("Nothing left.", NOTHING_LEFT)]}),
    "ask_without_candidates": lambda prompts, _: _asked(prompts, FIRST, with_context=False),
    "filter_uncertain": lambda prompts, _: _filtered(prompts, {**FIRST, "tries": [proposed("What is in the middle?")]}),
    "filter_uncertain-later": lambda prompts, _: _filtered(prompts, LATER),
    "rewrite": lambda prompts, _: _rewritten(prompts, {**FIRST, "tries": LATER["tries"], "answer": said("A cat.")}),
    "rewrite-later": lambda prompts, _: _rewritten(prompts, LATER),
    "re_prompt": lambda prompts, _: _prompted_anew(prompts),
    "compare": lambda prompts, _: _compared(prompts),
    "answer": lambda prompts, picture: _simulated(prompts, picture, comparing=False),
    "differences": lambda prompts, picture: _simulated(prompts, picture, comparing=True),
    "caption": lambda prompts, _: prompts.render("caption"),
    "into_english": lambda prompts, _: prompts.render("into_english", text="ein Strand"),
    "into_language": lambda prompts, _: prompts.render("into_language", text="What is on the left?", language="German"),
    "into_their_language": lambda prompts, _: prompts.render("into_their_language", text="What is on the left?", example="ein Strand"),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", SETS)
def test_a_node_sends_the_prompt_that_is_kept(name: str, case: str, renew_golden: bool, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    Image.new("RGB", (4, 4)).save(picture)
    Golden(FOLDER, renew_golden).check(f"{name}/{case}.txt", CASES[case](PromptLibrary.load(name), picture))


def test_every_prompt_is_kept_and_nothing_else() -> None:
    assert Golden(FOLDER, renew=False).files(".txt") == {f"{name}/{case}.txt" for name in SETS for case in CASES}
    assert {case.partition("-")[0] for case in CASES} == set(PromptLibrary.load("paper").texts)
