"""Where a gallery's pictures come from: a folder and all below it, with or without a file of captions."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InputError
from ..pictures import SUFFIXES
from .captions import read_captions

CAPTIONS_FILE = "captions.jsonl"
PROFILE_FILE = "dir-tir.toml"  # profile = "...", the profile that knows the pictures of this folder


@dataclass(frozen=True)
class Source:
    """One picture on disk and what it is said to show; no captions: nobody has said."""

    path: Path
    captions: tuple[str, ...] = ()


@dataclass
class FolderListing:
    """What is in a folder. passed_over: (path, reason) of files that are no pictures; closed: folders that cannot be looked into;
    missing: how many pictures a file of captions names that are not here."""

    pictures: list[Source] = field(default_factory=list)
    passed_over: list[tuple[str, str]] = field(default_factory=list)
    closed: list[Path] = field(default_factory=list)
    missing: int = 0


def folder_sources(folder: Path) -> list[Source]:
    """The pictures in a folder and below. Raises InputError when there are none."""
    return find_pictures(folder).pictures


def find_pictures(folder: Path, captions: Path | None = None, split: str = "") -> FolderListing:
    """The pictures in a folder and below, with the captions of a file (see :mod:`.captions`), by default captions.jsonl in the folder.

    A file names its pictures relative to the folder, or by their bare names. split: only the pictures of that split. Links are followed,
    each folder is looked into once, and hidden files are left alone. Raises InputError when there are no pictures.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: give a folder of pictures")
    found = FolderListing()
    files = list(_files(folder.absolute(), found))
    own = folder.absolute() / CAPTIONS_FILE
    listing = captions or (own if own.is_file() else None)
    if split and not listing:
        raise InputError(f"split {split!r} needs --captions FILE, the file that says which pictures are in it")
    said = read_captions(listing, split) if listing else {}
    found.pictures = list(_captioned(folder.absolute(), files, said, found, only_listed=bool(split), keep_missing=captions is None))
    if not found.pictures:
        raise InputError(f"there are no pictures in {folder}: expected files ending in {', '.join(sorted(SUFFIXES))}")
    return found


def _captioned(
    folder: Path, files: list[Path], said: dict[str, tuple[str, ...]], found: FolderListing, *, only_listed: bool, keep_missing: bool
) -> Iterator[Source]:
    """Those that are listed, in the order of the list, then the others. A list of one's own that names what is not there has an error in
    it; one that was published (`keep_missing` off) is about many more pictures than anybody has here."""
    there, by_name = set(files), {path.name: path for path in reversed(files)}
    listed = set()
    for name, captions in said.items():
        path = Path(os.path.normpath(folder / name))
        if path not in there and not path.is_file():
            path = by_name.get(Path(name).name, path)
        if path in there or path.is_file() or keep_missing:
            listed.add(path)
            yield Source(path, captions)
        else:
            found.missing += 1
    if not only_listed:
        yield from (Source(path) for path in files if path not in listed)


def _files(folder: Path, found: FolderListing) -> Iterator[Path]:
    seen: set[tuple[int, int]] = set()
    for place, folders, names in os.walk(folder, followlinks=True, onerror=lambda error: found.closed.append(Path(str(error.filename)))):
        status = Path(place).stat()
        if (status.st_dev, status.st_ino) in seen:  # a link back, or a second one
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if name.startswith(".") or name in (CAPTIONS_FILE, PROFILE_FILE):
                continue
            if not path.is_file():
                found.passed_over.append((str(path), "a link to nothing" if path.is_symlink() else "not a file"))
            elif path.suffix.lower() not in SUFFIXES:
                found.passed_over.append((str(path), "not a picture, by its name"))
            else:
                yield path
