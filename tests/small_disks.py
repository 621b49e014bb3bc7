"""A disk of a few megabytes in memory, which can be filled but for some bytes. Needs root; without, the test is skipped and says so."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BALLAST = "ballast"


@contextmanager
def small_disk(folder: Path, size: str = "4m") -> Iterator[Path]:
    folder.mkdir()
    try:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], capture_output=True, check=False
        ).returncode
    except OSError:
        mounted = 1
    if mounted:
        pytest.skip("no small disk can be mounted here: that takes root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=False)


def leave(disk: Path, free: int) -> None:
    """Fill the disk but for so many bytes."""
    with (disk / _BALLAST).open("wb") as ballast:
        try:
            while True:
                os.write(ballast.fileno(), bytes(4096))
        except OSError:
            pass
        ballast.truncate(max(0, os.fstat(ballast.fileno()).st_size - free))


def make_room(disk: Path) -> None:
    """Take away what fills it."""
    (disk / _BALLAST).unlink()
