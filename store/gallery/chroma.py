"""Galleries in Chroma on disk, each in a folder with a database of its own.

    <root>/<name>/chroma.sqlite3 ...   Chroma's own files (what is in them: chroma_collections.py, chroma_database.py)
    <root>/<name>/index.json           how its index files were left (chroma_index.py)
    <root>/<name>/writer.lock          locked while one process writes, because Chroma is not safe with several; a folder with it is ours
    <root>/<name>/matrix/              the same embeddings as float32 matrices (see vectors.py)
    <root>/<name>/rebuilt/             a damaged gallery while it is made anew (chroma_rebuilding.py)

Chroma is the store of record. The files called chroma are all that knows it: `chroma_opening.py` opens a folder, `chroma_repair.py` sees to
it that what lies there is whole.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from functools import partial
from pathlib import Path

from ...contracts import GalleryInfo, Repaired
from ...errors import GalleryError
from ..disk import plain_when_full
from ..home import checked_name
from .chroma_collections import (
    ChromaGallery,
    Whereabouts,
    WritableChromaGallery,
    gallery_metadata,
    plain_errors,
    refuse_other_encoder,
)
from .chroma_database import DATABASE
from .chroma_index import note_index
from .chroma_opening import checked_state, connect, is_written, look_of, refuse_to_delete_foreign, remembered_unopened
from .chroma_rebuilding import finish_rebuilding
from .chroma_repair import make_anew, make_ready, wrong_with
from .vectors import newest_kept
from .writer_lock import LOCK, alone


class ChromaStore:
    """Galleries below one folder of this machine."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._described: dict[str, tuple[object, GalleryInfo]] = {}  # name → (how its database looked, what was read then)

    def names(self) -> list[str]:
        """Every gallery, sorted by name."""
        names = sorted(file.parent.name for file in self._root.glob(f"*/{DATABASE}"))
        for gone in [name for name in list(self._described) if name not in names]:
            self._described.pop(gone, None)
        return names

    def describe(self, name: str) -> GalleryInfo:
        """What is known of a gallery; its database is read only when it has changed since it was last looked at.

        Opening it changes it too (Chroma writes a row), so another process that opens a gallery costs this one a second look.
        """
        before, look = self._described.get(name), look_of(self._folder(name))
        if before and before[0] == look:
            return before[1]
        if (info := self._unopened(name)) is None:
            with self.open(name) as gallery:
                look = look_of(self._folder(name))
                info = gallery.info
        if look and look == look_of(self._folder(name)):  # nobody wrote while it was read
            self._described[name] = (look, info)
        return info

    def _unopened(self, name: str) -> GalleryInfo | None:
        """What a gallery says of itself, without Chroma; None where it does not say how many pictures it has, which Chroma then counts."""
        known = remembered_unopened(self._existing(name).cache)
        if not known or not known.get("revision") or not known.get("count"):
            return None
        return GalleryInfo(name, known["fingerprint"], known["dimension"], known.get("profile", ""), known["revision"], known["count"])

    def open(self, name: str, fingerprint: str | None = None) -> ChromaGallery:
        """Open a gallery to read. With a fingerprint, refuse one that another encoder made."""
        where = self._existing(name)
        with plain_errors(where):
            gallery = ChromaGallery(where, partial(connect, where.cache))
        if fingerprint is not None:
            refuse_other_encoder(gallery, fingerprint)
        return gallery

    @contextmanager
    def write(self, name: str, fingerprint: str, dimension: int, profile: str = "") -> Iterator[WritableChromaGallery]:
        """Open a gallery to write into, or make it; ``profile`` is remembered. One writer at a time."""
        folder = self._folder(name)
        if folder.exists() and not folder.is_dir():
            raise GalleryError(f"{folder} is a file, and a gallery is a folder: choose another name")
        if folder.is_dir() and any(folder.iterdir()) and not (folder / DATABASE).is_file() and not (folder / LOCK).is_file():
            raise GalleryError(f"{folder} holds other files and no gallery: choose another name or an empty folder")
        if not (folder / LOCK).is_file():
            checked_state(folder)  # before there is anything of ours in a folder of somebody else's
        where = Whereabouts(name, str(folder), folder)
        with plain_when_full(folder):
            folder.mkdir(parents=True, exist_ok=True)
        with alone(folder, f"gallery {name!r} is locked: another process is writing into {folder}; wait until it has finished"):
            with plain_errors(where):
                lost = make_ready(where, gallery_metadata(fingerprint, dimension, profile))
                gallery = WritableChromaGallery(where, partial(connect, folder, writing=True), lost)
            with gallery:
                refuse_other_encoder(gallery, fingerprint)
                if profile:
                    gallery.remember_profile(profile)
                yield gallery
            with plain_when_full(folder):
                note_index(folder, closed=True)

    def delete(self, name: str) -> None:
        """Delete a gallery, also one that cannot be opened; the pictures themselves are not touched."""
        folder = self._folder(name)
        if not (folder / DATABASE).is_file() and not (folder / LOCK).is_file():
            self._existing(name)
        if not is_written(folder):
            refuse_to_delete_foreign(folder)
        with alone(folder, f"gallery {name!r} is being written into: wait until that has finished, then delete it"):
            shutil.rmtree(folder / "matrix", ignore_errors=True)  # first: with it alone a gallery can be made anew
            (folder / DATABASE).unlink(missing_ok=True)
            shutil.rmtree(folder)
        self._described.pop(name, None)

    def damage(self, name: str) -> list[str]:
        """What is wrong with the files of a gallery, a line each."""
        where = self._existing(name)
        if not (where.cache / LOCK).is_file():
            checked_state(where.cache)
        with alone(where.cache, f"gallery {name!r} is being written into: wait until that has finished"), plain_errors(where):
            return wrong_with(where, lambda: self.describe(name).revision)

    def repair(self, name: str) -> Repaired:
        """Make a damaged gallery anew of what can be read."""
        folder = self._folder(name)
        where = Whereabouts(name, str(folder), folder) if newest_kept(folder) else self._existing(name)
        if not (folder / LOCK).is_file():
            checked_state(folder)
        with (
            alone(folder, f"gallery {name!r} is being written into: wait until that has finished, then repair it"),
            plain_errors(where),
            plain_when_full(folder),
        ):
            finish_rebuilding(folder)
            found = wrong_with(where, lambda: self.describe(name).revision)
            if not found:
                return Repaired((), self.describe(name).count)
            self._described.pop(name, None)
            return make_anew(where, found)

    def size(self, name: str) -> int:
        """Bytes that a gallery takes on disk."""
        total = 0
        for place, _, files in os.walk(self._existing(name).cache):
            for file in files:
                with suppress(OSError):  # somebody writes, and it is gone by now
                    total += (Path(place) / file).stat().st_size
        return total

    def place(self, name: str) -> str:
        """Its folder."""
        return str(self._folder(name))

    def cache(self, name: str) -> Path:
        """Its folder: what is worked out from a gallery lies among Chroma's files, and goes with them."""
        return self._folder(name)

    def _folder(self, name: str) -> Path:
        return self._root / checked_name(name, "gallery name")

    def _existing(self, name: str) -> Whereabouts:
        folder = self._folder(name)
        if not (folder / DATABASE).is_file():
            self._described.pop(name, None)
            if newest_kept(folder):
                raise GalleryError(f"gallery {name!r} at {folder} has lost its database: `dir-tir gallery repair {name}`")
            near = get_close_matches(name, self.names(), n=1)
            meant = f"did you mean {near[0]}? Or index" if near else "index"
            raise GalleryError(f"there is no gallery {name!r} at {folder}: {meant} a folder of pictures into it first")
        return Whereabouts(name, str(folder), folder)
