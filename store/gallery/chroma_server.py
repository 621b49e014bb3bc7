"""Galleries on Chroma's server: as those in folders (chroma_collections.py), with what follows from a network between.

    dir-tir-<gallery>-images      a row for each picture; its metadata say at which change of the gallery it was written, and embedded
    dir-tir-<gallery>-captions    a row for each caption; none for a picture without one, whose embedding counts twice
    dir-tir-<gallery>-writer      who writes, while somebody does (chroma_server_lease.py)

    <caches>/<server>/<gallery>/  on this machine: the matrices, and what is kept beside a gallery (folders, what went, written captions)

A gallery counts its changes: the number goes up when its revision is taken away, and is part of the next revision. So whoever has kept an
earlier one asks for the rows with a higher number, and counts the rows to see whether any is gone.
"""

from __future__ import annotations

import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

from ...contracts import GalleryInfo, Repaired
from ...errors import GalleryError, InputError, StoreError
from ..disk import plain_when_full
from ..home import checked_name, is_name
from ..server_address import ServerAddress
from ..writing import write_whole
from .chroma_collections import (
    PAGE,
    Connection,
    Whereabouts,
    gallery_metadata,
    info_of,
    is_gallery,
    make_collections,
    refuse_other_encoder,
)
from .chroma_database import DATABASE
from .chroma_server_client import PATIENCE, connect, plain_server_errors
from .chroma_server_gallery import ServerGallery, WritableServerGallery, checked_info
from .chroma_server_lease import LASTS, Lease, who_writes
from .chroma_server_repair import made_whole
from .vectors import damaged_matrices, newest_kept
from .writer_lock import alone

_BEGINNING, _IMAGES, _CAPTIONS = "dir-tir-", "-images", "-captions"
_TOKENS, _REMEMBERED = "leases", 9  # in a cache: those of the leases that were taken from here, or tried to, last
_FRESH = 0.5  # seconds that a description is taken for the present one: a page of pictures asks for it many times
_LISTED = 500  # collections a request
_REQUEST = 2**24  # bytes a request, of embeddings as they travel: well below what servers and proxies take


class ChromaServerStore:
    """Galleries in one database of a server. caches: a folder of this machine. lasts: seconds after which a killed writer has let go.
    patience: seconds that one waits for the server to say anything. beside: where galleries lie in folders, for whoever looks for one here.
    """

    def __init__(
        self, address: ServerAddress, caches: Path, lasts: float = LASTS, patience: float = PATIENCE, beside: Path | None = None
    ) -> None:
        self._address, self._caches, self._lasts, self._patience = address, caches / address.key, lasts, patience
        self._beside = beside
        self._client: Any = None
        self._connecting = Lock()
        self._described: dict[str, tuple[float, GalleryInfo]] = {}  # name → (when it was read, what was read)
        self._away: tuple[float, str] | None = None  # when the server could not be had last, and why

    def names(self) -> list[str]:
        """Every gallery, sorted by name."""
        found: set[str] = set()
        with plain_server_errors(self._address):
            client, offset = self._connected(), 0
            while page := client.list_collections(limit=_LISTED, offset=offset):
                names = (collection.name for collection in page)
                found |= {name for name in names if name.startswith(_BEGINNING) and name.endswith(_IMAGES)}
                offset += len(page)
        galleries = (name.removeprefix(_BEGINNING).removesuffix(_IMAGES) for name in found)
        return sorted(filter(is_name, galleries))

    def describe(self, name: str) -> GalleryInfo:
        """What is known of a gallery, as it was half a second ago at most; this process's own changes are in it. A server that does not
        answer is waited for once: whoever asks within half a second of that is told the same."""
        read, known = self._described.get(name, (0.0, None))
        if known is None or time.monotonic() - read > _FRESH:
            if self._away and time.monotonic() - self._away[0] < _FRESH:
                raise StoreError(self._away[1])
            try:
                known = self._read_description(name)
            except StoreError as error:
                self._away = (time.monotonic(), str(error))
                raise
        return known

    def _read_description(self, name: str) -> GalleryInfo:
        read, images = time.monotonic(), self._existing(name)
        with plain_server_errors(self._address, name):
            known = checked_info(info_of(name, images.metadata, images.count))
        self._described[name] = (read, known)
        return known

    def open(self, name: str, fingerprint: str | None = None) -> ServerGallery:
        """Open a gallery to read. With a fingerprint, refuse one that another encoder made."""
        connection = self._connection(name)
        gallery = ServerGallery(self._where(name), connection, self._address)
        if fingerprint is not None:
            refuse_other_encoder(gallery, fingerprint)
        return gallery

    @contextmanager
    def write(self, name: str, fingerprint: str, dimension: int, profile: str = "") -> Iterator[WritableServerGallery]:
        """Open a gallery to write into, or make it; ``profile`` is remembered. One writer at a time."""
        refusal = f"gallery {name!r} is locked: another process is writing into it{{who}}; wait until it has finished"
        with self._alone(name, refusal) as lease, self._writable(name, gallery_metadata(fingerprint, dimension, profile), lease) as gallery:
            refuse_other_encoder(gallery, fingerprint)
            if profile:
                gallery.remember_profile(profile)
            yield gallery

    def delete(self, name: str) -> None:
        """Delete a gallery, also one that cannot be opened; the pictures themselves are not touched."""
        there = [self._find(name, what) for what in (_IMAGES, _CAPTIONS)]
        if there == [None, None]:
            self._existing(name)
        refusal = f"gallery {name!r} is being written into{{who}}: wait until that has finished, then delete it"
        with self._alone(name, refusal), plain_server_errors(self._address, name):
            for collection in filter(None, there):
                self._connected().delete_collection(collection.name)
            self._forget(name)
            shutil.rmtree(self.cache(name), ignore_errors=True)

    def damage(self, name: str) -> list[str]:
        """What is wrong with a gallery, a line each: every embedding is read."""
        self._existing(name)
        with plain_server_errors(self._address, name):
            if who := who_writes(self._connected(), name):
                raise GalleryError(f"gallery {name!r} is being written into ({who}): wait until that has finished")
        if self._find(name, _CAPTIONS) is None:
            return [f"the captions of gallery {name!r} are gone"]
        gallery, found = self.open(name), []
        if lost := gallery.incomplete():
            found.append(f"gallery {name!r} has lost embeddings of {len(lost)} pictures")
        if damaged_matrices(gallery.cache, gallery.info.revision):
            found.append(f"the matrices of gallery {name!r} are damaged")
        return found

    def repair(self, name: str) -> Repaired:
        """Make a damaged gallery whole: what has lost embeddings gets those that this machine has kept, or has to be indexed again."""
        cache = self.cache(name)
        kept, anew = newest_kept(cache), self._find(name, _IMAGES) is None
        if anew and not (kept and "fingerprint" in kept.about):
            self._existing(name)
        if anew and kept:
            found, metadata = (
                [f"gallery {name!r} is gone from the server"],
                gallery_metadata(kept.about["fingerprint"], int(kept.about["dimension"]), kept.about.get("profile", "")),
            )
        else:
            found, info = self.damage(name), self.describe(name)
            metadata = gallery_metadata(info.fingerprint, info.dimension, info.profile)
        if not found:
            return Repaired((), self.describe(name).count)
        refusal = f"gallery {name!r} is being written into{{who}}: wait until that has finished, then repair it"
        with self._alone(name, refusal) as lease, self._writable(name, metadata, lease) as gallery:
            done = made_whole(gallery, found, kept, anew=anew)
            shutil.rmtree(cache / "matrix", ignore_errors=True)  # is read anew
        return done

    def size(self, name: str) -> int:
        """Bytes that its embeddings take; what the server keeps beside them cannot be asked for."""
        gallery = self.open(name)
        with plain_server_errors(self._address, name):
            return gallery.embedded() * gallery.info.dimension * 4

    def place(self, name: str) -> str:
        """The server, and which of its databases."""
        self._checked(name)
        return str(self._address)

    def cache(self, name: str) -> Path:
        """A folder of this machine, of this server, database and gallery."""
        return self._caches / self._checked(name)

    @contextmanager
    def _alone(self, name: str, refusal: str) -> Iterator[Lease]:
        """While nobody else writes, here or elsewhere. Raises GalleryError: the ``refusal``, with who writes for its ``{who}``.

        Whoever has the lock of this machine knows that a lease which was taken from here is of a process that is gone.
        """
        with plain_server_errors(self._address, name):
            client = self._connected()
        cache = self._made_cache(name)
        with alone(cache, refusal.format(who=" on this machine")):
            dead = (cache / _TOKENS).read_text(encoding="utf-8").split() if (cache / _TOKENS).is_file() else []
            token = uuid.uuid4().hex
            write_whole(cache / _TOKENS, "\n".join([*dead[-_REMEMBERED:], token]))
            lease = Lease(client, name, refusal, token, dead, self._lasts)
            with plain_server_errors(self._address, name):
                lease.take()
            try:
                yield lease
            finally:
                lease.release()

    @contextmanager
    def _writable(self, name: str, metadata: dict[str, str | int], lease: Lease) -> Iterator[WritableServerGallery]:
        """The gallery, made where there is none."""
        with plain_server_errors(self._address, name):
            names = self._names(name)
            if self._find(name, _IMAGES) is None and self._find(name, _CAPTIONS) is not None:
                self._connected().delete_collection(names[1])  # what was left of another
            make_collections(self._connected(), metadata | {"change": 0}, *names)
        connection, noticed = self._connection(name), partial(self._forget, name)
        with WritableServerGallery(self._where(name), connection, self._address, lease, noticed) as gallery:
            yield gallery

    def _connection(self, name: str) -> Connection:
        """Its collections, and how many rows of it go into one request."""
        images, captions = self._existing(name), self._find(name, _CAPTIONS)
        if captions is None:
            raise GalleryError(f"gallery {name!r} at {self._address} was never finished: index into it again")
        client = self._connected()
        with plain_server_errors(self._address, name):
            most = client.get_max_batch_size()
            page = min(PAGE, most if most > 0 else PAGE, max(1, _REQUEST // (12 * int(images.metadata["dimension"]))))
        return Connection(client, images, captions, lambda: None, page=page)

    def _connected(self) -> Any:
        """The client of this store, made when it is first wanted."""
        with self._connecting:
            if self._client is None:
                self._client = connect(self._address, self._patience)
            return self._client

    def _forget(self, name: str) -> None:
        self._described.pop(name, None)

    def _existing(self, name: str) -> Any:
        """Its images."""
        if (images := self._find(name, _IMAGES)) is not None:
            return images
        self._forget(name)
        near = get_close_matches(name, self.names(), n=1)
        meant = f"did you mean {near[0]}? Or index" if near else "index"
        kept = f"; `dir-tir gallery repair {name}` makes it of what is kept here" if (self.cache(name) / "matrix").is_dir() else ""
        copied = self._beside and (self._beside / name / DATABASE).is_file()
        there = f", or copy the one in {self._beside}: `dir-tir gallery copy {name}`" if copied else ""
        raise GalleryError(f"there is no gallery {name!r} at {self._address}: {meant} a folder of pictures into it first{there}{kept}")

    def _find(self, name: str, what: str) -> Any:
        """One of the two collections; nothing where it is not there. Raises GalleryError for what is not ours."""
        from chromadb.errors import NotFoundError

        with plain_server_errors(self._address, name):
            client = self._connected()
            called = f"{_BEGINNING}{self._checked(name)}{what}"
            try:
                found = client.get_collection(called, embedding_function=None)
            except NotFoundError as error:
                if "ollection" in str(error):
                    return None
                raise
        if what == _IMAGES and not is_gallery(found):
            raise GalleryError(f"the collection {called!r} at {self._address} was not made by dir-tir: choose another gallery name")
        return found

    def _names(self, name: str) -> tuple[str, str]:
        return f"{_BEGINNING}{name}{_IMAGES}", f"{_BEGINNING}{name}{_CAPTIONS}"

    def _where(self, name: str) -> Whereabouts:
        return Whereabouts(name, str(self._address), self._made_cache(name))

    def _made_cache(self, name: str) -> Path:
        folder = self.cache(name)
        try:
            with plain_when_full(folder):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise GalleryError(f"{folder} cannot be made ({error.strerror}): what is searched is kept there; see to DIR_TIR_HOME") from None
        return folder

    def _checked(self, name: str) -> str:
        if ".." in checked_name(name, "gallery name"):
            raise InputError(f"gallery name {name!r} is none that Chroma's server takes: leave out the two dots in a row")
        return name
