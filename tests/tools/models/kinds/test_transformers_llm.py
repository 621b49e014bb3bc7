from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from dir_tir.contracts import Example
from dir_tir.errors import BrokenReply
from dir_tir.tools.models.kinds.transformers_llm import TransformersLanguageModel
from dir_tir.tools.models.transformers_loading import TransformersOptions
from given import given
from real_classes import REPLY, save_r1
from transformers import Qwen2ForCausalLM, TextGenerationPipeline


def _model(folder: Path, tries: int, generation: dict[str, Any], timeout: float = 0) -> TransformersLanguageModel:
    options = TransformersOptions(path=str(folder), tries=tries, generation=generation, timeout=timeout)
    return TransformersLanguageModel(options, given(folder))


def test_the_same_prompt_gets_the_same_reply_without_the_prompt_in_it(weights: Path) -> None:
    llm = _model(weights / "llm", 3, {"max_new_tokens": 6, "do_sample": False})
    reply = llm.reply("is there a red boat")
    assert reply == llm.reply("is there a red boat") == reply.strip()
    assert 0 < len(reply.split()) <= 6
    assert "is there a red boat" not in reply


def test_drawn_replies_are_seeded(weights: Path) -> None:
    llm = _model(weights / "llm", 3, {"max_new_tokens": 6, "do_sample": True, "temperature": 0.6})
    assert llm.reply("what color") == llm.reply("what color")


def test_a_reply_is_cut_off_when_its_time_is_up(weights: Path) -> None:
    asked = {"max_new_tokens": 400, "min_new_tokens": 400, "do_sample": False}
    whole = _model(weights / "llm", 1, asked).reply("what color")
    cut = _model(weights / "llm", 1, asked, timeout=1e-3).reply("what color")
    assert whole.startswith(cut)
    assert 0 < len(cut) < len(whole) / 10


def test_one_user_message_is_put_into_the_chat_template(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    llm = _model(weights / "llm", 1, {"max_new_tokens": 6})
    seen: list[str] = []
    generate = TextGenerationPipeline.__call__

    def watched(self: TextGenerationPipeline, prompts: list[str], **settings: Any) -> Any:
        seen.extend(prompts)
        return generate(self, prompts, **settings)

    monkeypatch.setattr(TextGenerationPipeline, "__call__", watched)
    llm.reply("a red boat")
    assert seen == ["<|im_start|>user\na red boat<|im_end|>\n<|im_start|>assistant\n"]
    begun = llm.reply("a cat", examples=[Example("a red boat", "a boat")], begin="is there")
    before = "<|im_start|>user\na red boat<|im_end|>\n<|im_start|>assistant\na boat<|im_end|>\n"
    assert seen[1:] == [f"{before}<|im_start|>user\na cat<|im_end|>\n<|im_start|>assistant\nis there"]
    assert begun.startswith("is there") and len(begun) > len("is there")


def test_a_template_that_opens_the_thinking_makes_an_unfinished_thought_no_reply(weights: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(weights / "llm", tmp_path / "r1")
    template = tmp_path / "r1" / "chat_template.jinja"
    template.write_text(template.read_text().replace("<|im_start|>assistant\n", "<|im_start|>assistant\n<think>\n"))
    llm = _model(tmp_path / "r1", 2, {"max_new_tokens": 4, "do_sample": False})
    with pytest.raises(BrokenReply, match="said nothing in 2 tries"):
        llm.reply("a red boat")


PROMPTS = [f"is there a {colour} boat{' and a cat' * n}" for n in range(5) for colour in ("red", "blue", "green")]


def _count_batches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many prompts each call of the model has from now on."""
    sizes: list[int] = []
    generate = Qwen2ForCausalLM.generate

    def counting(self: Qwen2ForCausalLM, **inputs: Any) -> Any:
        sizes.append(len(inputs["input_ids"]))
        return generate(self, **inputs)

    monkeypatch.setattr(Qwen2ForCausalLM, "generate", counting)
    return sizes


def test_prompts_of_many_threads_are_answered_together_as_each_would_be_alone(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    llm = _model(weights / "llm", 3, {"max_new_tokens": 6, "do_sample": False})
    prompts, alone = PROMPTS, [llm.reply(prompt) for prompt in PROMPTS]
    sizes = _count_batches(monkeypatch)
    with ThreadPoolExecutor(len(prompts)) as threads:
        assert list(threads.map(llm.reply, prompts)) == alone
    assert 1 < max(sizes) <= 8
    assert sum(sizes) == len(prompts)


def test_drawn_replies_of_many_threads_are_answered_together_as_each_would_be_alone(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    llm = _model(weights / "llm", 3, {"max_new_tokens": 12, "do_sample": True, "temperature": 0.9, "top_p": 0.95})
    prompts, alone = PROMPTS, [llm.reply(prompt) for prompt in PROMPTS]
    sizes = _count_batches(monkeypatch)
    with ThreadPoolExecutor(len(prompts)) as threads:
        assert list(threads.map(llm.reply, prompts)) == alone
    assert len(set(alone)) == len(alone)
    assert 1 < max(sizes) <= 8


def test_drawing_follows_the_temperature_and_what_else_the_profile_says(weights: Path) -> None:
    likeliest = _model(weights / "llm", 1, {"max_new_tokens": 12, "do_sample": False}).reply("what color")
    for narrow in ({"temperature": 1e-4}, {"top_k": 1}, {"top_p": 1e-6}):
        assert _model(weights / "llm", 1, {"max_new_tokens": 12, "do_sample": True, **narrow}).reply("what color") == likeliest
    assert _model(weights / "llm", 1, {"max_new_tokens": 12, "do_sample": True, "temperature": 5.0}).reply("what color") != likeliest


def test_drawn_and_likeliest_replies_can_wait_for_the_model_together(weights: Path) -> None:
    llm = _model(weights / "llm", 3, {"max_new_tokens": 12, "do_sample": False})
    asked = [(f"is there a {word} boat", again) for word in ("red", "blue", "green") for again in (0, 1, 2)]
    alone = [llm.reply(prompt, again=again) for prompt, again in asked]
    assert len(set(alone)) > len(asked) / 2
    with ThreadPoolExecutor(len(asked)) as threads:
        assert list(threads.map(lambda one: llm.reply(one[0], again=one[1]), asked)) == alone


def test_a_model_that_draws_by_its_own_settings_gives_the_same_reply_again(weights: Path, tmp_path: Path) -> None:
    import json
    import shutil

    folder = Path(shutil.copytree(weights / "llm", tmp_path / "llm"))
    config = folder / "generation_config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "do_sample": True, "temperature": 5.0}))
    llm = _model(folder, 1, {"max_new_tokens": 12})
    assert llm.reply("what color") == llm.reply("what color")


def test_thoughts_between_special_tokens_are_no_reply(tmp_path: Path) -> None:
    from real_classes import REPLY, save_r1
    from transformers import AutoTokenizer

    folder = save_r1(tmp_path / "magistral", opens=False)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<think>", "</think>"]})
    tokenizer.save_pretrained(folder)
    assert AutoTokenizer.from_pretrained(folder).decode([tokenizer.convert_tokens_to_ids("<think>")], skip_special_tokens=True) == ""
    assert _model(folder, 1, {"max_new_tokens": 20}).reply("a red boat") == REPLY
    with pytest.raises(BrokenReply):
        _model(folder, 1, {"max_new_tokens": 3}).reply("a red boat")


def test_one_of_the_answers_is_chosen_as_it_would_be_for_each_prompt_alone(weights: Path) -> None:
    llm = _model(weights / "llm", 1, {"max_new_tokens": 6})
    prompts = [f"is there a {colour} boat{' and a cat' * n}" for n in range(3) for colour in ("red", "blue", "green", "small")]
    alone = [llm.choose(prompt, ("red", "boat", "cat")) for prompt in prompts]
    with ThreadPoolExecutor(len(prompts)) as threads:
        assert list(threads.map(lambda prompt: llm.choose(prompt, ("red", "boat", "cat")), prompts)) == alone
    assert set(alone) <= {"red", "boat", "cat"}


def test_a_model_that_thinks_first_chooses_by_its_reply_and_is_not_begun(tmp_path: Path) -> None:
    llm = _model(save_r1(tmp_path / "r1"), 1, {"max_new_tokens": 12, "do_sample": False})
    assert llm.choose("is there a boat", ("Known", "Uncertain")) == "Uncertain"
    assert llm.choose("is there a boat", ("Known", "Told")) == ""
    assert llm.reply("is there a boat", begin="What") == llm.reply("is there a boat") == REPLY
