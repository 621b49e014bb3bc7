"""A model that has nothing usable to say must not end a conversation."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from ...errors import BrokenReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

log = logging.getLogger(__name__)
_noted: ContextVar[list[str] | None] = ContextVar("noted", default=None)  # LangGraph hands it on to the threads of its nodes


def reply_or_nothing(reply: Callable[..., str], *arguments: object) -> str:
    """The model's reply, or an empty text when it failed on every try it is allowed; nodes then leave things as they are."""
    try:
        return reply(*arguments).strip()
    except BrokenReply as error:
        log.warning("%s", error)
        noted = _noted.get()
        if noted is not None:
            noted.append(str(error))
        return ""


@contextmanager
def noting() -> Iterator[list[str]]:
    """The reasons of all replies that stayed broken inside, for whoever counts them."""
    found: list[str] = []
    token = _noted.set(found)
    try:
        yield found
    finally:
        _noted.reset(token)
