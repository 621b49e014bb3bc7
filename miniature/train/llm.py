"""Train the language model, a small Qwen2, on the graph's own prompts: ``python -m dir_tir.miniature.train.llm``.

First a shallow model, from which the vision model takes its words; then a deeper one that grows out of it (:mod:`.growing`).
"""

from __future__ import annotations

import argparse
import random
import shutil
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
from .packing import Example, Rows, pack, row_length
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
    """Cross-entropy (nats) of each token of the replies and of the prompts, both (rows, length), 0 where there is none.

    What prompts repeat teaches to copy, so they are learnt, too, with a small weight that falls with the learning rate.
    """
    hidden = model.model(
        input_ids=rows.tokens.to(device), position_ids=rows.positions.to(device), attention_mask=rows.mask.to(device), use_cache=False
    ).last_hidden_state
    both = torch.stack((rows.labels, rows.context)).to(device)
    wanted = both >= 0
    logits = model.lm_head(hidden.expand(2, -1, -1, -1)[wanted])
    each = functional.cross_entropy(logits.float(), both[wanted], reduction="none")
    losses = torch.zeros(both.shape, device=device).masked_scatter(wanted, each)
    return losses[0], losses[1]


def _lessons(step: int) -> Batch:
    """What the shallow model reads in a step: copying first, then a conversation's work, with a first turn's in every fourth step."""
    if step < _COPYING:
        return {repeat: 12, opening: 3, rewrite: 3}
    if step % 4:
        return {ask: 2, filter_uncertain: 6, rewrite: 3, re_prompt: 5}
    return {ask_without_candidates: 3, opening: 3, rewrite: 3, repeat: 12}


def lessons_of_grown(step: int) -> Batch:
    """What the deeper model reads: facts to take in always, for there it errs longest, and the rest by turns."""
    rest: tuple[Batch, ...] = (
        {ask: 2, repeat: 2},
        {ask_without_candidates: 3, opening: 3},
        {filter_uncertain: 7},
        {ask: 1, repeat: 2},
    )
    return {rewrite: 2, rewrite_one_of_several: 2, told_or_not: 2, re_prompt: 8, **rest[step % len(rest)]}


def shallow(device: str) -> Qwen2ForCausalLM:
    """The shallow model as its training left it."""
    model = _fresh(kept(RUNS / "llm", chat_tokenizer)).to(device)
    model.load_state_dict(trained(RUNS / "llm"), strict=False)
    return model


def _fresh(tokenizer: PreTrainedTokenizerFast) -> Qwen2ForCausalLM:
    model = Qwen2ForCausalLM(configuration(tokenizer, LAYERS, POSITIONS))
    look_back(model.model.layers[0], model.model.rotary_emb.inv_freq)
    return model


def learn(model: Qwen2ForCausalLM, tokenizer: PreTrainedTokenizerFast, plan: Plan, lessons_of: Callable[[int], Batch]) -> None:
    """Train ``model`` with what ``lessons_of`` a step gives."""
    device = model.device.type
    model.set_attn_implementation("eager")  # a third faster than fused attention on a CPU, for masked rows as short as these
    if shutil.which("c++"):  # half as fast again, once it is compiled
        model.model.compile(dynamic=True)

    def loss_of(step: int) -> tuple[Tensor, dict[str, float]]:
        rng = random.Random(f"{plan.name} {step}")
        lessons = lessons_of(step)
        context_weight = _CONTEXT_WEIGHT * plan.share_at(step)
        families = {lesson: [_family(tokenizer, lesson, rng) for _ in range(count)] for lesson, count in lessons.items()}
        total, parts = torch.zeros((), device=device), {}
        for together in _by_length(families):
            rows = pack([one for lesson in together for one in families[lesson]], tokenizer.pad_token_id)
            of_replies, of_prompts = losses_of(model, rows, device)
            start = 0
            for lesson in together:
                its = slice(start, start := start + lessons[lesson])
                loss = of_replies[its].sum() / (rows.labels[its] >= 0).sum()
                both = loss + context_weight * of_prompts[its].sum() / (rows.context[its] >= 0).sum()
                total = total + both * lessons[lesson]
                parts[lesson.__name__] = loss.item()
        return total / sum(lessons.values()), parts

    train(plan, model, loss_of)


def _family(tokenizer: PreTrainedTokenizerFast, lesson: Lesson, rng: random.Random) -> list[Example]:
    return family(tokenizer, lesson(rng, sample(rng, allow_held_out=False)))


def _by_length(families: dict[Lesson, list[list[Example]]]) -> list[list[Lesson]]:
    """Lessons to read in one pass: those with rows of about the same length, for the shorter ones are padded to the longest."""
    length = {lesson: max(map(row_length, some)) for lesson, some in families.items()}
    passes: list[list[Lesson]] = []
    for lesson in sorted(families, key=lambda lesson: length[lesson]):
        if passes and length[lesson] < 1.5 * length[passes[-1][0]]:
            passes[-1].append(lesson)
        else:
            passes.append([lesson])
    return passes


def main() -> None:
    """Train both, then write the weights folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--grown-steps", type=int, default=17_700, help="optimiser steps of the deeper model (default %(default)s)")
    options = arguments(parser, steps=14_500)
    torch.manual_seed(0)
    tokenizer = kept(RUNS / "llm", chat_tokenizer)
    plan = Plan("llm", RUNS / "llm", options.steps, 1.2e-3, cooldown=0.5)
    learn(_fresh(tokenizer).to(options.device), tokenizer, plan, _lessons)
    model = deepened(shallow(options.device), _GROWN_LAYERS).to(options.device)
    grown = Plan("llm grown", RUNS / "llm-grown", options.grown_steps, 4e-4, matrix_rate=5e-4)
    learn(model, tokenizer, grown, lessons_of_grown)
    save_weights(model, tokenizer, WEIGHTS / "llm", max_new_tokens=96)


if __name__ == "__main__":
    main()
