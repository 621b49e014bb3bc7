"""All embeddings of a gallery as two float32 matrices, memory-mapped.

Ranks that are reported must be exact, and an approximate index is not (docs/decisions/0013). So the matrices are read out of the store once
per revision of the gallery and kept as .npy files:

    <cache>/matrix/<revision>/   images.npy, captions.npy; the records (`record_table.py`); gallery.json: whose they are; and what is
                                 worked out from them: hubs.npz, columns.npz, compact.npy, compact.npz (the files of these names)

They are worked out from the store, and damaged ones are made anew. When the store itself is damaged, it can be repaired with them. Files
that have the size and the time of writing that they had when all of them was looked at are only sampled: of a million pictures it is 4 GB.
Hubs are worked out from the matrices when they are first wanted.

Any number of readers may do so at once, in threads and in processes, while one indexing ends and another begins. So a matrix is written
aside and renamed; nobody touches what another reader may be writing; and what is read counts only if the revision stayed the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...contracts import PictureRecord, unwatched
from ...errors import DiskFullError, GalleryError
from ..mapped import few_rows
from ..writing import write_whole
from . import compact
from .columns import COLUMNS, Columns, columns_of, keep_columns, kept_columns
from .hubs import BANK, Hubs, drawn, hubs_of, keep_hubs, kept_hubs
from .record_table import FILES, LINES, Records, RecordTable, older_records, write_records
from .updating import updated
from .written import WrittenCaptions, with_written

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from numpy.typing import NDArray

    from ...contracts import Gallery, GalleryInfo, StepProgress
    from .compact import Compact

_ABOUT = "gallery.json"
_DRAFT = "draft-"
_STALE = 3600  # seconds after which nobody is writing a draft any more
_AT_ONCE = 16_384  # rows of a matrix that are looked at
_SAMPLED = 4096  # rows of a matrix that nobody has written into since all were looked at
_TRIES = 5  # to read a gallery that is written into meanwhile


@dataclass(frozen=True)
class Vectors:
    """Row i of images and captions, both (n, d) with rows of unit length, belongs to records[i]; rows are in the order of ids."""

    records: Records
    images: NDArray[np.float32]
    captions: NDArray[np.float32]
    folder: Path | None = None  # where they are kept

    def caption(self, id_: str, caption: str) -> None:
        """From now on a picture without captions has this one, which a model wrote. Its vector stays that of the image."""
        row = self.rows.get(id_)
        if row is None or (isinstance(self.records, RecordTable) and self.records.captioned[row]):
            return
        self.records[row] = with_written(self.records[row], {id_: caption})

    def find(self, id_: str) -> PictureRecord | None:
        """One picture; nothing when there is none of this id."""
        row = self.rows.get(id_)
        return None if row is None else self.records[row]

    def at(self, path: str) -> PictureRecord | None:
        """The picture that a file of this path holds; nothing when there is none."""
        columns, folder = self.columns, os.path.dirname(path)  # noqa: PTH120 (as they were taken apart)
        if folder not in columns.folders:
            return None
        there = columns.rows[columns.codes == columns.folders.index(folder)]
        return next((record for row in there if path in (record := self.records[int(row)]).paths), None)

    def ids(self, rows: Iterable[int]) -> list[str]:
        """Of the pictures that stand there."""
        if isinstance(self.records, RecordTable):
            return [self.records.rows.at(row) for row in rows]
        return [self.records[row].id for row in rows]

    @cached_property
    def rows(self) -> Mapping[str, int]:
        """Where each picture stands."""
        return self.records.rows if isinstance(self.records, RecordTable) else {record.id: row for row, record in enumerate(self.records)}

    @property
    def captioned(self) -> NDArray[np.bool_]:
        """(n,): which pictures have a caption."""
        if isinstance(self.records, RecordTable):
            return self.records.captioned
        return np.array([bool(record.caption) for record in self.records], dtype=np.bool_)

    @cached_property
    def columns(self) -> Columns:
        """Days and folders, for filters. Worked out and kept with the matrices; those that older versions made have them from the first
        time that somebody wants them."""
        file = self._kept(COLUMNS)
        if file and (kept := kept_columns(file, len(self.records))):
            return kept
        columns = columns_of(self.records)
        if file and file.parent.is_dir():
            with suppress(OSError, DiskFullError):
                keep_columns(file, columns)
        return columns

    @cached_property
    def compact(self) -> Compact | None:
        """The images in 8 bits; none of a gallery that is small, or where they cannot be kept. Worked out once."""
        folder = self.folder if len(self.images) >= compact.FROM else None
        return compact.compact_of(self.images, folder) if folder and folder.is_dir() else None

    @cached_property
    def hubs(self) -> Hubs:
        """How much of a hub each picture is: from the gallery's own captions, or from crowding. Worked out once and kept with the matrices:
        galleries that older versions made have them from the first time that somebody wants them."""
        return self._hubs(unwatched)

    def prepare(self, progress: StepProgress = unwatched) -> None:
        """Work out now, and keep, what the first page would wait for. ``progress`` is told how many pictures are done, for each part
        anew."""
        if self.folder:
            self._hubs(progress)
            _ = self.columns
            if len(self.images) >= compact.FROM and self.folder.is_dir():
                compact.compact_of(self.images, self.folder, progress)

    def _hubs(self, progress: StepProgress) -> Hubs:
        file = self._kept("hubs.npz")
        if file and (kept := kept_hubs(file, len(self.records))):
            return kept
        hubs = self._hubs_of(set(), progress)
        if file and file.parent.is_dir():  # otherwise there is a newer revision already
            with suppress(OSError, DiskFullError):  # as good without
                keep_hubs(file, hubs)
        return hubs

    def hubs_without(self, texts: Iterable[str]) -> Hubs:
        """The same, worked out from no caption that says one of these texts: those that somebody will search for and count the hits.
        Case, spaces and the last stop do not count."""
        held_out = set(map(_compared, texts))
        if not held_out:
            return self.hubs
        return self._hubs_of(held_out) if any(_compared(record.caption) in held_out for record in self.records) else self.hubs

    def _hubs_of(self, held_out: Collection[str], progress: StepProgress = unwatched) -> Hubs:
        wanted = self.captioned & _differ(self.captions, self.images)  # of what was captioned while somebody searched, no text is embedded
        if held_out:
            wanted &= np.array([_compared(record.caption) not in held_out for record in self.records], dtype=np.bool_)
        said = np.flatnonzero(wanted)
        bank = self.captions[said[drawn(len(said), BANK)]]
        found = hubs_of(self.images, bank, self.captions, progress)
        return replace(found, captions=len(said)) if found.source == "bank" else found

    def _kept(self, name: str) -> Path | None:
        return self.folder / name if self.folder else None


def _differ(one: NDArray[np.float32], other: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(n,): which rows are not the same in both."""
    found = np.empty(len(one), dtype=np.bool_)
    for start in range(0, len(one), _AT_ONCE):
        some = slice(start, start + _AT_ONCE)
        found[some] = (one[some] != other[some]).any(axis=1)
    return found


def _compared(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".")


def load_vectors(gallery: Gallery) -> Vectors:
    """Everything of a gallery, with the captions that a model wrote while somebody searched. See `_loaded`; raises GalleryError."""
    return _captioned(_loaded(gallery), gallery.cache)


def kept_vectors(cache: Path, revision: str) -> Vectors | None:
    """The same without opening the gallery, where its matrices of this revision are kept; ``cache``: its folder on this machine."""
    kept = _load(cache / "matrix" / revision) if revision else None
    return kept and _captioned(kept, cache)


def _captioned(vectors: Vectors, cache: Path) -> Vectors:
    for id_, caption in WrittenCaptions(cache).all().items():
        vectors.caption(id_, caption)
    return vectors


def _loaded(gallery: Gallery) -> Vectors:
    """The kept matrices when they are those of the gallery's revision, otherwise read out of the store and then kept.

    Of a gallery without a revision, because an indexing is under way or was killed, what is there is read, and not kept. Raises
    GalleryError when embeddings are lost, or when an indexing changes the gallery faster than it can be read.
    """
    folder = gallery.cache / "matrix"
    for tries_left in reversed(range(_TRIES)):
        before = _entries(folder)  # looked at first: whatever is in there by now and not of the revision is older than it
        revision = gallery.info.revision
        if revision and (kept := _load(folder / revision)):
            return kept
        try:
            vectors = _brought_up_to_date(gallery, before) or _read_out(gallery)
        except GalleryError:
            if not tries_left or (revision and gallery.info.revision == revision):
                raise
            continue
        if gallery.info.revision != revision:
            continue
        return _kept(vectors, folder / revision, before, gallery.info) if revision else vectors
    raise GalleryError(f"gallery {gallery.info.name!r} changes while it is read: wait until its indexing has finished")


@dataclass(frozen=True)
class Kept:
    """Matrices that were kept of a gallery. about: encoder, dimension and profile, where that was written down."""

    revision: str
    about: dict[str, Any]
    records: dict[str, PictureRecord]
    vectors: Vectors

    def vectors_of(self, record: PictureRecord) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        """(image, first caption) of a picture that says the same as it did then."""
        if (row := self.vectors.rows.get(record.id)) is None or self.records[record.id].captions[:1] != record.captions[:1]:
            return None
        return np.array(self.vectors.images[row]), np.array(self.vectors.captions[row])


def newest_kept(cache: Path) -> Kept | None:
    """The sound matrices that were kept last."""
    for folder in sorted(_entries(cache / "matrix"), key=_age):
        if not folder.name.startswith(_DRAFT) and (vectors := _load(folder)):
            about = {key: value for key, value in _about(folder).items() if key not in ("records", "files")}
            return Kept(folder.name, about, {record.id: record for record in vectors.records}, vectors)
    return None


def damaged_matrices(cache: Path, revision: str) -> bool:
    """Whether matrices of this revision were kept and cannot be used: they are made anew when somebody searches."""
    return bool(revision) and (cache / "matrix" / revision).is_dir() and _load(cache / "matrix" / revision, whole=True) is None


def _brought_up_to_date(gallery: Gallery, entries: Iterable[Path]) -> Vectors | None:
    """What is kept of an earlier revision, with what has changed since; nothing where the store does not know that."""
    for folder in sorted(entries, key=_age):
        if (news := gallery.since(folder.name)) is not None and (kept := _load(folder)):
            return Vectors(*updated(kept.records, kept.rows, kept.images, kept.captions, news, gallery))
    return None


def _read_out(gallery: Gallery) -> Vectors:
    by_id = gallery.records()
    ids = sorted(by_id)
    images, captions = gallery.embeddings(ids)
    return Vectors([by_id[id_] for id_ in ids], images, captions)


def _kept(vectors: Vectors, kept: Path, before: Iterable[Path], info: GalleryInfo) -> Vectors:
    """The same, kept and memory-mapped; as they are where nothing can be written. Older revisions are dropped."""
    try:
        _write(vectors, kept, info)
    except OSError:
        return vectors
    for old in before:
        if old != kept and not (old.name.startswith(_DRAFT) and _age(old) < _STALE):
            shutil.rmtree(old, ignore_errors=True)
    return _load(kept) or vectors  # unless it is dropped already, because there is a newer revision


def _write(vectors: Vectors, kept: Path, info: GalleryInfo) -> None:
    kept.parent.mkdir(exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=kept.parent))
    try:
        np.save(draft / "images.npy", vectors.images)
        np.save(draft / "captions.npy", vectors.captions)
        write_records(draft, list(vectors.records))
        with suppress(DiskFullError):  # whoever filters works them out
            keep_columns(draft / COLUMNS, columns_of(vectors.records))
        about = {"fingerprint": info.fingerprint, "dimension": info.dimension, "profile": info.profile}
        about |= {"records": _digest(draft / LINES), "files": _stamps(draft)}
        (draft / _ABOUT).write_text(json.dumps(about), encoding="utf-8")
        if kept.is_dir() and not _load(kept):
            shutil.rmtree(kept, ignore_errors=True)  # damaged
        draft.rename(kept)
    except OSError:
        if not kept.is_dir():  # unless another reader was faster, which is as good
            raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _load(kept: Path, *, whole: bool = False) -> Vectors | None:
    """Kept matrices; none when they are not there, were dropped at this moment, or are damaged. ``whole``: look at all of them, also when
    they are as they were left."""
    about = _about(kept)
    try:
        is_table = (kept / LINES).is_file()
        as_left = is_table and about.get("files") == _stamps(kept) and not whole
        if not as_left and about.get("records") not in (None, _digest(kept / LINES if is_table else kept / "records.json")):
            return None
        records: Records = RecordTable(kept) if is_table else older_records(kept)
        images, captions = (np.load(kept / f"{name}.npy", mmap_mode="r") for name in ("images", "captions"))
    except (OSError, ValueError, TypeError, KeyError, EOFError, SyntaxError, MemoryError):  # SyntaxError: a header of .npy is Python
        return None
    step = max(1, len(images) // _SAMPLED) if as_left else 1
    if not len(records) == len(images) == len(captions):
        return None
    with few_rows(images, captions) if step > 1 else nullcontext():
        if not (_are_units(images, step) and _are_units(captions, step)):
            return None
    if is_table and not as_left:  # copied from elsewhere
        with suppress(OSError, DiskFullError):
            write_whole(kept / _ABOUT, json.dumps({**about, "files": _stamps(kept)}).encode(), durable=False)
    return Vectors(records, images, captions, kept)


def _are_units(matrix: NDArray[np.float32], step: int) -> bool:
    """Whether every ``step``-th row is of unit length, as each was when it was written: a damaged one hardly ever is."""
    if matrix.ndim != 2 or matrix.dtype != np.float32:
        return False
    for start in range(0, len(matrix), _AT_ONCE * step):
        some = matrix[start : start + _AT_ONCE * step : step]
        with np.errstate(over="ignore", invalid="ignore"):
            if not (np.abs(np.einsum("ij,ij->i", some, some) - 1) < 0.01).all():
                return False
    return True


def _stamps(kept: Path) -> dict[str, list[int]]:
    """Size and time of writing of every file: others when somebody has written into one."""
    stats = {name: (kept / name).stat() for name in (*FILES, "images.npy", "captions.npy")}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _about(kept: Path) -> dict[str, Any]:
    """Whose matrices they are; nothing where an older version kept them."""
    try:
        about = json.loads((kept / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return about if isinstance(about, dict) else {}


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def _age(folder: Path) -> float:
    """Seconds since something was put into a folder; none for one that is gone."""
    try:
        return time.time() - folder.stat().st_mtime
    except FileNotFoundError:
        return 0.0
