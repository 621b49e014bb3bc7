"""Whether a gallery's files are whole, and what makes them so again: before Chroma loads them to write, and when somebody asks for it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ...contracts import PictureRecord, Repaired
from ...errors import GalleryError
from .chroma_collections import CAPTIONS, IMAGES, Whereabouts, WritableChromaGallery
from .chroma_database import DATABASE, DamagedDatabase, damage, forget_index, is_queue_whole, keep_every_embedding, rows_metadata
from .chroma_index import INDEX_NOTE, index_folders, is_index_sound, note_index
from .chroma_opening import checked_state, connect, is_index_in_doubt, make, unfinished
from .chroma_rebuilding import DRAFT, finish_rebuilding, gather, rebuild
from .records import to_records
from .vectors import damaged_matrices, newest_kept


def wrong_with(where: Whereabouts, revision: Callable[[], str]) -> list[str]:
    """What is wrong with the files of a gallery, a line each. revision: reads its newest."""
    folder, found = where.cache, []
    try:
        state = checked_state(folder)
    except DamagedDatabase as error:
        return [str(error)]
    if state == "nothing" and newest_kept(folder):
        return [f"the database of gallery {where.name!r} is gone"]
    if state != "gallery":
        raise unfinished(where.name)
    if said := damage(folder):
        found.append(f"the database of gallery {where.name!r} is damaged: {said}")
    if is_index_in_doubt(folder) and (is_queue_whole(folder, (IMAGES, CAPTIONS)) or not is_index_sound(folder)):
        found.append(f"the index of gallery {where.name!r} is damaged")
    if not found and damaged_matrices(folder, revision()):
        found.append(f"the matrices of gallery {where.name!r} are damaged")
    return found


def make_ready(where: Whereabouts, metadata: dict[str, str | int]) -> tuple[str, ...]:
    """See to it that a whole gallery lies there before Chroma loads it to write: finish, make, or make anew what does not. Returns the
    paths of pictures that could not be kept."""
    folder = where.cache
    lost: tuple[str, ...] = ()
    finish_rebuilding(folder)
    if checked_state(folder) != "gallery":
        if (kept := newest_kept(folder)) and kept.about:
            lost = make_anew(where, []).lost
        else:
            _clear(folder)
            make(folder, metadata)
    keep_every_embedding(folder)
    if is_index_in_doubt(folder):
        if is_queue_whole(folder, (IMAGES, CAPTIONS)):
            for index in index_folders(folder):
                shutil.rmtree(index)
            forget_index(folder)
        elif not is_index_sound(folder):
            lost = make_anew(where, []).lost
    return lost


def make_anew(where: Whereabouts, found: Sequence[str]) -> Repaired:
    """Make a gallery anew of what can be read. found: what was wrong with it."""
    folder = where.cache
    gathered = gather(folder, _records(where))

    def made(draft: Path) -> WritableChromaGallery:
        make(draft, gathered.metadata)
        return WritableChromaGallery(Whereabouts(where.name, where.place, draft), partial(connect, draft, writing=True))

    rebuild(folder, gathered, made)
    note_index(folder, closed=True)
    return Repaired(tuple(found), len(gathered.rows), gathered.lost)


def _records(where: Whereabouts) -> dict[str, PictureRecord] | None:
    """As the tables have them, without Chroma, which loads the index; none where the database is damaged."""
    try:
        if damage(where.cache):
            return None
        told = rows_metadata(where.cache, IMAGES)
        return None if told is None else to_records(told)
    except (GalleryError, KeyError, ValueError, TypeError):
        return None


def _clear(folder: Path) -> None:
    """Remove what was left of a gallery that was never finished; what is not ours stays."""
    for path in (*index_folders(folder), folder / "matrix", folder / DRAFT):
        shutil.rmtree(path, ignore_errors=True)
    for name in (*(f"{DATABASE}{suffix}" for suffix in ("-journal", "-wal", "-shm", "")), INDEX_NOTE):
        (folder / name).unlink(missing_ok=True)
