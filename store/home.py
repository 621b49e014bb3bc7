"""The one folder that holds everything written at run time: galleries, paintings, sessions, sheets of conversations."""

from __future__ import annotations

import os
import re
from pathlib import Path

from platformdirs import user_data_dir

from ..errors import InputError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def home() -> Path:
    """The user's data folder, or DIR_TIR_HOME. Not made here: whoever writes makes what it needs."""
    chosen = os.environ.get("DIR_TIR_HOME")
    return Path(chosen).expanduser().absolute() if chosen else Path(user_data_dir("dir-tir"))


def gallery_folder(name: str) -> Path:
    """Where a gallery of this name lives."""
    return home() / "galleries" / _plain(name, "gallery name")


def paintings_folder(conversation: str) -> Path:
    """Where the pictures painted in one conversation lie."""
    return home() / "paintings" / _plain(conversation, "conversation id")


def conversations_folder() -> Path:
    """Where each conversation leaves its sheet: target, paintings and results on one picture."""
    return home() / "conversations"


def register_folder() -> Path:
    """Where the register of conversations lies."""
    return home() / "register"


def register_file(conversation: str) -> Path:
    """A conversation's entry in the register."""
    return register_folder() / f"{_plain(conversation, 'conversation id')}.json"


def sessions_file() -> Path:
    """The SQLite file of the checkpointer."""
    return home() / "sessions.sqlite"


def _plain(name: str, what: str) -> str:
    """A name becomes a folder, so it may not climb out of its parent."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"{what} {name!r} cannot be a folder name: use up to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit"
        )
    return name
