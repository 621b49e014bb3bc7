"""Asking a model again when it says nothing, no more often than agreed, and going on without when it never does."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ...errors import BrokenReply
from .cleaning import LONGEST_REPLY, usable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from .options import TextOptions

log = logging.getLogger(__name__)

# A model that always takes the likeliest word would say nothing a second time, so after an empty reply it draws.
DRAWING = {"do_sample": True, "temperature": 0.7, "top_p": 0.95}

_noted: ContextVar[list[str] | None] = ContextVar("noted", default=None)  # LangGraph hands it on to the threads of its nodes


def limited(options: TextOptions) -> dict[str, Any]:
    """What transformers' generate() is given: the profile's settings and, when there is one, the time a reply may take."""
    return {**options.generation, **({"max_time": options.timeout} if options.timeout else {})}


def drawing(generation: Mapping[str, Any]) -> dict[str, Any]:
    """The same settings for a reply that is drawn; those of a profile that draws anyway stay as they are."""
    return dict(generation) if generation.get("do_sample") else {**generation, **DRAWING}


def reply_within(tries: int, generation: Mapping[str, Any], generate: Callable[[dict[str, Any], int], str | None]) -> str:
    """The first reply that is not empty. Raises BrokenReply.

    ``generate`` is handed settings and the number of the try. It returns None when there was no reply at all (an answer that was cut off on
    its way): then the same is asked again.
    """
    silent = False
    for number in range(tries):
        settings = drawing(generation) if silent else dict(generation)
        text = generate(settings, number)
        if text:
            return text
        silent = silent or text is not None
    raise BrokenReply(
        f"the model said nothing in {tries} tries: allow it more new tokens or time (generation.max_new_tokens and timeout in the profile)"
    )


def reply_or_nothing(reply: Callable[..., str], *arguments: object, longest: int = LONGEST_REPLY) -> str:
    """The model's reply in one clean line, or an empty text when it failed on every try it is allowed; nodes then leave things as they are.

    A model that has nothing usable to say must not end a conversation.
    """
    try:
        return usable(reply(*arguments), longest)
    except BrokenReply as error:
        log.warning("%s", error)
        note_broken(str(error))
        return ""


def note_broken(reason: str) -> None:
    """Count a reply that never came, where somebody counts them (`noting`)."""
    noted = _noted.get()
    if noted is not None:
        noted.append(reason)


@contextmanager
def noting() -> Iterator[list[str]]:
    """The reasons of all replies inside that never came, for whoever counts them."""
    found: list[str] = []
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)


@contextmanager
def seeded(number: int) -> Iterator[None]:
    """What is drawn inside depends on the number of the try alone: the same prompt gets the same reply."""
    import torch

    devices = range(torch.cuda.device_count())
    with torch.random.fork_rng(devices), torch.inference_mode():
        torch.manual_seed(number)
        yield
