"""The desktop of this machine: opens a file in the program for its kind, and shows where it lies."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OPENERS = {"darwin": "open", "linux": "xdg-open"}


def has_desktop() -> bool:
    """Whether there is something that opens files: on a machine without a screen there is nothing."""
    return sys.platform == "win32" or _opener() is not None


def open_file(path: Path) -> bool:
    """Whether there is a program that was asked to; nobody waits for it."""
    if sys.platform == "win32":
        os.startfile(path)
        return True
    return _asked(path)


def show_in_folder(path: Path) -> bool:
    """Whether there is a file manager that was asked to show the folder of this file; macOS and Windows mark the file in it."""
    if sys.platform == "win32":
        subprocess.Popen(f'explorer /select,"{path}"')  # no name of a file holds a quote there
        return True
    return _asked("-R", path) if sys.platform == "darwin" else _asked(path.parent)


def _opener() -> str | None:
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return None
    return shutil.which(_OPENERS.get(sys.platform, "xdg-open"))


def _asked(*what: str | Path) -> bool:
    opener = _opener()
    if opener is None:
        return False
    # Its own session: Ctrl-C is meant for us, and not for what shows a picture.
    subprocess.Popen(
        [opener, *what], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    return True
