"""Train the language model, a small Qwen2, on the graph's own prompts: ``python -m dir_tir.miniature.train.llm``.

First a shallow model, from which the vision model takes its words; then a deeper one that grows out of it (:mod:`.growing`).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, Qwen2ForCausalLM

from ..world.scene import Scene, sample
from .growing import deepened
from .lessons import (
    Pair,
    ask,
    ask_without_candidates,
    filter_uncertain,
    opening,
    re_prompt,
    repeat,
    rewrite,
    rewrite_one_of_several,
    told_or_not,
)
from .loop import Plan, train, trained
from .packing import Rows, pack
from .qwen import configuration, family, look_back
from .settings import RUNS, WEIGHTS, arguments, save_weights
from .tokens import chat_tokenizer, kept

Lesson = Callable[[random.Random, Scene], list[Pair]]

Batch = dict[Lesson, int]  # families of each lesson; one of "ask" is the longest by far
_COPYING = 1_000  # steps of copying and rewriting before the other lessons join

LAYERS = 5  # of the shallow model
_GROWN_LAYERS = 7
POSITIONS = 1024  # tokens; lessons are up to 500 long
_CONTEXT_WEIGHT = 0.2


def losses_of(model: Qwen2ForCausalLM, rows: Rows, device: str) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy (nats a token) of the replies, and of the prompts with a small weight: what prompts repeat teaches to copy."""
    hidden = model.model(
        input_ids=rows.tokens.to(device), position_ids=rows.positions.to(device), attention_mask=rows.mask.to(device), use_cache=False
    ).last_hidden_state
    losses = []
    for labels in (rows.labels.to(device), rows.context.to(device)):
        wanted = labels >= 0
        losses.append(functional.cross_entropy(model.lm_head(hidden[wanted]), labels[wanted]))
    return losses[0], losses[1]


def _lessons(step: int) -> Batch:
    """What the shallow model reads in a step: copying first, then a conversation's work, with a first turn's in every fourth step."""
    if step < _COPYING:
        return {repeat: 12, opening: 3, rewrite: 3}
    if step % 4:
        return {ask: 2, filter_uncertain: 6, rewrite: 3, re_prompt: 5}
    return {ask_without_candidates: 3, opening: 3, rewrite: 3, repeat: 12}


def _lessons_of_grown(step: int) -> Batch:
    """What the deeper model reads: facts to take in always, for there it errs longest, and the rest by turns."""
    rest: tuple[Batch, ...] = (
        {ask: 2, repeat: 2},
        {ask_without_candidates: 3, opening: 3},
        {filter_uncertain: 7},
        {ask: 1, told_or_not: 4},
    )
    return {rewrite: 3, rewrite_one_of_several: 3, re_prompt: 6, **rest[step % len(rest)]}


def shallow(device: str) -> Qwen2ForCausalLM:
    """The shallow model as its training left it."""
    model = _fresh(kept(RUNS / "llm", chat_tokenizer)).to(device)
    model.load_state_dict(trained(RUNS / "llm"), strict=False)
    return model


def _fresh(tokenizer: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    model = Qwen2ForCausalLM(configuration(tokenizer, LAYERS, POSITIONS))
    look_back(model.model.layers[0], model.model.rotary_emb.inv_freq)
    return model


def _learn(model: Qwen2ForCausalLM, tokenizer: PreTrainedTokenizerFast, plan: Plan, lessons_of: Callable[[int], Batch]) -> None:
    """Train ``model`` with what ``lessons_of`` a step gives."""
    device = model.device.type
    model.set_attn_implementation("eager")  # a third faster than fused attention on a CPU, for masked rows as short as these

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(f"{plan.name} {step}")
        total, parts = torch.zeros((), device=device), {}
        lessons = lessons_of(step)
        for lesson, count in lessons.items():
            families = [family(tokenizer, lesson(rng, sample(rng, allow_held_out=False))) for _ in range(count)]
            rows = pack(families, tokenizer.pad_token_id)
            loss, context = losses_of(model, rows, device)
            total, parts[lesson.__name__] = total + loss + _CONTEXT_WEIGHT * context, loss.item()
        return total / len(lessons), parts

    train(plan, model, loss_of)


def main() -> None:
    """Train both, then write the weights folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grown-steps", type=int, default=5_800, help="optimiser steps of the deeper model (default %(default)s)")
    options = arguments(parser, steps=14_500)
    torch.manual_seed(0)
    tokenizer = kept(RUNS / "llm", chat_tokenizer)
    plan = Plan("llm", RUNS / "llm", options.steps, 1.2e-3, cooldown=0.5)
    _learn(_fresh(tokenizer).to(options.device), tokenizer, plan, _lessons)
    model = deepened(shallow(options.device), _GROWN_LAYERS).to(options.device)
    grown = Plan("llm grown", RUNS / "llm-grown", options.grown_steps, 4e-4, cooldown=0.5, matrix_rate=5e-4)
    _learn(model, tokenizer, grown, _lessons_of_grown)
    save_weights(model, tokenizer, WEIGHTS / "llm", max_new_tokens=96)


if __name__ == "__main__":
    main()
