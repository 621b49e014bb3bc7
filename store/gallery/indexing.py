"""Filling a gallery: read, recognise, encode, store, in batches; only what is new, and reading ahead while the encoder works."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PIL import Image

from ...contracts import Row, StepProgress, unwatched
from ...errors import ModelError, PictureError
from .changes import Changes, Indexed
from .embedding import embed_each
from .folders import remember_folder
from .put_aside import KEPT_FOR, PutAside
from .reading import SIDE, Known, Read, read_source
from .sources import Source
from .vanished import Vanished
from .written import WrittenCaptions

if TYPE_CHECKING:
    from ...contracts import Encoder, Store

Captioner = Callable[[Image.Image], str]
_In = TypeVar("_In")

_READERS = min(8, os.cpu_count() or 1)
_HOPELESS = 20  # pictures that a captioner cannot take, and none that it could: it takes none at all
_ASIDE = 500  # pictures put aside at a time
_WAITING = 96 * 2**20  # bytes of pictures that were read and wait for the encoder; beside it there is always one


def index(
    sources: Sequence[Source],
    store: Store,
    name: str,
    encoder: Encoder,
    *,
    within: Path | None = None,
    closed: Collection[Path] = (),
    profile: str = "",
    progress: StepProgress = unwatched,
    captioner: Captioner | None = None,
    batch_size: int = 64,
    may_remove: Callable[[Vanished], bool] = lambda vanished: True,
    kept_for: timedelta = KEPT_FOR,
    goes_on: Callable[[], bool] = lambda: True,
) -> Indexed:
    """Bring the gallery ``name`` up to date with ``sources``.

    within: the folder that the sources are the pictures of; what the gallery has from there and is there no more is removed, except below
    ``closed`` folders, which could not be looked into. Without it, what else the gallery holds stays. profile: is remembered. captioner:
    writes the captions that are missing. Every batch is stored before the next is encoded: a process that is killed and started again
    goes on with the first batch that is not there.

    may_remove: asked when a whole folder or most of the gallery is there no more; what may not be removed stays and is named in the
    outcome. kept_for: how long embeddings and captions of what went are put aside; a picture that is there again comes back with them.
    goes_on: asked before each picture; after a no, what was read is stored, nothing is removed, and the outcome says that it stopped.
    """
    with store.write(name, encoder.fingerprint, encoder.dimension, profile) as gallery:
        if within:
            remember_folder(gallery.cache, within)
        records = gallery.records()
        aside = PutAside(gallery.cache, encoder.fingerprint)
        known = Known(dict(records), aside.records())
        changes = Changes(known)
        read = partial(read_source, known=known, captioning=captioner is not None)
        with _ahead(read, sources, 2 * batch_size) as reads:
            news = changes.to_encode(_counted(reads, lambda done: progress(done, len(sources)), goes_on))
            written = WrittenCaptions(gallery.cache).all() if captioner else {}
            while batch := list(islice(news, batch_size)):
                rows = [*_returned(batch, aside), *_encode([new for new in batch if not new.aside], encoder, captioner, written, changes)]
                gallery.add(rows)
                records |= {row.record.id: row.record for row in rows}
                said = {new.record.id: len(new.source.captions) for new in batch if new.record and not new.aside}
                changes.done.captioned += sum(len(row.record.captions) > said[row.record.id] for row in rows if row.record.id in said)
        if not goes_on():
            changes.done.stopped = True
            return changes.done
        gone, relabelled = changes.settle(records, within, closed)
        vanished = changes.vanished(gone, records, within)
        if vanished and not may_remove(vanished):
            changes.done.vanished = vanished
            gone = [id_ for id_ in gone if id_ not in vanished.ids]
        changes.count_removed(gone, records)
        found = {path for record in records.values() for path in record.paths}
        changes.done.lost = [path for path in gallery.lost if path not in found]
        if kept_for:
            for start in range(0, len(gone), _ASIDE):
                aside.keep(gallery.rows(gone[start : start + _ASIDE]))
        gallery.remove(gone)
        gallery.relabel(relabelled)
        aside.forget(known.aside.keys() & records.keys() - set(gone), kept_for)
        gallery.complete()
        progress(len(sources), len(sources))
    return changes.done


def _counted(items: Iterable[_In], done: Callable[[int], None], goes_on: Callable[[], bool]) -> Iterator[_In]:
    """The same, telling how many were taken before each, for as long as it goes on."""
    for number, item in enumerate(items):
        if not goes_on():
            return
        done(number)
        yield item


@contextmanager
def _ahead(work: Callable[[Source], Read], items: Iterable[Source], depth: int) -> Iterator[Iterator[Read]]:
    """The results of ``work`` in the order of ``items``, made by threads, at most ``depth`` ahead of whoever takes them, and no more of
    them than take `_WAITING` bytes."""
    with ThreadPoolExecutor(_READERS, thread_name_prefix="reading") as pool:

        def results() -> Iterator[Read]:
            waiting: deque[Future[Read]] = deque()
            for item in items:
                waiting.append(pool.submit(work, item))
                while len(waiting) >= depth or (len(waiting) > _READERS and sum(map(_weight, waiting)) > _WAITING):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        try:
            yield results()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _weight(future: Future[Read]) -> int:
    """Bytes of a picture that waits; of one that is still read, as many as it may take."""
    if not future.done():
        return 4 * SIDE * SIDE
    picture = None if future.cancelled() or future.exception() else future.result().picture
    return 4 * picture.width * picture.height if picture else 0


def _returned(batch: Sequence[Read], aside: PutAside) -> list[Row]:
    """What comes back with the embeddings it had."""
    records = {new.record.id: new.record for new in batch if new.aside and new.record}
    return [replace(row, record=records[id_]) for id_, row in aside.take(list(records)).items()]


def _encode(
    batch: Sequence[Read], encoder: Encoder, captioner: Captioner | None, written: Mapping[str, str], changes: Changes
) -> list[Row]:
    """written: by id, captions that a model has written already. What the encoder cannot take is left out, and counted in ``changes``."""
    there = [new for new in batch if new.picture is not None]
    if not there:
        return []
    images, faults = embed_each(encoder.encode_images, [new.picture for new in there if new.picture is not None])
    for number, fault in faults.items():
        changes.leave_out(there[number], fault)
    taken = [(new, image) for number, (new, image) in enumerate(zip(there, images, strict=True)) if number not in faults]
    captions = [new.source.captions or ((written[new.record.id],) if new.record and new.record.id in written else ()) for new, _ in taken]
    if captioner:
        captions = _captioned(captions, [new for new, _ in taken], captioner, changes.done)
    every = [caption for several in captions for caption in several]
    texts, unread = embed_each(encoder.encode_texts, every) if every else (images, {})
    rows, start = [], 0
    for (new, image), several in zip(taken, captions, strict=True):
        assert new.record is not None  # those that have none are broken and are not encoded
        # A caption that the encoder cannot take stands where the picture does.
        embedded = [image if start + n in unread else texts[start + n] for n in range(len(several))] or [image]
        by_model = bool(several) and not new.source.captions
        rows.append(Row(replace(new.record, captions=several, by_model=by_model), image, np.array(embedded)))
        start += len(several)
    return rows


def _captioned(captions: Sequence[tuple[str, ...]], reads: Sequence[Read], captioner: Captioner, done: Indexed) -> list[tuple[str, ...]]:
    """With a caption for each picture that has none and that the captioner can say something about; asked together, as models like it.

    Raises ModelError when it can take none at all.
    """

    def written(read: Read) -> str:
        try:
            return " ".join(captioner(read.picture).split()) if read.picture else ""
        except PictureError as error:
            done.uncaptioned.append((str(read.source.path), str(error)))
            return ""

    lacking = [number for number, several in enumerate(captions) if not several]
    with ThreadPoolExecutor(max(1, len(lacking))) as threads:
        said = dict(zip(lacking, threads.map(written, [reads[number] for number in lacking]), strict=True))
    done.written += sum(map(bool, said.values()))
    if len(done.uncaptioned) >= _HOPELESS and not done.written:
        raise ModelError(f"no picture can be captioned: {done.uncaptioned[-1][1]}")
    return [several or ((said[number],) if said[number] else ()) for number, several in enumerate(captions)]
