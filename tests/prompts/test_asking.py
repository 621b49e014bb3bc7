from __future__ import annotations

import pytest
from dir_tir.contracts import Example
from dir_tir.prompts.asking import Asking, Form, first_sentence
from fakes import FakeLanguageModel


def test_a_prompt_of_no_form_is_put_as_it_is() -> None:
    model = FakeLanguageModel(["a boat. a cat"])
    assert Asking("?").reply(model, number=7) == "a boat. a cat"
    assert (model.history, model.again, model.begins, model.examples) == (["?"], [0], [""], [()])


def test_every_question_is_begun_otherwise_and_drawn_once_no_beginning_is_left() -> None:
    model = FakeLanguageModel(lambda _: "Where?")
    asking = Asking("?", Form(begins=("What", "Where")))
    for number in range(5):
        asking.reply(model, number=number)
    assert model.begins == ["What", "Where", "What", "Where", "What"]
    assert model.again == [0, 0, 1, 1, 2]
    assert len(set(zip(model.begins, model.again, strict=True))) == 5


def test_a_verdict_is_chosen_with_the_examples_at_hand() -> None:
    model = FakeLanguageModel(["Yes"])
    examples = (Example("a", "No"),)
    assert Asking("b", Form(examples=examples, choices=("Yes", "No"))).reply(model) == "Yes"
    assert (model.choices, model.examples, model.begins) == ([("Yes", "No")], [examples], [])


@pytest.mark.parametrize(
    ("said", "first"),
    [
        ("What colour is it? It is red.", "What colour is it?"),
        ("a red car\nand a boat", "a red car"),
        ("  Is it 1.5 m long? Yes", "Is it 1.5 m long?"),
        ("", ""),
    ],
)
def test_the_first_sentence_is_all_of_a_reply_where_the_prompt_wants_one(said: str, first: str) -> None:
    assert first_sentence(said) == first
    assert Asking("?", Form(sentence=True)).reply(FakeLanguageModel([said])) == first
    assert Asking("?").reply(FakeLanguageModel([said])) == said
