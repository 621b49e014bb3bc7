"""A model that has nothing usable to say must not end a conversation."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ..errors import BrokenReply

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


def reply_or_nothing(reply: Callable[..., str], *arguments: object) -> str:
    """The model's reply, or an empty text when it failed on every try it is allowed; nodes then leave things as they are."""
    try:
        return reply(*arguments).strip()
    except BrokenReply as error:
        log.warning("%s", error)
        return ""
