"""What a gallery knows against what is found on disk: which pictures are new, changed, moved, there twice, or gone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from ...contracts import PictureRecord
from ...errors import PictureError
from ..pictures import content_id, open_sized
from .sources import Source

SIDE = 768  # pixels of a picture in memory: more than encoders look at, and as many whatever camera it came from


@dataclass
class Indexed:
    """What an indexing did, in pictures. Broken: (path, reason). Duplicates: (path, path of the same picture that is in the gallery)."""

    added: int = 0
    changed: int = 0  # another picture in the same file, or other captions
    moved: int = 0
    removed: int = 0
    kept: int = 0
    captioned: int = 0  # by the captioner
    broken: list[tuple[str, str]] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Read:
    """A source as a reader found it: what the gallery would remember of it; its picture when it has to be encoded; or what is wrong."""

    source: Source
    record: PictureRecord | None = None
    picture: Image.Image | None = None
    fault: str = ""


class Ledger:
    """One indexing. `read` is called by many threads and changes nothing; everything else belongs to one."""

    def __init__(self, known: dict[str, PictureRecord], *, captioning: bool) -> None:
        self.done = Indexed()
        self._known = known
        self._captioning = captioning
        self._id_at = {path: id_ for id_, record in known.items() for path in record.paths}
        self._held = dict(known)  # the gallery as it is by now
        self._found: dict[str, str] = {}  # path -> id of what it holds, empty when that cannot be read; of this run
        self._place: dict[str, str] = {}  # id -> the path that stands for it; of this run

    def read(self, source: Source) -> Read:
        """Look at one file. One that has the size and the time of writing it had is taken to hold what it held."""
        path = source.path
        try:
            status = path.stat()
            there = self._known.get(self._id_at.get(str(path), ""))
            stamp = (status.st_size, status.st_mtime_ns)
            id_ = there.id if there and there.path == str(path) and (there.size, there.modified) == stamp else content_id(path)
            known = self._known.get(id_)
            if known and not self._tells_more(known, source):
                return Read(source, replace(known, path=str(path), size=stamp[0], modified=stamp[1]))
            picture, extent = open_sized(path, SIDE)
            also = known.also if known else ()
            return Read(source, PictureRecord(id_, str(path), source.captions, *extent, also, *stamp), picture)
        except OSError as error:
            return Read(source, fault=f"{path} cannot be read ({error.strerror}): check that the file is there")
        except PictureError as error:
            return Read(source, fault=str(error))

    def sort(self, reads: Iterable[Read], done: Callable[[int], None]) -> Iterator[Read]:
        """Those that have to be encoded, each picture once; all others are entered and passed over."""
        for number, read in enumerate(reads):
            done(number)
            path = str(read.source.path)
            if read.record is None:
                self._found[path] = ""
                self.done.broken.append((path, read.fault))
                continue
            id_, came_before = read.record.id, path in self._found
            self._found[path] = id_
            place = self._place.setdefault(id_, self._standing(id_, path))
            if path != place or came_before:
                self.done.duplicates.append((path, place))
                continue
            before, known = self._id_at.get(path), self._known.get(id_)
            if read.picture is not None:
                self.done.added += before is None and known is None
                self.done.changed += before is not None or known is not None
                yield read
            else:
                assert known is not None  # or there would be a picture
                self.done.kept += known.path == path
                self.done.moved += known.path != path
                self._place[id_] = path

    def stored(self, records: Iterable[PictureRecord]) -> None:
        """These are in the gallery now."""
        for record in records:
            self._held[record.id] = record

    def settle(self, within: Path | None, closed: Collection[Path]) -> tuple[list[str], list[PictureRecord]]:
        """When every source was seen: the ids of what is gone, and the records that have to say something new about where a picture is.

        within: the folder that was looked through; what was not found there is gone, unless it lies below a closed folder.
        """
        seen: dict[str, list[str]] = {}
        for path, id_ in self._found.items():
            seen.setdefault(id_, []).append(path)
        gone, relabelled = [], []
        for id_, record in self._held.items():
            elsewhere = [path for path in record.paths if path not in self._found and self._stays(path, id_ in seen, within, closed)]
            paths = [*([self._place[id_]] if id_ in self._place else []), *elsewhere, *seen.get(id_, [])]
            if not paths:
                gone.append(id_)
                continue
            now = replace(record, path=paths[0], also=tuple(sorted(set(paths) - {paths[0]})))
            if now != record:
                relabelled.append(now)
        self.done.removed = len([id_ for id_ in gone if not set(self._known[id_].paths) & self._found.keys()])
        return gone, relabelled

    def _tells_more(self, known: PictureRecord, source: Source) -> bool:
        """Whether captions have to be embedded that the gallery has not."""
        return source.captions not in ((), known.captions) or (self._captioning and not source.captions and not known.captions)

    def _standing(self, id_: str, path: str) -> str:
        """The path that stands for a picture: where the gallery has it, as long as it is there; otherwise where it was found."""
        there = self._known.get(id_)
        if there and there.path != path and Path(there.path).is_file() and content_id(Path(there.path)) == id_:
            return there.path
        return path

    @staticmethod
    def _stays(path: str, seen: bool, within: Path | None, closed: Collection[Path]) -> bool:
        """Whether a path that was not come across is still good: one elsewhere is, unless the picture turned up at another place."""
        if within and Path(path).is_relative_to(within):
            return any(Path(path).is_relative_to(folder) for folder in closed)
        return not seen or Path(path).is_file()
