"""What a worker does of an indexing: it opens files, and encodes those pictures that the gallery has not."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...errors import ClusterError
from ...plain import said_by, shown
from ...store.gallery.encoding import encode
from ...store.gallery.reading import Read, Stamp, look
from ...store.home import Home
from ..captioning import captioner_of
from ..models.loading import LoadedModels, Models
from ..profiles.fingerprints import Fingerprints
from ..profiles.profile import load_profile

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ...store.gallery.sources import Source

_READERS = 4  # files of a batch that are read at a time, by one processor: they come over a network
ID = "S32"  # ids as an array has them


@dataclass(frozen=True)
class Given:
    """What a worker is told of an indexing. folder: which it has to see. fingerprint: of the gallery's encoder. written: by id, captions
    that a model has written already, where ``captioning``."""

    folder: Path
    profile: str
    fingerprint: str
    captioning: bool
    written: Mapping[str, str]


class Recognised(NamedTuple):
    """A file whose content is one of those that the gallery knows."""

    id: str
    stamp: Stamp


class Unreadable(NamedTuple):
    """A file that cannot be opened on this machine, and may well be on another."""

    read: Read
    host: str
    reason: str


Looked = Read | Recognised | Unreadable


class IndexingWorker:
    """known: the ids that the gallery knows, in order, as bytes. Raises ClusterError on a machine that cannot take part."""

    def __init__(self, given: Given, known: NDArray[np.uint8]) -> None:
        self._host = socket.gethostname()
        if not given.folder.is_dir():
            raise ClusterError(f"it sees no folder {shown(given.folder)}: every worker has to see the pictures at the same path")
        models = Models(load_profile(given.profile), LoadedModels(Fingerprints(Home.of().fingerprints)))
        if models.encoder_fingerprint != given.fingerprint:
            raise ClusterError(
                f"its encoder of profile {given.profile!r} has other weights ({models.encoder_fingerprint}, not {given.fingerprint}): "
                "every worker needs the same files"
            )
        self._encoder, self._written = models.encoder, given.written
        self._captioner = captioner_of(models) if given.captioning else None
        self._known = known.view(ID)
        processors = os.environ.get("OMP_NUM_THREADS", "")  # so Ray tells a worker how many it has
        readers = max(_READERS, int(processors) if processors.isdigit() else 0)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="reading")

    def read(self, sources: Sequence[tuple[Source, str]]) -> list[Looked]:
        """What each of them is, in their order; encoded what the gallery does not know, and what is of the id that is asked for."""
        found = list(self._readers.map(self._look, sources))
        pictures = [read for read in found if isinstance(read, Read) and read.picture is not None]
        encoded = iter(encode(pictures, self._encoder, self._captioner, self._written))
        return [
            replace(read, picture=None, encoded=next(encoded)) if isinstance(read, Read) and read.picture is not None else read
            for read in found
        ]

    def _look(self, wanted: tuple[Source, str]) -> Looked:
        source, asked_for = wanted
        recognised: list[Recognised] = []
        read = look(source, partial(self._recognise, asked_for, recognised))
        if recognised:
            return recognised[0]
        reason = _unopened(source.path) if read.fault else ""
        return Unreadable(read, self._host, reason) if reason else read

    def _recognise(self, asked_for: str, recognised: list[Recognised], source: Source, id_: str, stamp: Stamp) -> Read | None:
        if id_ == asked_for or not self._has(id_):
            return None
        recognised.append(Recognised(id_, stamp))
        return Read(source)

    def _has(self, id_: str) -> bool:
        sought: Any = np.array([id_.encode()], dtype=ID)[0]
        at = int(np.searchsorted(self._known, sought))
        return at < len(self._known) and bool(self._known[at] == sought)


def _unopened(path: Path) -> str:
    """Why a file cannot be read here; nothing of one that can, whatever is in it."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or said_by(error)
    return ""
