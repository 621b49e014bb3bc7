"""Looking at the files of a folder: what the gallery knows already is recognised, what it does not know is opened."""

from __future__ import annotations

import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from ...contracts import PictureRecord
from ...errors import PictureError
from ..pictures import content_id, open_sized, taken_at
from .sources import Source

if TYPE_CHECKING:
    from .encoding import Encoded

SIDE = 768  # pixels of a picture in memory: more than encoders look at, and as many whatever camera it came from
Stamp = tuple[int, int]  # bytes of a file, and when it was last written, in ns


@dataclass(frozen=True)
class Read:
    """A source as it was found: what the gallery knows of it, or will; its picture when it has to be encoded; or what is wrong.

    encoded: what an encoder elsewhere has made of the picture, instead of the picture. aside: it went from the gallery not long ago, and
    comes back without encoding. closed: the file is there and cannot be read now, so that nothing is known against what the gallery has
    of it.
    """

    source: Source
    record: PictureRecord | None = None
    picture: Image.Image | None = None
    encoded: Encoded | None = None
    fault: str = ""
    aside: bool = False
    closed: bool = False

    @property
    def known(self) -> bool:
        """Whether the gallery has it as it is."""
        return self.picture is None and self.encoded is None


class Known:
    """A gallery's pictures as they were before an indexing, by id and by every path; and by id what went from it and was put aside."""

    def __init__(self, records: Mapping[str, PictureRecord], aside: Mapping[str, PictureRecord] | None = None) -> None:
        self.records, self.aside = records, aside or {}
        self._id_at = {path: id_ for id_, record in records.items() for path in record.paths}

    def get(self, id_: str) -> PictureRecord | None:
        """The picture of this id."""
        return self.records.get(id_)

    def at(self, path: str) -> PictureRecord | None:
        """The picture that was in this file."""
        return self.records.get(self._id_at.get(path, ""))


Recognise = Callable[[Source, str, Stamp], Read | None]


def read_source(source: Source, known: Known, *, captioning: bool) -> Read:
    """Look at one file; called by many threads. captioning: a picture without captions has to be encoded, because somebody will write
    one."""
    return glance(source, known, captioning=captioning) or look(source, partial(recognise, known=known, captioning=captioning))


def glance(source: Source, known: Known, *, captioning: bool) -> Read | None:
    """What is known of a file that is not opened: one that has the size and the time of writing it had is taken to hold the same picture.
    Nothing of one that has to be opened."""
    path = source.path
    try:
        stamp = _stamp(path)
    except (OSError, ValueError, PictureError) as error:
        return _unread(source, error)
    there = known.at(str(path))
    same = there is not None and there.path == str(path) and (there.size, there.modified) == stamp
    return recognise(source, there.id, stamp, known=known, captioning=captioning) if there and same else None


def look(source: Source, recognise: Recognise) -> Read:
    """Open one file: what ``recognise`` makes of its content, or else its picture."""
    path = source.path
    try:
        stamp = _stamp(path)
        id_ = content_id(path)
        recognised = recognise(source, id_, stamp)
        if recognised:
            return recognised
        picture, extent = open_sized(path, SIDE)
        record = PictureRecord(id_, str(path), source.captions, *extent, (), *stamp, taken=taken_at(path))
        return Read(source, record, picture)
    except (OSError, ValueError, PictureError) as error:
        return _unread(source, error)


def recognise(source: Source, id_: str, stamp: Stamp, *, known: Known, captioning: bool) -> Read | None:
    """A picture that the gallery has, or had not long ago, and of which nothing has to be encoded."""
    before, path = known.get(id_), source.path
    if before:
        return None if says_more(source, before, captioning=captioning) else Read(source, _with_taken(before, path))
    aside = known.aside.get(id_)
    if aside and not says_more(source, aside, captioning=captioning):
        back = replace(aside, path=str(path), also=(), size=stamp[0], modified=stamp[1])
        return Read(source, _with_taken(back, path), aside=True)
    return None


def closed_file(path: Path) -> str:
    """Why a file that could not be used does not let itself be read although it is there: no permission, a disk or a network that fails;
    empty where it can be read, or is not there."""
    try:
        if stat.S_ISREG(path.stat().st_mode):  # a pipe would never end
            with path.open("rb") as file:
                file.read(1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return ""
    except OSError as error:
        return error.strerror or type(error).__name__
    return ""


def _stamp(path: Path) -> Stamp:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(f"{path} is not a file: give the picture itself")
    return status.st_size, status.st_mtime_ns


def _unread(source: Source, error: Exception) -> Read:
    path = source.path
    if isinstance(error, PictureError):
        fault = str(error)
    else:  # ValueError: a name that no file can have
        fault = f"{path} cannot be read ({getattr(error, 'strerror', None) or error}): check that the file is there"
    return Read(source, fault=fault, closed=bool(closed_file(path)))


def _with_taken(record: PictureRecord, path: Path) -> PictureRecord:
    """The same; of one that an older version indexed, when it was taken is read now, which opens the file and decodes nothing."""
    return record if record.taken is not None else replace(record, taken=taken_at(path))


def says_more(source: Source, known: PictureRecord, *, captioning: bool) -> bool:
    """Whether captions have to be embedded that the gallery has not."""
    return source.captions not in ((), known.captions) or (captioning and not source.captions and not known.captions)
