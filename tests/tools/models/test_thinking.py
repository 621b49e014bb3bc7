from __future__ import annotations

import pytest
from dir_tir.tools.models.thinking import opens_thinking, without_thinking

ANALYSIS = "<|channel|>analysis<|message|>We need a boat.<|end|><|start|>assistant"


@pytest.mark.parametrize(
    ("text", "opened", "answer"),
    [
        (" a red boat\n", False, "a red boat"),
        ("<think>it is a boat</think>\n\na red boat", False, "a red boat"),
        ("it is a boat</think> a red boat", True, "a red boat"),
        ("it is a boat</think> a red boat", False, "a red boat"),
        ("<think>one</think> two </think> three", False, "three"),
        ("<think>it is a bo", False, ""),
        ("<think>it is a boat</think> no <think>it is", False, ""),
        ("it is a bo", True, ""),
        ("<think>it is a boat</think>", False, ""),
        ("", False, ""),
        (ANALYSIS + "<|channel|>final<|message|>a red boat<|return|>", False, "a red boat"),
        (ANALYSIS + "<|channel|>final<|message|>a red bo", False, "a red bo"),
        (ANALYSIS, False, ""),
        ("<|channel|>analysis<|message|>We need a bo", False, ""),
        ("<|channel|>ana", False, ""),
        ("<|channel|>commentary to=functions.f <|constrain|>json<|message|>{}<|call|>", False, ""),
        ("analysisWe need a boat.assistantfinala red boat", False, "a red boat"),
        ("analysisWe need a bo", False, ""),
        ("analysis of a boat", False, "analysis of a boat"),
        ("We need a boat.<|end|><|start|>assistant<|channel|>final<|message|>a red boat", True, "a red boat"),
        ("[THINK]it is a boat[/THINK]a red boat", False, "a red boat"),
        ("[THINK]it is a bo", False, ""),
        ("◁think▷it is a boat◁/think▷a red boat", False, "a red boat"),
        ("◁think▷it is a bo", False, ""),
        ("<|START_THINKING|>it is<|END_THINKING|><|START_RESPONSE|>a red boat<|END_RESPONSE|>", False, "a red boat"),
        ("<think>it is</think><answer>a red boat</answer>", False, "a red boat"),
        ("<think>it is</think><|begin_of_box|>a red boat<|end_of_box|>", False, "a red boat"),
    ],
)
def test_only_what_follows_the_thinking_counts(text: str, opened: bool, answer: str) -> None:
    assert without_thinking(text, opened=opened) == answer


@pytest.mark.parametrize(
    ("prompt", "opened"),
    [
        ("<|im_start|>assistant\n", False),
        ("<|im_start|>assistant\n<think>\n", True),
        ("<|im_start|>assistant\n<think>\n\n</think>\n\n", False),
        ("[THINK]", True),
        ("<|start|>assistant", False),
        ("<|start|>assistant<|channel|>analysis<|message|>", True),
        ("<|start|>assistant<|channel|>final<|message|>", False),
    ],
)
def test_a_template_may_open_the_thinking(prompt: str, opened: bool) -> None:
    assert opens_thinking(prompt) == opened
