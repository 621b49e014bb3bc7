"""The clumsy user says nothing untrue that it does not take back, and says the same whenever it is asked the same."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from dir_tir.graph.config import Config
from dir_tir.prompts.library import PromptLibrary
from dir_tir.tools.clumsy_user import LATEST, RATES, ClumsyUser
from dir_tir.tools.clumsy_words import NO_ANSWER, NO_DIFFERENCE, told
from dir_tir.tools.toolbox import ProfileToolbox
from dir_tir.tools.user import Person, SimulatedUser
from fakes import FakeVisionModel, RecordingSearch
from PIL import Image
from states import record

if TYPE_CHECKING:
    from collections.abc import Sequence

PROMPTS = PromptLibrary("short", {"answer": "answer|$question", "differences": "differences"})
COLOURS = ["red", "blue", "green", "white", "pink", "black"]  # by the red in a picture's pixels
TRUTH = COLOURS[0]
LAST = 10


@dataclass(frozen=True)
class Colours:
    """A vision model that tells one colour from another."""

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        seen = [COLOURS[image.getpixel((0, 0))[0]] for image in images]  # type: ignore[index]
        if prompt == "differences":
            return "Nothing differs." if seen[0] == seen[1] else f"The boat should be {seen[1]}."
        return f"It is {seen[0]}."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures named after their colours."""
    folder: Path = tmp_path_factory.mktemp("pictures")
    for number, colour in enumerate(COLOURS):
        Image.new("RGB", (2, 2), (number, 0, 0)).save(folder / f"{colour}.png")
    return folder


def _user(folder: Path, seed: int = 0, last: int = LAST) -> ClumsyUser:
    exact = SimulatedUser(Colours(), PROMPTS, folder / f"{TRUTH}.png")
    return ClumsyUser(exact, seed, "the target", last, lambda id_: folder / f"{id_}.png")


def _round(number: int, question: str = "", reply: Any = None, page: Sequence[str] = COLOURS[1:]) -> Any:
    reply = reply or {"text": "", "accepted": None}
    return record(number, question=question, answer=reply, results=[{"id": colour} for colour in page])


def _talk(user: ClumsyUser, rounds: int = LAST) -> list[Any]:
    """A conversation as the record has it."""
    earlier = [_round(0)]
    for number in range(1, rounds + 1):
        question = f"What colour is boat {number}?"
        earlier.append(_round(number, question, user.answer(question, earlier)))
    return earlier


def _untrue(text: str) -> bool:
    """Whether a text leaves one with something wrong: the truth is not the last that it asserts."""
    asserted = [word for word in re.findall(r"\w+", re.sub(r"(?i:\bnot|n't|\binstead of) \w+", "", text)) if word in COLOURS]
    return bool(asserted) and asserted[-1] != TRUTH


def test_everything_untrue_is_taken_back_in_the_next_round_or_the_one_after(folder: Path) -> None:
    misremembered = 0
    for seed in range(20):
        rounds = _talk(_user(folder, seed))
        said = [each["answer"]["text"] for each in rounds]
        for number, text in enumerate(said):
            assert f"not {TRUTH}" not in text
            assert f"n't {TRUTH}" not in text
            if _untrue(text):
                misremembered += 1
                later = " ".join(said[number + 1 : number + 1 + LATEST])
                assert re.search(rf"the colour of boat {number}: it is (?:not \w+, it is )?{TRUTH}\b", later), (text, later)
    assert misremembered > 5


def test_manners_come_as_often_as_their_rates_say(folder: Path) -> None:
    counted, draws = Counter[str](), 500
    page = _round(0, page=COLOURS[1:3])
    for number in range(draws):
        reply = _user(folder, last=10**6).answer(f"What colour is boat {number}?", [page] * (1 + number % 7))
        text = reply["text"]
        if reply.get("more_like"):
            manner = "pointed"
        elif text in NO_ANSWER:
            manner = "unknown"
        elif text == f"It is {TRUTH}.":
            manner = "exact"
        elif re.search(r"\bnot\b|n't", text, re.IGNORECASE):
            manner = "denied"
        else:
            manner = "misremembered" if _untrue(text) else "corrected"
        counted[manner] += 1
    assert {manner: pytest.approx(share, abs=0.045) for manner, share in RATES.items()} == {
        manner: counted[manner] / draws for manner in RATES
    }


def test_the_same_is_said_whenever_the_same_is_asked_and_another_seed_says_something_else(folder: Path) -> None:
    rounds = _talk(_user(folder))
    for number in reversed(range(1, LAST + 1)):  # by another user, who has heard nothing of it
        assert _user(folder).answer(rounds[number]["question"], rounds[:number]) == rounds[number]["answer"]
    assert _talk(_user(folder, seed=1)) != rounds


def test_who_was_not_asked_meanwhile_takes_back_what_was_wrong_when_asked_again(folder: Path) -> None:
    seed, rounds = next((seed, rounds) for seed in range(99) if _untrue((rounds := _talk(_user(folder, seed), 1))[1]["answer"]["text"]))
    silent = [_round(number) for number in range(2, 6)]
    assert f"the colour of boat 1: it is {TRUTH}" in re.sub(
        r"not \w+, it is ", "", _user(folder, seed).answer("What colour is boat 6?", [*rounds, *silent])["text"]
    )


def test_near_the_end_nothing_is_misremembered(folder: Path) -> None:
    said = [_user(folder, seed, last=LATEST).answer("What colour is the boat?", [_round(0)])["text"] for seed in range(60)]
    assert not any(map(_untrue, said))
    assert any(_untrue(_user(folder, seed).answer("What colour is the boat?", [_round(0)])["text"]) for seed in range(60))


def test_where_no_result_gives_anything_wrong_the_truth_is_said_plainly(folder: Path) -> None:
    page = _round(0, page=[TRUTH, TRUTH])
    replies = [_user(folder, seed).answer("What colour is the boat?", [page]) for seed in range(30)]
    assert {reply["text"] for reply in replies if not reply.get("more_like")} - set(NO_ANSWER) == {f"It is {TRUTH}."}


def test_a_painting_is_compared_as_clumsily_and_nothing_untrue_is_said_of_it(folder: Path) -> None:
    replies = [_user(folder, seed).compare("What is different?", str(folder / "blue.png"), [_round(0, page=COLOURS)]) for seed in range(99)]
    said = {reply["text"] for reply in replies}
    assert {"", "The boat should be red.", "The boat should be red, not blue.", "The boat should be blue, sorry, I meant red."} < said
    assert said & set(NO_DIFFERENCE)
    assert not any(map(_untrue, said))
    assert {reply["more_like"][0] for reply in replies if not reply["text"]} == {TRUTH}  # the nearest


def test_a_vision_model_that_says_nothing_leaves_a_clumsy_user_who_does_not_know_points_or_skips(folder: Path) -> None:
    mute = ClumsyUser(SimulatedUser(FakeVisionModel(""), PROMPTS, folder / "red.png"), 0, "x", LAST, lambda id_: folder / f"{id_}.png")
    replies = [mute.answer(f"What colour is boat {number}?", [_round(0)]) for number in range(40)]
    assert {reply["text"] for reply in replies} <= {"", *NO_ANSWER}


def test_the_settings_say_who_answers(folder: Path) -> None:
    class Loaded:
        """Models that lie ready."""

        vision = Colours()
        profile = type("Profile", (), {"prompts": "paper"})

    search, models = RecordingSearch(ids=["target"]), Loaded()

    def user(**settings: Any) -> Any:
        toolbox: Any = ProfileToolbox(models, lambda: search, None, Config(**settings), None)  # type: ignore[arg-type]
        return toolbox.user

    assert isinstance(user(), Person)
    assert isinstance(user(user="simulated", target="target"), SimulatedUser)
    clumsy = user(user="simulated", target="target", manner="clumsy", seed=7, max_rounds=3)
    assert (clumsy.seed, clumsy.last, clumsy.exact.target) == (7, 3, Path("/target.png"))
    assert told(clumsy.exact.vision.reply("", [Image.new("RGB", (1, 1))]))
