"""Filling a gallery: read, recognise, encode, store, in batches; only what is new, and reading ahead while the encoder works."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from ...contracts import Row, StepProgress, unwatched
from ...errors import ModelError
from .changes import Changes, Indexed
from .encoding import Captioner, Encoded
from .folders import remember_folder
from .put_aside import KEPT_FOR, PutAside
from .reading import Known, Read
from .sources import Source
from .vanished import Vanished
from .working import Threads, Workers
from .written import WrittenCaptions

if TYPE_CHECKING:
    from ...contracts import Encoder, Store

_In = TypeVar("_In")

_HOPELESS = 20  # pictures that a captioner cannot take, and none that it could: it takes none at all
_ASIDE = 500  # pictures put aside at a time


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
    workers: Workers | None = None,
    may_remove: Callable[[Vanished], bool] = lambda vanished: True,
    kept_for: timedelta = KEPT_FOR,
    goes_on: Callable[[], bool] = lambda: True,
) -> Indexed:
    """Bring the gallery ``name`` up to date with ``sources``.

    within: the folder that the sources are the pictures of; what the gallery has from there and is there no more is removed, except below
    ``closed`` folders, which could not be looked into. Without it, what else the gallery holds stays. profile: is remembered. captioner:
    writes the captions that are missing. workers: who reads and encodes, instead of threads of this process with ``encoder``,
    ``captioner`` and ``batch_size``; their encoder has to be the same. Every batch is stored before the next is encoded: a process that
    is killed and started again goes on with the first batch that is not there.

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
        workers = workers or Threads(encoder, captioner, batch_size)
        written = WrittenCaptions(gallery.cache).all() if workers.captioning else {}
        with workers.reads(sources, known, written) as reads:
            news = changes.to_encode(_counted(reads, lambda done: progress(done, len(sources)), goes_on))
            while batch := list(islice(news, workers.batch)):
                new = [read for read in batch if not read.aside]
                rows = [*_returned(batch, aside), *_rows(new, workers.encode(new, written), changes, known)]
                gallery.add(rows)
                records |= {row.record.id: row.record for row in rows}
                said = {read.record.id: len(read.source.captions) for read in new if read.record}
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


def _returned(batch: Sequence[Read], aside: PutAside) -> list[Row]:
    """What comes back with the embeddings it had."""
    records = {new.record.id: new.record for new in batch if new.aside and new.record}
    return [replace(row, record=records[id_]) for id_, row in aside.take(list(records)).items()]


def _rows(reads: Sequence[Read], encoded: Sequence[Encoded], changes: Changes, known: Known) -> list[Row]:
    """What is to be stored. What the encoder cannot take is left out, and counted in ``changes``.

    Raises ModelError when a captioner can take no picture at all.
    """
    rows, done = [], changes.done
    for read, made in zip(reads, encoded, strict=True):
        done.written += made.written
        if made.uncaptioned:
            done.uncaptioned.append((str(read.source.path), made.uncaptioned))
        if made.row is None:
            changes.leave_out(read, made.fault)
            continue
        before = known.get(made.row.record.id)
        rows.append(replace(made.row, record=replace(made.row.record, also=before.also)) if before else made.row)
    if len(done.uncaptioned) >= _HOPELESS and not done.written:
        raise ModelError(f"no picture can be captioned: {done.uncaptioned[-1][1]}")
    return rows
