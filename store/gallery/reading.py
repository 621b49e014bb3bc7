"""Looking at the files of a folder: what the gallery knows already is recognised, what it does not know is opened."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from ...contracts import PictureRecord
from ...errors import PictureError
from ..pictures import content_id, open_sized, taken_at
from .sources import Source

SIDE = 768  # pixels of a picture in memory: more than encoders look at, and as many whatever camera it came from


@dataclass(frozen=True)
class Read:
    """A source as it was found: what the gallery knows of it, or will; its picture when it has to be encoded; or what is wrong.

    aside: it went from the gallery not long ago, and comes back without encoding. closed: the file is there and cannot be read now, so
    that nothing is known against what the gallery has of it.
    """

    source: Source
    record: PictureRecord | None = None
    picture: Image.Image | None = None
    fault: str = ""
    aside: bool = False
    closed: bool = False


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


def read_source(source: Source, known: Known, *, captioning: bool) -> Read:
    """Look at one file; called by many threads. One that has the size and the time of writing it had is taken to hold the same picture.

    captioning: a picture without captions has to be encoded, because somebody will write one.
    """
    path = source.path
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Read(source, fault=f"{path} is not a file: give the picture itself")
        there = known.at(str(path))
        stamp = (status.st_size, status.st_mtime_ns)
        id_ = there.id if there and there.path == str(path) and (there.size, there.modified) == stamp else content_id(path)
        before = known.get(id_)
        if before and not _says_more(source, before, captioning):
            return Read(source, _with_taken(before, path))
        aside = None if before else known.aside.get(id_)
        if aside and not _says_more(source, aside, captioning):
            back = replace(aside, path=str(path), also=(), size=stamp[0], modified=stamp[1])
            return Read(source, _with_taken(back, path), aside=True)
        picture, extent = open_sized(path, SIDE)
        also = before.also if before else ()
        record = PictureRecord(id_, str(path), source.captions, *extent, also, *stamp, taken=taken_at(path))
        return Read(source, record, picture)
    except PictureError as error:
        return Read(source, fault=str(error), closed=_is_closed(path))
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        reason = getattr(error, "strerror", None) or error
        return Read(source, fault=f"{path} cannot be read ({reason}): check that the file is there", closed=_is_closed(path))


def _with_taken(record: PictureRecord, path: Path) -> PictureRecord:
    """The same; of one that an older version indexed, when it was taken is read now, which opens the file and decodes nothing."""
    return record if record.taken is not None else replace(record, taken=taken_at(path))


def _is_closed(path: Path) -> bool:
    """Whether a file that could not be used is there and does not let itself be read: no permission, a disk or a network that fails."""
    try:
        with path.open("rb") as file:
            file.read(1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return False


def _says_more(source: Source, known: PictureRecord, captioning: bool) -> bool:
    """Whether captions have to be embedded that the gallery has not."""
    return source.captions not in ((), known.captions) or (captioning and not source.captions and not known.captions)
