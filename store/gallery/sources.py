"""Where a gallery's pictures come from: a folder and all below it, with or without a file of captions."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ...errors import InputError
from ..pictures import SUFFIXES
from .captions import read_captions

CAPTIONS_FILE = "captions.jsonl"
PROFILE_FILE = "dir-tir.toml"  # profile = "...", the profile that knows the pictures of this folder
# What storage boxes and systems keep beside people's pictures: thumbnails, bins, snapshots, found pieces of files. In small letters.
OF_MACHINES = {
    *("@eadir", "#recycle", "#snapshot", "@recycle", "@recently-snapshot", "@sharesnap", "@tmp", "@database", ".@__thumb"),
    *("$recycle.bin", "recycler", "recycled", "system volume information", "lost+found", "__macosx", "lost.dir", ".trashes"),
}


Excluder = Callable[[str], bool]
Allowed = Callable[[Path], bool]


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


def find_pictures(
    folder: Path, captions: Path | None = None, split: str = "", exclude: Sequence[str] = (), allowed: Allowed | None = None
) -> FolderListing:
    """The pictures in a folder and below, with the captions of a file (see :mod:`.captions`), by default captions.jsonl in the folder.

    A file names its pictures relative to the folder, or by their bare names. split: only the pictures of that split. exclude: patterns, as
    in .gitignore, of what is passed over. Links are followed, each folder is looked into once, and hidden files are left alone, as are the
    folders that machines keep for themselves. allowed: whether a place may be looked at, links followed; what lies in others is closed.
    Raises InputError when there are no pictures.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}: give a folder of pictures")
    found = FolderListing()
    files = list(_files(folder.absolute(), found, excluder(exclude), allowed))
    own = folder.absolute() / CAPTIONS_FILE
    listing = captions or (own if own.is_file() and (not allowed or allowed(own)) else None)
    if split and not listing:
        raise InputError(f"split {split!r} needs --captions FILE, the file that says which pictures are in it")
    said = read_captions(listing, split) if listing else {}
    found.pictures = list(_captioned(folder.absolute(), files, said, found, only_listed=bool(split), keep_missing=captions is None))
    if allowed:  # a link to a file, or a file of captions, may lead anywhere
        outside = {source.path for source in found.pictures if not allowed(source.path)}
        found.closed += sorted(outside)
        found.pictures = [source for source in found.pictures if source.path not in outside]
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
        if path not in there and not _is_file(path):
            path = by_name.get(Path(name).name, path)
        if path in there or _is_file(path) or keep_missing:
            listed.add(path)
            yield Source(path, captions)
        else:
            found.missing += 1
    if not only_listed:
        yield from (Source(path) for path in files if path not in listed)


def excluder(patterns: Sequence[str]) -> Excluder:
    """Says of a path relative to the folder, with "/" at the end of a folder's, whether patterns as in .gitignore pass it over.

    Raises InputError for what is no pattern.
    """
    if not patterns:
        return lambda path: False
    from pathspec import GitIgnoreSpec

    try:
        spec = GitIgnoreSpec.from_lines(patterns)
    except ValueError as error:
        raise InputError(
            f"--exclude {' '.join(patterns)!r} is no pattern ({error}): write it as in .gitignore, as in '*.gif' or 'old/'"
        ) from None
    return spec.match_file


def _files(folder: Path, found: FolderListing, excluded: Excluder, allowed: Allowed | None) -> Iterator[Path]:
    seen: set[tuple[int, int]] = set()

    def close(error: OSError) -> None:
        found.closed.append(Path(os.fsdecode(error.filename)) if error.filename else folder)

    for place, folders, names in os.walk(folder, followlinks=True, onerror=close):
        below = Path(place).relative_to(folder)
        try:
            status = Path(place).stat()
            kinds = {name: _kind(Path(place) / name) for name in sorted(names) if not name.startswith(".")}
        except OSError:  # it may be listed and not looked into (no x), or it went away at this moment
            found.closed.append(Path(place))
            folders.clear()
            continue
        if (status.st_dev, status.st_ino) in seen:  # a link back, or a second one
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        wanted = sorted(name for name in folders if not name.startswith(".") and name.lower() not in OF_MACHINES)
        folders[:] = [name for name in wanted if not excluded(f"{(below / name).as_posix()}/")]
        if allowed:
            closed = {name for name in folders if not allowed(Path(place) / name)}
            found.closed += [Path(place) / name for name in sorted(closed)]
            folders[:] = [name for name in folders if name not in closed]
        for name, kind in kinds.items():
            path = Path(place) / name
            if name in (CAPTIONS_FILE, PROFILE_FILE) or excluded((below / name).as_posix()):
                continue
            if kind:
                found.passed_over.append((str(path), kind))
            elif path.suffix.lower() not in SUFFIXES:
                found.passed_over.append((str(path), "not a picture, by its name"))
            else:
                yield path


def _kind(path: Path) -> str:
    """Why something is no file; empty for one. Raises PermissionError where nothing can be said, since the folder is closed."""
    try:
        return "" if stat.S_ISREG(path.stat().st_mode) else "not a file"
    except PermissionError:
        if path.is_symlink():  # and where it leads is closed
            return "a link to what cannot be looked into"
        raise
    except OSError:
        return "a link to nothing" if path.is_symlink() else "not a file"


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return False
