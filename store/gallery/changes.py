"""What a gallery knows against what is found on disk: which pictures are new, changed, moved, there twice, or gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...contracts import PictureRecord
from ..pictures import content_id
from .reading import Known, Read
from .vanished import Vanished, find_vanished


@dataclass
class Indexed:
    """What an indexing did, in pictures. Broken: (path, reason). Duplicates: (path, path of the same picture that is in the gallery)."""

    added: int = 0
    changed: int = 0  # another picture in the same file, or other captions
    moved: int = 0
    removed: int = 0
    kept: int = 0
    returned: int = 0  # that had gone not long ago: without encoding
    captioned: int = 0  # by the captioner
    written: int = 0  # captions, whatever becomes of them
    uncaptioned: list[tuple[str, str]] = field(default_factory=list)  # path, and why the captioner could not take the picture
    broken: list[tuple[str, str]] = field(default_factory=list)
    duplicates: list[tuple[str, str]] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)  # paths elsewhere of pictures that a damaged gallery could not keep
    vanished: Vanished | None = None  # what is there no more and stays in the gallery, because nobody said that it may go
    stopped: bool = False  # before its end; the same indexing goes on with what is not there yet


class Changes:
    """What one indexing has come across so far: files are handed to `to_encode`, `settle` says what is left to do at the end."""

    def __init__(self, known: Known) -> None:
        self.done = Indexed()
        self._known = known
        self._found: dict[str, str] = {}  # path → id of what it holds, empty when that cannot be read
        self._closed: set[str] = set()  # paths of files that are there and cannot be read now
        self._standing: dict[str, str] = {}  # id → the path that stands for it
        self._taken: dict[str, str] = {}  # id → when it was taken, of those that an older version did not look at
        self._stay: list[str] = []  # paths of what is in the gallery, as `settle` leaves them

    def to_encode(self, reads: Iterable[Read]) -> Iterator[Read]:
        """Those that have to be encoded, each picture once; all others are counted and passed over."""
        for read in reads:
            path = str(read.source.path)
            if read.record is None:
                self._found[path] = ""
                if read.closed:
                    self._closed.add(path)
                self.done.broken.append((path, read.fault))
                continue
            id_, came_before = read.record.id, path in self._found
            self._found[path] = id_
            standing = self._standing.setdefault(id_, self._place(id_, path))
            if path != standing or came_before:
                self.done.duplicates.append((path, standing))
            elif read.aside:
                self.done.returned += 1
                yield read
            elif read.known:
                before = self._known.records[id_]  # or there would be a picture
                self.done.kept += before.path == path
                self.done.moved += before.path != path
                if before.taken is None and read.record.taken is not None:
                    self._taken[id_] = read.record.taken
            else:
                known = self._known.at(path) or self._known.get(id_)
                self.done.added += known is None
                self.done.changed += known is not None
                yield read

    def leave_out(self, read: Read, fault: str) -> None:
        """One that was to be encoded, and that the encoder cannot take."""
        path = str(read.source.path)
        known = read.record is not None and (self._known.at(path) or self._known.get(read.record.id))
        self.done.added -= not known
        self.done.changed -= bool(known)
        self._found[path] = ""
        self.done.broken.append((path, fault))

    def settle(
        self, records: Mapping[str, PictureRecord], within: Path | None, closed: Collection[Path]
    ) -> tuple[list[str], list[PictureRecord]]:
        """When every file was seen: the ids of what is gone, and the records that have to say something new: where a picture is, or when it
        was taken.

        records: what is in the gallery by now. within: the folder that was looked through; what was not found there is gone, unless it
        lies below a ``closed`` folder.
        """
        seen: dict[str, list[str]] = {}
        for path, id_ in self._found.items():
            seen.setdefault(id_, []).append(path)
        gone, relabelled = [], []
        for id_, record in records.items():
            elsewhere = [
                path
                for path in record.paths
                if path in self._closed or (path not in self._found and _stays(path, id_ in seen, within, closed))
            ]
            paths = [*([self._standing[id_]] if id_ in seen else []), *elsewhere, *seen.get(id_, [])]
            if not paths:
                gone.append(id_)
                continue
            self._stay += paths
            taken = self._taken.get(id_, record.taken)
            now = replace(record, path=paths[0], also=tuple(sorted(set(paths) - {paths[0]})), taken=taken)
            if now != record:
                relabelled.append(now)
        return gone, relabelled

    def vanished(self, gone: Sequence[str], records: Mapping[str, PictureRecord], within: Path | None) -> Vanished | None:
        """Of what `settle` says is gone, that which somebody ought to be asked about."""
        there = [path for path, id_ in self._found.items() if id_]
        lost = {id_: records[id_] for id_ in gone}
        return find_vanished(lost, [*there, *self._stay], len(self._known.records), within) if within else None

    def count_removed(self, gone: Sequence[str], records: Mapping[str, PictureRecord]) -> None:
        """Those whose files hold another picture now count as changed, and not here."""
        self.done.removed = len([id_ for id_ in gone if not set(records[id_].paths) & self._found.keys()])

    def _place(self, id_: str, path: str) -> str:
        """The path that stands for a picture: where the gallery has it, as long as it is there; otherwise where it was found."""
        there = self._known.get(id_)
        if there and there.path != path and Path(there.path).is_file() and content_id(Path(there.path)) == id_:
            return there.path
        return path


def _stays(path: str, seen: bool, within: Path | None, closed: Collection[Path]) -> bool:
    """Whether a path that was not come across is still good: one elsewhere is, unless the picture turned up at another place."""
    if within and Path(path).is_relative_to(within):
        return any(Path(path).is_relative_to(folder) for folder in closed)
    return not seen or Path(path).is_file()
