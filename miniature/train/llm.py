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
from .lessons import Pair, ask, ask_without_candidates, filter_uncertain, opening, re_prompt, repeat, rewrite
from .loop import Plan, train, trained
from .packing import Rows, pack
from .qwen import configuration, family, look_back
from .settings import RUNS, WEIGHTS, arguments, save_weights
from .tokens import chat_tokenizer, kept

Lesson = Callable[[random.Random, Scene], list[Pair]]

# Families a batch; a family of "ask" is the longest by far.
_BATCH: dict[Lesson, int] = {ask: 2, ask_without_candidates: 3, filter_uncertain: 6, rewrite: 3, re_prompt: 5, opening: 3, repeat: 12}
_COPYING = 1_000  # steps of copying and rewriting before the other lessons join

_BATCH_OF_GROWN: dict[Lesson, int] = {
    ask: 1,
    ask_without_candidates: 2,
    filter_uncertain: 5,
    rewrite: 4,
    re_prompt: 6,
    opening: 2,
    repeat: 4,
}

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


def _lessons(step: int) -> tuple[Lesson, ...]:
    if step < _COPYING:
        return repeat, opening, rewrite
    return (ask, filter_uncertain, rewrite, re_prompt) if step % 4 else (ask_without_candidates, opening, rewrite, repeat)


def shallow(device: str) -> Qwen2ForCausalLM:
    """The shallow model as its training left it."""
    model = _fresh(kept(RUNS / "llm", chat_tokenizer)).to(device)
    model.load_state_dict(trained(RUNS / "llm"), strict=False)
    return model


def _fresh(tokenizer: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    model = Qwen2ForCausalLM(configuration(tokenizer, LAYERS, POSITIONS))
    look_back(model.model.layers[0], model.model.rotary_emb.inv_freq)
    return model


def _learn(model: Qwen2ForCausalLM, tokenizer: PreTrainedTokenizerFast, plan: Plan, batch: dict[Lesson, int], first: int) -> None:
    """Train ``model`` with the lessons of step ``first`` and those after it."""
    device = model.device.type
    model.set_attn_implementation("eager")  # a third faster than fused attention on a CPU, for masked rows as short as these

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(first + step)
        total, parts = torch.zeros((), device=device), {}
        lessons = _lessons(first + step)
        for lesson in lessons:
            families = [family(tokenizer, lesson(rng, sample(rng, allow_held_out=False))) for _ in range(batch[lesson])]
            rows = pack(families, tokenizer.pad_token_id)
            loss, context = losses_of(model, rows, device)
            total, parts[lesson.__name__] = total + loss + _CONTEXT_WEIGHT * context, loss.item()
        return total / len(lessons), parts

    train(plan, model, loss_of)


def main() -> None:
    """Train both, then write the weights folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grown-steps", type=int, default=3_700, help="optimiser steps of the deeper model (default %(default)s)")
    options = arguments(parser, steps=14_500)
    torch.manual_seed(0)
    tokenizer = kept(RUNS / "llm", chat_tokenizer)
    plan = Plan("llm", RUNS / "llm", options.steps, 1.2e-3, cooldown=0.5)
    _learn(_fresh(tokenizer).to(options.device), tokenizer, plan, _BATCH, first=0)
    model = deepened(shallow(options.device), _GROWN_LAYERS).to(options.device)
    grown = Plan("llm grown", RUNS / "llm-grown", options.grown_steps, 4e-4, cooldown=0.5, matrix_rate=5e-4)
    _learn(model, tokenizer, grown, _BATCH_OF_GROWN, first=options.steps)
    save_weights(model, tokenizer, WEIGHTS / "llm", max_new_tokens=96)


if __name__ == "__main__":
    main()
