"""An indexing whose pictures are read and encoded on a cluster; what it decides and stores is all in the command's own process."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ...errors import ClusterError
from ...plain import shown
from ...store.gallery.reading import Known, Read, glance, recognise, says_more
from ...store.gallery.working import WAITING, ahead
from .indexing_worker import ID, Given, IndexingWorker, Looked, Recognised, Unreadable

if TYPE_CHECKING:
    from concurrent.futures import Future
    from pathlib import Path

    from ...store.gallery.encoding import Encoded
    from ...store.gallery.sources import Source
    from .pool import Pool

_SLOTS = 2  # batches of a worker: one is read while the other is encoded
_AHEAD = 4  # batches of each worker that are under way, or wait because one before them is not there yet
_LONGEST = 4096  # files that are looked at before those among them that are new are sent, however few


@dataclass
class _Batch:
    """Sources in their order: what is known of them, or that a worker says it (None)."""

    entries: list[tuple[Source, Read | None]] = field(default_factory=list)
    answer: Future[list[Looked]] | None = None

    @property
    def unknown(self) -> list[Source]:
        return [source for source, read in self.entries if read is None]


class ClusterWorkers:
    """The workers of a pool read and encode; see `store/gallery/working.py`. batch: pictures of one job."""

    def __init__(self, pool: Pool, folder: Path, profile: str, fingerprint: str, batch: int, *, captioning: bool) -> None:
        self._pool, self._folder, self._profile, self._fingerprint = pool, folder, profile, fingerprint
        self.batch, self.captioning = batch, captioning
        self._largest = 0  # bytes of a batch that came back

    @contextmanager
    def reads(self, sources: Sequence[Source], known: Known, written: Mapping[str, str]) -> Iterator[Iterator[Read]]:
        ids = np.array(sorted({*known.records, *known.aside}), dtype=ID)
        given = Given(self._folder, self._profile, self._fingerprint, self.captioning, written)
        self._pool.begin(f"{IndexingWorker.__module__}:{IndexingWorker.__name__}", given, shared=ids.tobytes(), slots=_SLOTS)
        with ahead(partial(glance, known=known, captioning=self.captioning), sources, 4 * self.batch) as glances:
            yield self._in_order(zip(sources, glances, strict=True), known)

    def encode(self, reads: Sequence[Read], written: Mapping[str, str]) -> list[Encoded]:
        return [read.encoded for read in reads if read.encoded is not None]

    def _in_order(self, glances: Iterable[tuple[Source, Read | None]], known: Known) -> Iterator[Read]:
        waiting: deque[_Batch] = deque()
        batch, unknown = _Batch(), 0
        for source, read in glances:
            batch.entries.append((source, read))
            unknown += read is None
            if unknown == self.batch or len(batch.entries) == _LONGEST:
                waiting.append(self._sent(batch, known))
                batch, unknown = _Batch(), 0
            while waiting and (len(waiting) > _AHEAD * self._pool.planned or len(waiting) * self._largest > WAITING):
                yield from self._came(waiting.popleft(), known)
        waiting.append(self._sent(batch, known))
        while waiting:
            yield from self._came(waiting.popleft(), known)

    def _sent(self, batch: _Batch, known: Known) -> _Batch:
        if unknown := [(source, self._more_of(source, known)) for source in batch.unknown]:
            batch.answer = self._pool.submit("read", unknown)
        return batch

    def _more_of(self, source: Source, known: Known) -> str:
        """The id of the picture that was in the file, where more is to be known of it than the gallery does."""
        there = known.at(str(source.path))
        return there.id if there and says_more(source, there, captioning=self.captioning) else ""

    def _came(self, batch: _Batch, known: Known) -> Iterator[Read]:
        looked = list(batch.answer.result()) if batch.answer else []
        answers = dict(zip((number for number, (_, read) in enumerate(batch.entries) if read is None), looked, strict=True))
        found = {number: self._resolved(batch.entries[number][0], answer, known) for number, answer in answers.items()}
        if again := {number: answers[number] for number, read in found.items() if read is None}:
            wanted = [(batch.entries[number][0], answer.id) for number, answer in again.items() if isinstance(answer, Recognised)]
            opened = zip(again, self._pool.submit("read", wanted).result(), strict=True)
            found |= {number: self._resolved(batch.entries[number][0], answer, known) for number, answer in opened}
        reads = [read or found[number] for number, (_, read) in enumerate(batch.entries)]
        there = [read for read in reads if read is not None]
        self._largest = max(self._largest, sum(map(_weight, there)))
        yield from there

    def _resolved(self, source: Source, looked: Looked, known: Known) -> Read | None:
        """What a worker's answer means for the gallery; nothing where the gallery knows the picture, and has to know more of it.

        Raises ClusterError for a worker that does not see what can be seen here.
        """
        if isinstance(looked, Recognised):
            return recognise(source, looked.id, looked.stamp, known=known, captioning=self.captioning)
        if not isinstance(looked, Unreadable):
            return looked
        try:
            with source.path.open("rb") as file:
                file.read(1)
        except (OSError, ValueError):
            return looked.read
        raise ClusterError(
            f"the worker on {looked.host} cannot read {shown(source.path)} ({looked.reason}), which can be read here: every worker has to "
            "see the pictures at the same path; what was done is kept, and the same command goes on from here"
        )


def _weight(read: Read) -> int:
    row = read.encoded.row if read.encoded else None
    return row.image.nbytes + row.captions.nbytes if row else 0
