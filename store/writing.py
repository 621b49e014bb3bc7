"""Files that are there whole or not at all, whoever writes them beside us and whatever ends the process."""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from .disk import plain_when_full

if TYPE_CHECKING:
    from pathlib import Path

DRAFT = ".part"
_LEFT = 3600.0  # seconds after which nobody writes at a draft any more


def write_whole(path: Path, content: bytes | str, *, durable: bool = True) -> Path:
    """Write a file, or put another content in its place, by way of a draft of a name of its own. Returns the path.

    durable: it is on the disk itself when this returns, for what cannot be made again. Raises DiskFullError; what was there stays.
    """
    draft = path.with_name(f".{path.name[:150]}.{secrets.token_hex(8)}{DRAFT}")
    with plain_when_full(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        _clear(path.parent)
        try:
            with draft.open("wb") as file:
                file.write(content.encode() if isinstance(content, str) else content)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise
    return path


def _clear(folder: Path) -> None:
    """Remove the drafts of processes that were killed."""
    for left in folder.glob(f"*{DRAFT}"):
        with suppress(OSError):  # somebody else did
            if time.time() - left.stat().st_mtime > _LEFT:
                left.unlink()
