"""The index files that Chroma keeps beside its database: whether they are as the last writer left them.

A damaged index is not only an error. It can end the process, or give other embeddings. So a writer, who has to load it, looks first: when
the files are not as they were written down, Chroma makes them anew from its database. Only where an older version has let the database
forget what is in the index, it is tried in a process of its own. Readers take embeddings from the database.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

INDEX_NOTE = "index.json"
_COMPLETE = "index_metadata.pickle"  # written last; never read here
_PATIENCE = 900  # seconds: an index of a million pictures takes minutes to read


def note_index(folder: Path, *, closed: bool) -> None:
    """Write down how the files are: when a writer has closed them by what is in them, before that by size and time, which costs nothing."""
    noted = {path: [*_stamp(folder / path), _digest(folder / path) if closed else ""] for path in _files(folder)}
    if not closed and noted == _noted(folder):
        return
    draft = folder / f"{INDEX_NOTE}.part"
    draft.write_text(json.dumps(noted), encoding="utf-8")
    draft.replace(folder / INDEX_NOTE)


def is_index_as_left(folder: Path) -> bool:
    """Whether every index file is what the last writer left, also one that was killed, unless that was while Chroma wrote them."""
    noted = _noted(folder)
    if sorted(noted) != _files(folder):
        return False
    return all(
        _digest(folder / path) == digest if digest else _stamp(folder / path) == (size, time)
        for path, (size, time, digest) in noted.items()
    )


def is_index_sound(folder: Path) -> bool:
    """Load the index in another process and compare it with the database; that process may crash."""
    code = "import sys; from dir_tir.store.gallery.chroma_opening import compare_index; sys.exit(compare_index(sys.argv[1]))"
    try:
        ended = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, timeout=_PATIENCE, check=False)
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0


def index_folders(folder: Path) -> list[Path]:
    """A folder for each index."""
    return sorted(path for path in folder.iterdir() if path.is_dir() and len(path.name) == 36 and path.name.count("-") == 4)


def index_stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """Size and time of every index file: others when a file is another."""
    return {path: _stamp(folder / path) for path in _files(folder)}


def _files(folder: Path) -> list[str]:
    """The files of every index that Chroma has written to its end. Without that, all of it is in the database still, and the files are
    written anew by whoever opens them."""
    complete = [index for index in index_folders(folder) if (index / _COMPLETE).is_file()]
    return sorted(f"{index.name}/{path.name}" for index in complete for path in index.iterdir())


def _noted(folder: Path) -> dict[str, list[Any]]:
    try:
        noted = json.loads((folder / INDEX_NOTE).read_text(encoding="utf-8"))
        return {str(path): [size, time, digest] for path, (size, time, digest) in noted.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
