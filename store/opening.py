"""Opening a gallery: one that is missing, locked, foreign, or made by another encoder is refused in one line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ..errors import GalleryError
from .gallery import CHROMA, Gallery

DATABASE = "chroma.sqlite3"


def open_gallery(folder: Path, fingerprint: str | None = None) -> Gallery:
    """Open a gallery to search in. With a fingerprint, refuse one that another encoder made."""
    if not (folder / DATABASE).is_file():
        raise GalleryError(f"there is no gallery at {folder}: index a folder of pictures into it first")
    _refuse_foreign(folder)
    with _plain_errors(folder):
        gallery = _connect(folder)
    if fingerprint is not None:
        _refuse_other_encoder(gallery, fingerprint)
    return gallery


@contextmanager
def write_gallery(folder: Path, fingerprint: str, dimension: int, profile: str = "") -> Iterator[Gallery]:
    """Open a gallery to write into, or make it; ``profile`` is remembered. One writer at a time."""
    if folder.exists() and not folder.is_dir():
        raise GalleryError(f"{folder} is a file, and a gallery is a folder: choose another name")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / DATABASE).is_file() and not (folder / "writer.lock").is_file():
        raise GalleryError(f"{folder} holds other files and no gallery: choose another name or an empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "writer.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise GalleryError(
            f"gallery {folder.name!r} is locked: another process is writing into {folder}; wait until it has finished"
        ) from None
    try:
        _refuse_foreign(folder)
        with _plain_errors(folder):
            made = {"fingerprint": fingerprint, "dimension": dimension, "profile": profile, "revision": "", "count": 0}
            gallery = _connect(folder, made)
        with gallery:
            _refuse_other_encoder(gallery, fingerprint)
            gallery.profile = profile or gallery.profile
            with _plain_errors(folder):
                yield gallery
    finally:
        lock.release()


def _connect(folder: Path, make: Mapping[str, Any] | None = None) -> Gallery:
    """Open Chroma's files; `make` holds the metadata of a gallery that may be made."""
    import chromadb
    from chromadb.config import Settings

    with CHROMA:
        client = chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
    # embedding_function=None, always: the default one would fetch a model of its own at the first text.
    if make is None:
        images, captions = (client.get_collection(name, embedding_function=None) for name in ("images", "captions"))
    else:
        cosine: Any = {"hnsw": {"space": "cosine"}}
        captions = client.get_or_create_collection("captions", embedding_function=None, configuration=cosine)
        images = client.get_or_create_collection("images", embedding_function=None, configuration=cosine, metadata=dict(make))
    metadata = images.metadata or {}
    if "fingerprint" not in metadata or images.configuration["hnsw"]["space"] != "cosine":
        with CHROMA:
            client.close()
        raise GalleryError(f"the database in {folder} was not made by dir-tir: choose another gallery name")
    fingerprint, dimension, profile = str(metadata["fingerprint"]), int(metadata["dimension"]), str(metadata.get("profile", ""))
    return Gallery(folder, fingerprint, dimension, profile, client, images, captions)


def _refuse_foreign(folder: Path) -> None:
    """Look before Chroma does: opening somebody else's database would write Chroma's tables into it."""
    database = folder / DATABASE
    if not database.is_file():
        return
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=1)) as connection:
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            names = {name for (name,) in connection.execute("SELECT name FROM collections")} if "collections" in tables else set()
    except sqlite3.OperationalError as error:
        raise GalleryError(f"gallery {folder.name!r} cannot be read ({error}): is another program using {database}?") from None
    except sqlite3.DatabaseError as error:
        raise GalleryError(f"{database} is no gallery ({error}): choose another name, or delete {folder} and index again") from None
    if tables and ("collections" not in tables or names - {"images", "captions"}):
        raise GalleryError(f"the database in {folder} was not made by dir-tir: choose another gallery name")


def _refuse_other_encoder(gallery: Gallery, fingerprint: str) -> None:
    if gallery.fingerprint != fingerprint:
        gallery.close()
        made_with = f"use the profile it was made with ({gallery.profile})" if gallery.profile else "use the profile it was made with"
        raise GalleryError(
            f"gallery {gallery.name!r} was made with encoder {gallery.fingerprint}, not with {fingerprint}, "
            f"and their vectors do not compare: {made_with}, or index the pictures into another gallery"
        )


@contextmanager
def _plain_errors(folder: Path) -> Iterator[None]:
    """Chroma's many exceptions, as one line."""
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except NotFoundError:
        raise GalleryError(f"the gallery at {folder} was never finished: index into it again") from None
    except (ChromaError, sqlite3.Error) as error:
        reason = " ".join(str(error).split())
        raise GalleryError(f"gallery {folder.name!r} cannot be used ({reason}): is another program using {folder}?") from error
