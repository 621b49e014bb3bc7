"""Who looks at the files of an indexing and encodes their pictures: threads of this process, ahead of whoever stores them."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from .encoding import Captioner, Encoded, encode
from .reading import SIDE, Known, Read, read_source
from .sources import Source

if TYPE_CHECKING:
    from ...contracts import Encoder

_Found = TypeVar("_Found", Read, Read | None)

READERS = min(8, os.cpu_count() or 1)
WAITING = 96 * 2**20  # bytes of what was read and waits to be stored; beside it there is always one


class Workers(Protocol):
    """Who does the work of an indexing. Which pictures a gallery needs, and in which order they are stored, is not theirs to say.

    batch: how many pictures are encoded, and stored, together. captioning: whether captions that are missing are written.
    """

    @property
    def batch(self) -> int: ...
    @property
    def captioning(self) -> bool: ...

    def reads(self, sources: Sequence[Source], known: Known, written: Mapping[str, str]) -> AbstractContextManager[Iterator[Read]]:
        """Every source as it was found, in their order; read ahead, while somebody takes them. written: by id, captions that a model has
        written already."""

    def encode(self, reads: Sequence[Read], written: Mapping[str, str]) -> list[Encoded]:
        """What became of each of these, none of which is `Read.known`."""


class Threads:
    """This process reads in threads and encodes with this encoder. captioner: writes the captions that are missing."""

    def __init__(self, encoder: Encoder, captioner: Captioner | None = None, batch: int = 64) -> None:
        self._encoder, self._captioner, self.batch = encoder, captioner, batch
        self.captioning = captioner is not None

    def reads(self, sources: Sequence[Source], known: Known, written: Mapping[str, str]) -> AbstractContextManager[Iterator[Read]]:
        read = partial(read_source, known=known, captioning=self.captioning)
        return ahead(read, sources, 2 * self.batch)

    def encode(self, reads: Sequence[Read], written: Mapping[str, str]) -> list[Encoded]:
        return encode(reads, self._encoder, self._captioner, written)


@contextmanager
def ahead(work: Callable[[Source], _Found], items: Iterable[Source], depth: int) -> Iterator[Iterator[_Found]]:
    """The results of ``work`` in the order of ``items``, made by threads, at most ``depth`` ahead of whoever takes them, and no more of
    them than take `WAITING` bytes."""
    with ThreadPoolExecutor(READERS, thread_name_prefix="reading") as pool:

        def results() -> Iterator[_Found]:
            waiting: deque[Future[_Found]] = deque()
            for item in items:
                waiting.append(pool.submit(work, item))
                while len(waiting) >= depth or (len(waiting) > READERS and sum(map(_weight, waiting)) > WAITING):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

        try:
            yield results()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _weight(future: Future[Read] | Future[Read | None]) -> int:
    """Bytes of a picture that waits; of one that is still read, as many as it may take."""
    if not future.done():
        return 4 * SIDE * SIDE
    read = None if future.cancelled() or future.exception() else future.result()
    picture = read and read.picture
    return 4 * picture.width * picture.height if picture else 0
