"""Asking a model again when it says nothing, and no more often than agreed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ...errors import BrokenReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..profiles.profile import TextModel

# A model that always takes the likeliest word would say nothing a second time, so from the second try on it draws.
DRAWING = {"do_sample": True, "temperature": 0.7, "top_p": 0.95}


def limited(choice: TextModel) -> dict[str, Any]:
    """What transformers' generate() is given: the profile's settings and, when there is one, the time a reply may take."""
    return {**choice.generation, **({"max_time": choice.timeout} if choice.timeout else {})}


def reply_within(tries: int, generation: Mapping[str, Any], generate: Callable[[dict[str, Any], int], str]) -> str:
    """The first reply that is not empty; ``generate`` is handed settings and the number of the try. Raises BrokenReply."""
    for number in range(tries):
        settings = dict(generation) if number == 0 or generation.get("do_sample") else {**generation, **DRAWING}
        text = generate(settings, number)
        if text:
            return text
    raise BrokenReply(
        f"the model said nothing in {tries} tries: allow it more new tokens or time (generation.max_new_tokens and timeout in the profile)"
    )


@contextmanager
def seeded(number: int) -> Iterator[None]:
    """What is drawn inside depends on the number of the try alone: the same prompt gets the same reply."""
    import torch

    devices = range(torch.cuda.device_count())
    with torch.random.fork_rng(devices), torch.inference_mode():
        torch.manual_seed(number)
        yield
