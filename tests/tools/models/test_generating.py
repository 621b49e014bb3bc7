"""What is said when a model is loaded about how it would be asked."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from dir_tir.errors import BrokenReply, ProfileError
from dir_tir.tools.models.kinds.transformers_llm import TransformersLanguageModel
from dir_tir.tools.models.kinds.transformers_vision import TransformersVisionModel
from dir_tir.tools.models.transformers_loading import TransformersOptions
from given import given
from tiny import CHAT_TEMPLATE, word_tokenizer

KINDS: dict[str, Any] = {"llm": TransformersLanguageModel, "vision": TransformersVisionModel}
NEEDS_A_SYSTEM = "{% if messages[0]['role'] != 'system' %}{{ raise_exception('a system message first') }}{% endif %}"
REFUSES_NOTHING = "{% for message in messages %}{% if not message['content'] %}{{ raise_exception('empty') }}{% endif %}{% endfor %}"


def _load(folder: Path, role: str, **generation: Any) -> Any:
    return KINDS[role](TransformersOptions(path=str(folder), tries=2, generation=generation), given(folder))


@pytest.mark.parametrize("role", KINDS)
@pytest.mark.parametrize(
    ("generation", "said"),
    [
        ({"do_sample": True, "temperature": 0.0}, "temperature is 0.0 and do_sample true: say do_sample = false"),
        ({"max_new_token": 9}, "max_new_token is unknown, did you mean max_new_tokens?"),
        ({"trust_remote_code": True}, "trust_remote_code is unknown"),
        ({"custom_generate": "somebody/code"}, "custom_generate is unknown"),
        ({"max_new_tokens": 0}, "max_new_tokens"),
    ],
)
def test_a_setting_that_cannot_be_is_said_when_the_model_is_loaded(weights: Path, role: str, generation: dict[str, Any], said: str) -> None:
    with pytest.raises(ProfileError, match=f"the model in {weights / role} cannot be asked with `generation` of the profile: .*") as caught:
        _load(weights / role, role, **generation)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("role", KINDS)
def test_a_template_that_takes_no_single_message_is_said_when_the_model_is_loaded(weights: Path, tmp_path: Path, role: str) -> None:
    folder = Path(shutil.copytree(weights / role, tmp_path / role))
    template = folder / "chat_template.jinja"
    template.write_text(NEEDS_A_SYSTEM + template.read_text())
    with pytest.raises(ProfileError, match=rf"the chat template in {folder} takes no single message of a user \(a system message first\)"):
        _load(folder, role)


def test_a_template_that_refuses_an_empty_message_is_never_given_one(weights: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(weights / "llm", tmp_path / "llm"))
    template = folder / "chat_template.jinja"
    template.write_text(REFUSES_NOTHING + template.read_text())
    assert _load(folder, "llm", max_new_tokens=4).reply("what color")


def test_a_prompt_beyond_the_positions_is_one_line_and_a_reply_ends_with_them(tmp_path: Path) -> None:
    from transformers import GPT2Config, GPT2LMHeadModel

    tokenizer = word_tokenizer(["<|endoftext|>", "<|im_end|>", "<unk>", "<|im_start|>", "user", "assistant"])
    tokenizer.chat_template = CHAT_TEMPLATE
    GPT2LMHeadModel(GPT2Config(vocab_size=len(tokenizer), n_positions=24, n_embd=32, n_layer=1, n_head=2)).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    llm = _load(tmp_path, "llm", max_new_tokens=20, min_new_tokens=12, do_sample=False)
    assert llm.reply("a boat")
    with pytest.raises(BrokenReply, match=r"the prompt has \d+ tokens, and the language model reads 24: name a model that reads more"):
        llm.reply("a boat " * 20)
    with pytest.raises(ProfileError, match="max_new_tokens is 24; expected at least 1 and less than 24, all it reads"):
        _load(tmp_path, "llm", max_new_tokens=24)
