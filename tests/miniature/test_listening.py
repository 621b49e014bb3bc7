"""Lessons in listening: what people say of a scene, what is right to make of it, and that no wording of the exam was ever taught."""

import random
from itertools import combinations

import pytest
from dir_tir.benchmarks.miniature.listening import Case, cases, outcomes
from dir_tir.miniature.train import utterances
from dir_tir.miniature.train.listening import FIRST_QUESTION, listen, listen_first, listen_of_paintings
from dir_tir.miniature.train.notes import NOT, UNCHANGED
from dir_tir.miniature.train.saying import Denied, Saying, turned, unset, without
from dir_tir.miniature.train.sayings import OF_PAINTINGS, ROWS
from dir_tir.miniature.train.settings import WEIGHTS
from dir_tir.miniature.train.utterances import ABOUT_PAINTINGS, ANSWERS, clumsily, wording
from dir_tir.miniature.world.knowledge import Group, Knowledge, glimpse
from dir_tir.miniature.world.language import plain
from dir_tir.miniature.world.parsing import parsed
from dir_tir.miniature.world.scene import scenes
from dir_tir.nodes import listen as listen_node
from dir_tir.tools.models.thinking import without_thinking
from dir_tir.tools.rewriting import writing
from dir_tir.tools.rewriting.writing import apart
from fakes import FakeLanguageModel
from transformers import PreTrainedTokenizerFast

KNOWN = Knowledge("beach", groups=(Group("cat", 1, "red", position="left"), Group("tree", 2, "green")))
_OTHERS = ("JOINED", "BUT", "DENIED_AT_FIRST", "BEFORE", "AFTER", "FOREIGN", "GARBAGE")
_TABLES = [*ANSWERS.values(), *ABOUT_PAINTINGS.values(), *(getattr(utterances, name) for name in _OTHERS)]


def test_no_two_splits_share_a_wording() -> None:
    for table in _TABLES:
        for one, other in combinations(table.values(), 2):
            assert one
            assert not {text.lower().rstrip(".") for text in one} & {text.lower().rstrip(".") for text in other}


def test_lessons_ask_and_rule_out_in_the_graphs_words() -> None:
    assert listen_node.FIRST_QUESTION == FIRST_QUESTION
    assert (writing.NOT, writing.UNCHANGED) == (NOT, UNCHANGED)


def test_a_wording_whose_gaps_cannot_be_filled_is_not_used_and_it_is_known_which_ones_deny_what_was_known() -> None:
    rng = random.Random(0)
    clear = [wording(rng, "deny weather", "train", {"adjective": "clear"})[0] for _ in range(50)]
    assert all("clear" in text for text in clear)
    gaps = {"the": "the cat", "is": "is", "value": "blue", "old": "red", "isnt": "isn't", "it": "it"}
    for _ in range(200):
        text, denies = wording(rng, "correct attribute", "train", gaps)
        assert denies == ("not red" in text or "isn't red" in text), text


def test_the_plain_form_is_read_back_and_no_other() -> None:
    rng = random.Random(1)
    for scene in scenes("test", 300):
        known = glimpse(rng, scene)
        assert parsed(plain(known)) == known
    assert parsed("a scene, no boat, two cats") == Knowledge(absent=("boat",), groups=(Group("cat", 2),))
    for text in ("", "a cat", "a beach with a cat", "a beach, a red cats", "a beach, two cat", "a beach, something", "a red beach"):
        assert parsed(text) is None, text


def test_what_is_taken_back_or_corrected_changes_that_and_nothing_else() -> None:
    cat, trees = KNOWN.groups
    assert without(KNOWN, "tree").groups == (cat,)
    assert without(KNOWN, "tree").absent == ()
    assert unset(KNOWN, "cat", "colour", "blue") == KNOWN
    assert unset(KNOWN, "cat", "position", "left").groups == (Group("cat", 1, "red"), trees)
    assert turned(KNOWN, "cat", "duck").groups == (Group("duck", 1, "red", position="left"), trees)


@pytest.mark.parametrize("of_painting", [False, True])
def test_every_row_says_what_it_is_called_and_what_is_right_asserts_nothing_that_was_denied(of_painting: bool) -> None:
    for row in OF_PAINTINGS if of_painting else ROWS:
        some = cases(row, 60, "test", of_painting=of_painting)
        assert not any(denied.asserted_by(case.after) for case in some for denied in case.saying.denied)
        changed = sum(case.after != case.known for case in some)
        if row == "nothing said":
            assert changed == 0
        elif row in ("correction", "taking back"):
            assert changed == len(some)
            assert all(denied.asserted_by(case.known) for case in some for denied in case.saying.denied)
        elif row in ("pronoun", "two facts"):
            assert changed == len(some)
        if row == "denial":
            assert sum(bool(case.saying.ruled_out) for case in some) > 0.7 * len(some)


def test_a_reply_says_what_is_right_and_what_is_ruled_out_in_the_form_that_is_read_and_within_the_models_room() -> None:
    rng = random.Random(2)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "llm")
    denied = 0
    for scene in scenes("train", 15):
        for lesson in (listen, listen_of_paintings, listen_first):
            for prompt, reply in lesson(rng, scene):
                assert "$" not in prompt.splitlines()[0]
                assert len(tokenizer(reply)["input_ids"]) < 90
                text, listed = apart(without_thinking(reply), "")
                assert "Not:" not in text
                assert (text == "") == ("nothing new" in reply)
                if text:
                    assert parsed(text) is not None
                    assert " no " not in text
                    assert bool(listed) == ("\nNot: " in reply)
                denied += bool(listed)
    assert denied > 40


def test_clumsiness_keeps_every_word() -> None:
    rng = random.Random(3)
    for _ in range(30):
        text = clumsily(rng, "the kitten is not purple")
        assert text.isupper() or len(text.split()) == 5
        assert text != "the kitten is not purple" or "kitten" in text


def test_the_exam_counts_what_the_graph_makes_of_a_reply_and_what_the_model_said_by_itself() -> None:
    denied = (Denied("colour", "red", "cat"),)
    saying = Saying("The cat is not red.", lambda known: unset(known, "cat", "colour", "red"), ruled_out=("red cat",), denied=denied)
    case = Case(plain(KNOWN), KNOWN, saying, "prompt")
    right = f"{plain(case.after)}\nNot: red cat"
    used, alone = outcomes(FakeLanguageModel([right]), None, case)
    assert (used.exact, used.noted, used.asserted) == (True, True, False)
    assert (alone.exact, alone.noted, alone.asserted) == (True, True, False)
    stubborn = FakeLanguageModel(lambda prompt: plain(KNOWN))
    used, alone = outcomes(stubborn, None, case)
    assert stubborn.again == [0, 1, 2]
    assert (alone.exact, alone.noted, alone.asserted) == (False, False, True)
    assert used.text == "a beach, a cat on the left, two green trees"  # left out in plain code
    other = Case("a kitten, scarlet", KNOWN, saying, "prompt")
    assert not outcomes(FakeLanguageModel(lambda prompt: "a scarlet kitten on the beach"), None, other)[1].exact
    assert outcomes(FakeLanguageModel(lambda prompt: "a scarlet kitten on the beach"), None, other)[1].asserted
