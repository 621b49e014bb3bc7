"""Conversations of version 0.1, whose register was a folder with a JSON file for each; their checkpoints are read as they are."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from ...errors import InputError
from .register import read_entry

if TYPE_CHECKING:
    from pathlib import Path

    from langgraph.checkpoint.base import CheckpointTuple

    from .register import Register

_ASIDE = "taken-over"
_REFINERS = {"branch:to:dialog_refiner", "branch:to:image_refiner"}  # channels by which LangGraph starts a node
_MERGE, _BOTH = "branch:to:merge", "branch:to:both"


def led_to_both(found: CheckpointTuple) -> CheckpointTuple:
    """A checkpoint at which the refiners run, with what they had done by then. Each used to lead to `merge` by itself; now `both` waits for
    the two, and a round that is open since then would be closed twice."""
    if not found.pending_writes or not _REFINERS & found.checkpoint["channel_values"].keys():
        return found
    return found._replace(
        pending_writes=[(task, _BOTH if channel == _MERGE else channel, value) for task, channel, value in found.pending_writes]
    )


def take_over(folder: Path, register: Register) -> None:
    """Enter what the files in the folder say, and move each aside. One that cannot be read stays where it is, and is logged by name."""
    for file in sorted(folder.glob("*.json")):
        try:
            register.enter(read_entry(file.read_bytes(), file.stem))
        except (InputError, OSError) as error:
            logging.getLogger(__name__).warning("%s is passed over: %s", file, error)
            continue
        aside = taken_over(folder, file.stem)
        aside.parent.mkdir(exist_ok=True)
        file.replace(aside)


def taken_over(folder: Path, id_: str) -> Path:
    """Where the file of a conversation lies once it has been taken over."""
    return folder / _ASIDE / f"{id_}.json"
