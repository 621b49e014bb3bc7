"""Teach the language model to listen: ``python -m dir_tir.miniature.train.listening``, after :mod:`.llm`, from the weights it wrote.

Denials, corrections, what is taken back, pronouns, several facts at once, and what says nothing. The lessons of before go on beside them.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Sequence
from dataclasses import replace

import torch
from transformers import PreTrainedTokenizerFast, Qwen2ForCausalLM

from ..world.knowledge import Knowledge, glimpse
from ..world.language import free, plain
from ..world.scene import Scene
from .lessons import Pair, filter_uncertain, opening, prompt, re_prompt, repeat, rewrite, rewrite_one_of_several, told_or_not
from .lessons import ask as ask_among
from .lessons import ask_without_candidates as ask_alone
from .llm import Batch, learn
from .loop import Plan
from .nonsense import nonsense
from .notes import as_mentioned, noted, unchanged
from .saying import Saying
from .sayings import OF_PAINTINGS, ROWS, describes, says
from .settings import RUNS, WEIGHTS, arguments, save_weights
from .speaker import Speaker
from .talks import talk
from .utterances import FOREIGN, GARBAGE, Split

FIRST_QUESTION = "What does the picture show?"  # as `nodes/listen.py` asks
_FOREIGN_TEXTS = 0.02  # of the families, a description of which nothing is understood
_DIGITS = {"two": "2", "three": "3"}
_SHARES = dict(zip(ROWS, (25, 22, 10, 9, 20, 9, 4, 1), strict=True))


def listen(rng: random.Random, scene: Scene) -> list[Pair]:
    """Four answers to take in, each alone, into the same description."""
    if rng.random() < _FOREIGN_TEXTS:
        speaker, text = Speaker(rng, Knowledge(), "train"), foreign(rng, "train")
        return [answered(text, Knowledge(), says(speaker, "nothing said")) for _ in range(3)]
    known, text = moment(rng, scene)
    speaker = Speaker(rng, known, "train")
    return [answered(text, known, says(speaker, row)) for row in rng.choices(ROWS, weights=list(_SHARES.values()), k=4)]


def listen_of_paintings(rng: random.Random, scene: Scene) -> list[Pair]:
    """Four differences, each alone, of the same painting prompt."""
    known, text = painted(rng, scene)
    speaker = Speaker(rng, known, "train", of_painting=True)
    rows = rng.choices(OF_PAINTINGS, weights=list(_SHARES.values())[: len(OF_PAINTINGS)], k=4)
    return [differing(text, known, says(speaker, row)) for row in rows]


def listen_first(rng: random.Random, scene: Scene) -> list[Pair]:
    """Three first descriptions that rule something out."""
    return [first(rng, scene, "train")[0] for _ in range(3)]


def moment(rng: random.Random, scene: Scene) -> tuple[Knowledge, str]:
    """What is known in a conversation under way, with at least one thing, and how it is worded."""
    so_far = talk(rng, scene, rng.randrange(6))
    while not so_far.known.groups:
        so_far = talk(rng, scene, rng.randrange(6))
    return so_far.known, so_far.description if so_far.description == plain(so_far.known) else with_digits(rng, so_far.description)


def foreign(rng: random.Random, split: Split) -> str:
    """A description that says nothing to the small models."""
    if rng.random() < 0.6:
        return rng.choice(FOREIGN[split])
    return nonsense(rng) if split == "train" else rng.choice(GARBAGE[split])


def with_digits(rng: random.Random, text: str) -> str:
    """Numbers as digits, now and then."""
    return re.sub(r"\b(two|three)\b", lambda word: _DIGITS[word[0]], text) if rng.random() < 0.25 else text


def painted(rng: random.Random, scene: Scene) -> tuple[Knowledge, str]:
    """A painting prompt, with at least one thing."""
    known = glimpse(rng, scene)
    while not known.groups:
        known = glimpse(rng, scene)
    return known, plain(known) if rng.random() < 0.7 else with_digits(rng, free(rng, known))


def answered(text: str, known: Knowledge, saying: Saying) -> Pair:
    """The prompt in which ``saying`` answers, and its reply."""
    return prompt("rewrite", description=text, question=saying.question, answer=saying.said), reply(text, known, saying)


def differing(text: str, known: Knowledge, saying: Saying) -> Pair:
    """The prompt in which ``saying`` is what differs, and its reply."""
    return prompt("re_prompt", prompt=text, differences=saying.said), reply(text, known, saying)


def first(rng: random.Random, scene: Scene, split: Split) -> tuple[Pair, Knowledge, Saying]:
    """The prompt of a first description that rules something out, and its reply; what it says; what it rules out."""
    known = glimpse(rng, scene, rng.random() * 0.6)
    said, saying = describes(Speaker(rng, known, split, asked=False))
    said = with_digits(rng, said)
    saying = replace(saying, said=said)
    told = replace(known, groups=as_mentioned(said, known.groups))
    asked = prompt("rewrite", description="none", question=FIRST_QUESTION, answer=said)
    return (asked, noted("none", Knowledge(), told, known, saying.ruled_out)), known, saying


def reply(text: str, known: Knowledge, saying: Saying) -> str:
    """What is right to make of ``text``."""
    after = saying.change(known)
    if says_nothing(saying):
        return unchanged()
    return noted(text, known, saying.told, after, saying.ruled_out, saying.remarks)


def says_nothing(saying: Saying) -> bool:
    """Whether nothing follows from it."""
    return saying.told == Knowledge() and not saying.remarks and not saying.ruled_out


def _lessons(step: int) -> Batch:
    """Two thirds listening; the lessons of before by turns, those that take in facts oftener."""
    rest: Sequence[Batch] = (
        {rewrite: 1, rewrite_one_of_several: 1, told_or_not: 1},
        {re_prompt: 2},
        {rewrite_one_of_several: 1, opening: 1, re_prompt: 1},
        {ask_among: 1},
        {rewrite: 1, told_or_not: 1, re_prompt: 1},
        {filter_uncertain: 3},
        {re_prompt: 2, repeat: 1},
        {ask_alone: 1, filter_uncertain: 1, rewrite: 1},
    )
    return {listen: 5, listen_of_paintings: 3, **({listen_first: 1} if step % 2 else {}), **rest[step % len(rest)]}


def main() -> None:
    """Train the weights on, then write them over."""
    parser = argparse.ArgumentParser(description=__doc__)
    options = arguments(parser, steps=4_300)
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(WEIGHTS / "llm")
    model = Qwen2ForCausalLM.from_pretrained(WEIGHTS / "llm", dtype=torch.float32).to(options.device)
    plan = Plan("listening", RUNS / "listening", options.steps, 4e-4, matrix_rate=5e-4, warmup=60, cooldown=0.5)
    learn(model, tokenizer, plan, _lessons)
    save_weights(model, tokenizer, WEIGHTS / "llm", max_new_tokens=96)


if __name__ == "__main__":
    main()
