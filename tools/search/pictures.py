"""The pictures of a gallery by their ids, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...contracts import PAGE, unwatched
from ...errors import GalleryError
from ...store.mapped import picked
from ..fusion import with_page

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from ...contracts import PictureRecord, StepProgress
    from ...store.gallery.vectors import Vectors
    from ..fusion import Fused, Result, Scores, Shares
    from ..words.picture_words import PictureWords


@dataclass(frozen=True)
class Candidates:
    """Pictures for Algorithm 1, in the order asked for: embeddings are (n, d) with rows of unit length."""

    ids: list[str]
    captions: list[str]
    images_embedded: NDArray[np.float32]
    captions_embedded: NDArray[np.float32]


class Pictures:
    """Lists and orders are in rows; outside they are pictures with ids, captions and words."""

    def __init__(self, vectors: Vectors, words: Callable[[StepProgress], PictureWords] | None = None) -> None:
        """``words``: finds the words of the pictures when they are first wanted; without it they have none."""
        self.vectors = vectors
        self._row = vectors.rows
        self._find_words = words
        self._found_words: list[PictureWords] = []  # one, once they are found; shared with every copy

    def __len__(self) -> int:
        return len(self.vectors.records)

    @property
    def ids(self) -> list[str]:
        """Every picture, sorted."""
        return list(self._row)

    def row(self, id_: str) -> int:
        """Where a picture stands in the scores. Raises GalleryError for one that is not there."""
        if id_ not in self._row:
            raise GalleryError(f"the gallery holds no picture {id_!r}: it has changed since it was searched; start a new conversation")
        return self._row[id_]

    def rows(self, ids: Collection[str]) -> list[int]:
        """Where those of these pictures stand that the gallery holds; it may have changed since they were shown."""
        return rows_of(self.vectors, ids)

    def there(self, ids: Sequence[str]) -> list[str]:
        """Those of these pictures that the gallery holds, in the same order."""
        return [id_ for id_ in ids if id_ in self._row]

    def record(self, id_: str) -> PictureRecord:
        """Path, captions and size of a picture."""
        return self.vectors.records[self.row(id_)]

    def words(self, ids: Sequence[str]) -> list[tuple[str, ...]]:
        """What the encoder sees in each of these pictures, of the words of the prompt set, best first; nothing where there are no words."""
        found = self._words()
        return [found.words(self.row(id_)) if found else () for id_ in ids]

    def looks_like(self, id_: str) -> str:
        """The same in a line, for a picture that nobody has captioned; empty for one with a caption, which says more."""
        if self.record(id_).caption or not (found := self._words()):
            return ""
        return found.line(self.row(id_))

    def prepare(self, progress: StepProgress = unwatched) -> None:
        """Work out now what would be worked out with the first page: the words, where a picture has no caption. ``progress`` is told of
        the texts that the encoder has to read for that."""
        if not self.vectors.captioned.all():
            self._words(progress)

    def candidates(self, ids: Sequence[str]) -> Candidates:
        """What Algorithm 1 looks at, for pictures that a search has found."""
        rows = [self.row(id_) for id_ in ids]
        captions = [self.vectors.records[row].caption for row in rows]
        return Candidates(list(ids), captions, picked(self.vectors.images, rows), picked(self.vectors.captions, rows))

    def results(self, fused: Fused, scores: Scores) -> list[Result]:
        """The page of an order; the score of a result is its cosine with what found it."""
        by = {"dialog": scores.text, "image": scores.text if scores.image is None else scores.image}
        ids = self.vectors.ids(fused.in_gallery(fused.page))
        return [
            {"id": id_, "score": float(by[origin][row]), "source": origin, "shares": _rounded(shares)}
            for id_, row, origin, shares in zip(ids, fused.page, fused.origins, fused.shares, strict=True)
        ]

    def after(self, fused: Fused, seen: Collection[str]) -> Fused:
        """The same order with what comes next on its page, at most a page of it: none of what was ``seen``, by id."""
        rows = fused.order[: PAGE + len(seen)]
        return with_page(fused, rows[~np.isin(fused.in_gallery(rows), self.rows(seen))][:PAGE])

    def _words(self, progress: StepProgress = unwatched) -> PictureWords | None:
        if not self._found_words and self._find_words:
            self._found_words.append(self._find_words(progress))
        return self._found_words[0] if self._found_words else None


def rows_of(vectors: Vectors, ids: Collection[str]) -> list[int]:
    """Where those of these pictures stand that are there."""
    return [vectors.rows[id_] for id_ in ids if id_ in vectors.rows]


def _rounded(shares: Shares) -> Shares:
    return {origin: round(share, 3) for origin, share in shares.items()}
