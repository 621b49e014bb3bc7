"""A disk of a few megabytes in memory, which can be filled but for some bytes. Needs root."""

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
def mounted(folder: Path, size: str) -> Iterator[bool]:
    """A disk of this size at a folder, which is made and goes again; false where none can be mounted."""
    folder.mkdir(exist_ok=True)
    there = _mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder))
    try:
        yield there
    finally:
        if there:
            subprocess.run(["umount", "-l", folder], check=False)
        folder.rmdir()


def resize(disk: Path, size: str) -> None:
    """Give a disk another size."""
    assert _mount("-o", f"remount,size={size}", str(disk))


def _mount(*arguments: str) -> bool:
    try:
        return subprocess.run(["mount", *arguments], capture_output=True, check=False).returncode == 0
    except OSError:  # there is no such command
        return False


@contextmanager
def small_disk(folder: Path, size: str = "4m") -> Iterator[Path]:
    """The same for a test, which is skipped and says so where there can be none."""
    with mounted(folder, size) as there:
        if not there:
            pytest.skip("no small disk can be mounted here: that takes root")
        yield folder


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
