"""Conversations of a file, copied into the database that servers share. The file stays as it is.

One after another: what was cut off is begun anew by the next run. A conversation is complete when its entry is in the register of the
database, or when its newest checkpoint is there.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from langgraph.types import Interrupt

from ...errors import InputError
from ..home import is_name
from .faults import DamagedError, ElsewhereError
from .paintings import Paintings

if TYPE_CHECKING:
    from collections.abc import Callable

    from langgraph.checkpoint.base import CheckpointTuple

    from .conversations import Conversations
    from .retention import Kept

# there: it was copied before. behind: that too, and it was gone on with in the file since. running: somebody has it to himself just now.
# damaged: a checkpoint in the file cannot be read.
Became = Literal["copied", "there", "behind", "running", "damaged"]


def copy_conversation(kept: Kept, source: Conversations, to: Conversations) -> Became:
    """Copy one with its replies, its paintings and its entry, which comes last. Raises AwayError and DiskFullError."""
    if not is_name(kept.id):
        return "damaged"  # a row of somebody else's: nobody runs it
    try:
        with source.saver.alone(kept.id), to.saver.alone(kept.id):
            return _there(kept, to) or _copied(kept, source, to)
    except ElsewhereError:
        return "running"
    except DamagedError:
        return "damaged"


def _there(kept: Kept, to: Conversations) -> Became | None:
    with suppress(InputError):
        there = to.describe(kept.id)
        if there.entry or there.active == kept.active:
            return "behind" if there.active < kept.active else "there"
    return None


def _copied(kept: Kept, source: Conversations, to: Conversations) -> Became:
    """Checkpoints the oldest first, so that the newest says that all are there."""
    to.delete_rows(kept.id)  # what a run left that was cut off
    moved = _moving(kept.id, source.paintings, to.paintings)
    if source.paintings != to.paintings:
        source.paintings.copy(kept.id, to.paintings)
    for config in sorted(
        (found.config for found in source.saver.list({"configurable": {"thread_id": kept.id}})),
        key=lambda config: str(config["configurable"]["checkpoint_id"]),
    ):
        if found := source.saver.get_tuple(config):
            to.saver.enter(_elsewhere(found, moved))
    replies = source.replies.of(kept.id)
    to.replies.give(kept.id, {key: given.reply for key, given in replies.items()})
    to.replies.take(kept.id, [key for key, given in replies.items() if given.taken])
    if kept.entry:
        to.register.enter(kept.entry)
    return "copied"


def _elsewhere(found: CheckpointTuple, moved: Callable[[Any], Any]) -> CheckpointTuple:
    """The same, naming paintings by where they are copied to."""
    checkpoint: Any = {**found.checkpoint, "channel_values": moved(found.checkpoint["channel_values"])}
    return found._replace(
        checkpoint=checkpoint, pending_writes=[(task, channel, moved(value)) for task, channel, value in found.pending_writes or ()]
    )


def _moving(id_: str, source: Paintings, to: Paintings) -> Callable[[Any], Any]:
    old, new = f"{source.folder(id_)}/", f"{to.folder(id_)}/"

    def moved(value: Any) -> Any:
        match value:
            case str() if value.startswith(old):
                return new + value.removeprefix(old)
            case dict():
                return {name: moved(part) for name, part in value.items()}
            case list() | tuple():
                return type(value)(map(moved, value))
            case Interrupt():
                return replace(value, value=moved(value.value))
        return value

    return moved
