"""Drawing the words of several replies at once, each as it would be drawn alone."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_OF_ITS_OWN = ("num_beams", "assistant_model", "prompt_lookup_num_tokens")  # settings with which a step is more than one word a reply


def seed_of(prompt: str, number: int) -> int:
    """What the draws of a reply depend on: its prompt, and which reply to it this is."""
    return int.from_bytes(hashlib.sha256(f"{number}\n{prompt}".encode(errors="surrogatepass")).digest()[:8]) >> 1


def draws(settings: Mapping[str, Any], of_the_model: Any) -> bool:
    """Whether replies are drawn by these settings, or else those that the model came with."""
    return bool(settings.get("do_sample", getattr(of_the_model, "do_sample", False)))


def one_word_a_step(settings: Mapping[str, Any]) -> bool:
    """Whether a step adds one word to each reply, so that `drawn` can choose it."""
    return all(settings.get(name) in (None, 1) for name in _OF_ITS_OWN)


def drawn(seeds: Sequence[int]) -> Callable[..., Any]:
    """What generate() of transformers takes as ``custom_generate``: its own sampling, where each reply has its own random numbers.

    seeds: of each reply, in the order of the prompts. A reply is the same in any company as far as its scores are.
    """

    def generate(model: Any, input_ids: Any, logits_processor: Any, **arguments: Any) -> Any:
        from transformers import LogitsProcessorList

        return model._sample(input_ids, logits_processor=LogitsProcessorList([*logits_processor, _Choice(seeds)]), **arguments)

    return generate


class _Choice:
    """Of each reply's scores leaves one word: where a random number falls among the added-up probabilities."""

    def __init__(self, seeds: Sequence[int]) -> None:
        import torch

        self._generators = [torch.Generator("cpu").manual_seed(seed) for seed in seeds]

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        import torch

        numbers = torch.cat([torch.rand(1, generator=generator) for generator in self._generators])  # float32: always well below 1
        exact = scores.cpu() if scores.device.type == "mps" else scores  # which has no float64
        sums = exact.double().softmax(dim=-1).cumsum(dim=-1)
        words = torch.searchsorted(sums, numbers.double().to(sums.device)[:, None] * sums[:, -1:], right=True)
        return torch.full_like(scores, -torch.inf).scatter_(1, words.to(scores.device), 0.0)
