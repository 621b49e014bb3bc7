"""Opens a file in the program that the machine has for its kind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_OPENERS = {"darwin": "open", "linux": "xdg-open"}


def open_file(path: Path) -> bool:
    """Whether there is a program that was asked to; nobody waits for it. On a machine without a screen there is none."""
    if sys.platform == "win32":
        os.startfile(path)
        return True
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    opener = shutil.which(_OPENERS.get(sys.platform, "xdg-open"))
    if opener is None:
        return False
    # Its own session: Ctrl-C is meant for the conversation, and not for what shows a picture.
    subprocess.Popen([opener, path], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    return True
