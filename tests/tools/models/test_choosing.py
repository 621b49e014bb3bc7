from __future__ import annotations

from pathlib import Path

import pytest
import torch
from dir_tir.contracts import Example
from dir_tir.tools.models.choosing import cued, likeliest, named_in
from transformers import AutoModelForCausalLM, AutoTokenizer

PROMPTS = ["is there a red boat", "a cat", "what color is the small boat and the big cat"]
ANSWERS = ("a red boat", "a red cat", "a", "two cat")


def test_the_answer_is_chosen_whose_tokens_are_likelier_where_answers_part(weights: Path) -> None:
    model = AutoModelForCausalLM.from_pretrained(weights / "llm").eval().float()
    tokenizer = AutoTokenizer.from_pretrained(weights / "llm")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    chosen = likeliest(model, tokenizer, [(prompt, ANSWERS) for prompt in PROMPTS])
    for prompt, answer in zip(PROMPTS, chosen, strict=True):
        left = {one: [*tokenizer(one, add_special_tokens=False)["input_ids"], tokenizer.eos_token_id] for one in ANSWERS}
        said = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        for place in range(max(map(len, left.values()))):
            if len(left) > 1:
                with torch.inference_mode():
                    logits = model(torch.tensor([said])).logits[0, -1]
                best = max({tokens[place] for tokens in left.values()}, key=lambda token: logits[token].item())
                left = {one: tokens for one, tokens in left.items() if tokens[place] == best}
                said = [*said, best]
        assert answer == next(iter(left))  # of those that are the same to it, the first


def test_answers_that_are_the_same_to_the_model_leave_the_first(weights: Path) -> None:
    model, tokenizer = AutoModelForCausalLM.from_pretrained(weights / "llm").eval(), AutoTokenizer.from_pretrained(weights / "llm")
    assert likeliest(model, tokenizer, [("is there a boat", ("zzz", "qqq"))]) == ["zzz"]


@pytest.mark.parametrize(("reply", "answer"), [("Uncertain.", "Uncertain"), ("it is KNOWN, not uncertain", "Known"), ("red", ""), ("", "")])
def test_the_answer_that_a_reply_names_first_is_read_from_it(reply: str, answer: str) -> None:
    assert named_in(reply, ("Uncertain", "Known")) == answer


def test_words_that_a_reply_cannot_be_begun_with_end_the_message() -> None:
    shown = [Example("Known: a dog", "What is on the left?")]
    assert cued("Known: a cat", "How many", shown) == (
        "Known: a cat\nHow many …",
        [Example("Known: a dog\nWhat is on …", "What is on the left?")],
    )
