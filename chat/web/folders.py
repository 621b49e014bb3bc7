"""The folders of this machine that the page may show and index: those below the roots that whoever started the server allows.

A path comes from outside here, as nowhere else. It is resolved, links and all, before anything is done with it; what then lies below no
root, or below a hidden folder, does not exist.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InputError
from ...plain import shown
from ...store.gallery.sources import OF_MACHINES
from ...store.pictures import SUFFIXES
from .guard import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LISTED = 1000  # folders in a folder
LOOKS = 1.0  # seconds that counting pictures may take


@dataclass(frozen=True)
class FolderView:
    """One folder. above: the folders it lies in, from the root on, itself the last. pictures: in it and below, at least so many; all:
    whether those are all of them. left_out: folders beyond `LISTED`."""

    path: Path
    above: tuple[Path, ...]
    folders: tuple[Path, ...]
    left_out: int
    pictures: int
    all: bool


class Folders:
    """The folders below some roots; without roots there are none."""

    def __init__(self, roots: Iterable[Path | str] = ()) -> None:
        """Raises InputError for a root that is no folder."""
        self.roots = tuple(dict.fromkeys(_root(root) for root in roots))

    def __bool__(self) -> bool:
        return bool(self.roots)

    def allowed(self, path: Path) -> bool:
        """Whether a place lies below a root and in no hidden folder, when every link has been followed."""
        return self._root_of(Path(os.path.realpath(path))) is not None

    def checked(self, path: str) -> Path:
        """The folder of this absolute path, links followed. Raises InputError that names nothing but what was asked for."""
        refused = InputError(
            f"there is no folder {shown(path, 200)!r} to choose: choose one of those that are listed; whoever runs the server allows "
            "others with --folders DIR"
        )
        try:
            real = Path(os.path.realpath(path))
            if not Path(path).is_absolute() or self._root_of(real) is None or not real.is_dir():
                raise refused
        except (OSError, ValueError):  # ValueError: a name that no folder can have
            raise refused from None
        return real

    def look(self, path: str = "") -> FolderView:
        """What is in a folder; without a path, in the first root. Raises InputError."""
        folder = self.checked(path or str(next(iter(self.roots), "")))
        root = self._root_of(folder)
        assert root is not None
        above = [parent for parent in (*reversed(folder.parents), folder) if parent.is_relative_to(root)]
        try:
            inside = [path for path in folder.iterdir() if _is_shown(path.name) and self._is_folder(path)]
        except OSError as error:
            raise InputError(f"{shown(folder)} cannot be looked into ({error.strerror})") from None
        inside.sort(key=lambda path: (path.name.casefold(), path.name))
        pictures, whole = self._count(folder)
        return FolderView(folder, tuple(above), tuple(inside[:LISTED]), max(0, len(inside) - LISTED), pictures, whole)

    def _root_of(self, real: Path) -> Path | None:
        """The root that a resolved path lies below, the nearest of several."""
        holding = [root for root in self.roots if real.is_relative_to(root) and not _is_hidden(real.relative_to(root))]
        return max(holding, key=lambda root: len(root.parts), default=None)

    def _is_folder(self, path: Path) -> bool:
        try:
            return path.is_dir() and self.allowed(path)
        except OSError:
            return False

    def _count(self, folder: Path) -> tuple[int, bool]:
        """How many files below a folder are pictures by their names, as far as there is time; links are not followed."""
        found, until = 0, time.monotonic() + LOOKS
        for _, folders, names in os.walk(folder):
            folders[:] = [name for name in folders if _is_shown(name)]
            found += sum(os.path.splitext(name)[1].lower() in SUFFIXES for name in names if not name.startswith("."))  # noqa: PTH122
            if time.monotonic() > until:
                return found, False
        return found, True


def roots_for(host: str, given: Sequence[Path] | None) -> Sequence[Path]:
    """Below which folders the page of a server at this address may choose: those given; otherwise the user's own on this machine alone."""
    if given is not None:
        return given
    return [home] if is_loopback(host) and (home := Path.home()).is_dir() else []


def _root(root: Path | str) -> Path:
    path = Path(os.path.realpath(Path(root).expanduser()))
    if not path.is_dir():
        raise InputError(f"{shown(str(root))} is no folder: --folders takes folders below which the page may choose")
    return path


def _is_shown(name: str) -> bool:
    """Neither hidden, nor of what machines keep beside people's pictures, nor of bytes that are no text."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return not name.startswith(".") and name.lower() not in OF_MACHINES


def _is_hidden(below: Path) -> bool:
    return any(part.startswith(".") for part in below.parts)
