"""Filling a gallery: read, hash, encode, store, in batches; only what is new."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from ..errors import InputError, PictureError
from .gallery import Record, Row
from .opening import write_gallery
from .sources import Source, content_id, open_picture

if TYPE_CHECKING:
    from ..tools.interfaces import Encoder

Progress = Callable[[int, int], None]  # pictures done, pictures in all
Captioner = Callable[[Image.Image], str]


@dataclass(frozen=True)
class Indexed:
    """What an indexing did. Broken: (path, reason). Duplicates: (path, path of the same picture that is in the gallery)."""

    added: int
    kept: int
    broken: list[tuple[str, str]]
    duplicates: list[tuple[str, str]]


@dataclass(frozen=True)
class _New:
    id: str
    source: Source
    picture: Image.Image


def index(
    sources: Sequence[Source],
    folder: Path,
    encoder: Encoder,
    *,
    progress: Progress = lambda done, total: None,
    captioner: Captioner | None = None,
    batch_size: int = 64,
) -> Indexed:
    """Bring the gallery in `folder` up to date with `sources`; what else it holds stays.

    A picture is new when its content is new, or when its path or captions have changed. Every batch is stored before the next is encoded:
    a process that is killed and started again goes on with the first batch that is not there.
    """
    with write_gallery(folder, encoder.fingerprint, encoder.dimension) as gallery:
        sorter = _Sorter(gallery.records())
        added = 0
        news = sorter.walk(sources, lambda done: progress(done, len(sources)))
        while batch := list(islice(news, batch_size)):
            if not added:
                gallery.mark(complete=False)
            gallery.add(_encode(batch, encoder, captioner))
            gallery.remove(sorter.stale)
            sorter.stale.clear()
            added += len(batch)
        if added or not gallery.revision:
            gallery.mark(complete=True)
        progress(len(sources), len(sources))
    kept = len(sources) - added - len(sorter.broken) - len(sorter.duplicates)
    return Indexed(added, kept, sorter.broken, sorter.duplicates)


class _Sorter:
    """Tells new pictures from those that are there, that are broken, or that came twice."""

    def __init__(self, known: dict[str, Record]) -> None:
        self.broken: list[tuple[str, str]] = []
        self.duplicates: list[tuple[str, str]] = []
        self.stale: list[str] = []  # ids whose file now holds another picture
        self._known = known
        self._id_at = {record.path: id_ for id_, record in known.items()}
        self._seen: dict[str, str] = {}  # id -> path, of this run

    def walk(self, sources: Sequence[Source], done: Callable[[int], None]) -> Iterator[_New]:
        for number, source in enumerate(sources):
            done(number)
            path = str(source.path)
            try:
                id_ = content_id(source.path)
                if twin := self._twin(id_, path):
                    self.duplicates.append((path, twin))
                    continue
                new = _New(id_, source, open_picture(source.path)) if self._is_new(id_, source) else None
            except PictureError as error:
                self.broken.append((path, str(error)))
                continue
            self._seen[id_] = path
            if new:
                if self._id_at.get(path, id_) != id_:
                    self.stale.append(self._id_at[path])
                yield new

    def _twin(self, id_: str, path: str) -> str | None:
        """The path under which the same picture came before in this run, or lies in the gallery and still on disk."""
        if id_ in self._seen:
            return self._seen[id_]
        there = self._known.get(id_)
        if there and there.path != path and Path(there.path).is_file() and content_id(Path(there.path)) == id_:
            return there.path
        return None

    def _is_new(self, id_: str, source: Source) -> bool:
        there = self._known.get(id_)
        return there is None or there.path != str(source.path) or source.captions not in ((), there.captions)


def _encode(batch: Sequence[_New], encoder: Encoder, captioner: Captioner | None) -> list[Row]:
    captions = [new.source.captions or (_write_caption(new, captioner),) for new in batch]
    images = encoder.encode_images([new.picture for new in batch])
    texts = encoder.encode_texts([caption for several in captions for caption in several])
    rows, start = [], 0
    for new, several, image in zip(batch, captions, images, strict=True):
        record = Record(new.id, str(new.source.path), several, new.picture.width, new.picture.height)
        rows.append(Row(record, image, texts[start : start + len(several)]))
        start += len(several)
    return rows


def _write_caption(new: _New, captioner: Captioner | None) -> str:
    if captioner is None:
        raise InputError(f"{new.source.path} has no caption: put captions.jsonl beside the pictures, or let a vision model write captions")
    return captioner(new.picture)
