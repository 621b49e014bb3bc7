"""Search: the gallery ranked by a text or by a picture. Exact, over all of it; ties go to the smaller id.

Of a large gallery, the head of an order is found in two steps: a pass over its embeddings in 8 bits passes over whatever cannot be in the
head for certain (`store/gallery/compact.py`), and what is left is scored exactly. Whoever wants a whole order has every picture scored.
"""

from __future__ import annotations

import re
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ...errors import GalleryError
from ...store.conversations.paintings import painting_file
from ...store.gallery.vectors import load_vectors
from ...store.pictures import open_picture
from ..fusion import FUSIONS, HUB_WEIGHT, place, reranked, with_fits
from .embeddings import Embeddings
from .feedback import Feedback
from .fits import Fits
from .listing import Listing, Sought
from .pictures import Pictures

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from ...contracts import Click, Encoder, Hit, ResultOrigin, StepProgress, Store
    from ...store.gallery.filters import Filter
    from ...store.gallery.hubs import Hubs
    from ...store.gallery.vectors import Vectors
    from ..fusion import Fused, Fusion, Scores
    from ..words.picture_words import PictureWords

PIECES_A_WORD = 2.3  # tokens; English has 1.0-1.7 of CLIP's, and other languages that an encoder does not know from 2.7 on
_WORD = re.compile(r"[^\W_]+")
_WORDS_LOOKED_AT = 20
_ENOUGH_TO_TELL = 30  # pictures
_SAME = 0.99  # cosine of what one picture tower makes of a picture at two times


class Search(Pictures):
    """One gallery with the encoder that made it."""

    def __init__(
        self,
        encoder: Encoder,
        vectors: Vectors,
        gallery: str = "",
        held_out: Collection[str] = (),
        words: Callable[[StepProgress], PictureWords] | None = None,
    ) -> None:
        """``gallery``: its name. ``held_out``: texts that are searched for, so that no hub is worked out from captions that say the same.
        ``words``: see `Pictures`. Raises GalleryError when there are no vectors."""
        if not vectors.records:
            raise GalleryError(f"gallery {gallery!r} is empty: index pictures into it first")
        super().__init__(vectors, words)
        self.gallery = gallery
        self._encoder = encoder
        self._held_out = held_out
        self._among: NDArray[np.bool_] | None = None  # (n,) which pictures are ranked; nothing: all
        self._like = ""  # the file of a picture that what is looked for is like
        self._like_words = ""
        self._embeddings = Embeddings(encoder)
        self._listing = Listing(vectors)
        self._feedback = Feedback(vectors, self._embeddings, self._listing)
        self._fits = Fits(encoder, vectors.records)

    @classmethod
    def open(cls, store: Store, gallery: str, encoder: Encoder) -> Search:
        """A search in this gallery. Raises GalleryError when it is not there, empty, or another encoder's."""
        with store.open(gallery, encoder.fingerprint) as there:
            return cls(encoder, load_vectors(there), gallery)

    def only(self, wanted: Filter) -> Search:
        """The same search, which ranks those pictures alone that a filter lets through. Raises InputError when there are none. Whatever is
        measured over the gallery (means, spreads, hubs, places) is measured over all of it."""
        if not wanted:
            return self
        narrowed = copy(self)
        narrowed._among = wanted.rows(self.vectors.columns)
        return narrowed

    def like(self, picture: Path) -> Search:
        """The same search for what is like the picture in a file, too: how near each picture is to it is added to every list."""
        alike = copy(self)
        alike._like, alike._like_words = str(picture), ""
        return alike

    @property
    def like_words(self) -> str:
        """What stands for a description where there is only a picture: what is known of the nearest in the gallery. To search for it is to
        search for that picture alone. Empty where there is none."""
        if self._like and not self._like_words:
            nearest = self.record(self.by_image(self._like, 1)[0]["id"])
            self._like_words = nearest.caption or self.looks_like(nearest.id) or "a picture like this one"
        return self._like_words

    def read_by(self, encoder: Encoder) -> Search:
        """The same pictures, with texts read by another encoder of the same picture tower. Raises GalleryError when it is another tower."""
        first = self.vectors.records[0].path
        seen = encoder.encode_images([open_picture(Path(first))])[0]
        if seen.shape != self.vectors.images[0].shape or float(seen @ self.vectors.images[0]) < _SAME:
            raise GalleryError(f"the other encoder does not see {first} as this gallery's does: give one with the same picture tower")
        return Search(encoder, self.vectors, self.gallery, self._held_out, self._find_words)

    @cached_property
    def hubs(self) -> Hubs:
        """How much of a hub each picture is."""
        return self.vectors.hubs_without(self._held_out)

    def by_text(
        self, text: str, limit: int, clicks: Sequence[Click] = (), disliked: Sequence[str] = (), ruled_out: Sequence[str] = ()
    ) -> list[Hit]:
        """The pictures nearest to a text, best first; score is the cosine with it. What is marked or ruled out moves the order: see
        `scores`."""
        sought = self._text(text)._replace(away=self._feedback.away(disliked))
        return self._hits(sought, limit, self._added(clicks, ruled_out, sought))

    def by_image(self, path: str, limit: int) -> list[Hit]:
        """The pictures nearest to the picture in a file."""
        return self._hits(self._embeddings.of_picture(path), limit)

    def by_vector(self, vector: NDArray[np.float32], limit: int) -> list[Hit]:
        """The pictures nearest to an embedding, (d,) of unit length: exact, over all of them."""
        return self._hits(Sought(None, vector), limit)

    def scores(
        self,
        text: str,
        painting: str | None,
        *,
        dialog_num: int,
        image_num: int,
        round_number: int,
        shown: Collection[str] = (),
        clicks: Sequence[Click] = (),
        disliked: Sequence[str] = (),
        ruled_out: Sequence[str] = (),
        before: Sequence[tuple[str, str | None]] = (),
        hubs: bool = False,
        head: tuple[Fusion, int] | None = None,
    ) -> Scores:
        """What a fusion makes one order of: how near every picture is to a description and to a painting (the path of a file).

        ``head``: that fusion, and how many of its order are wanted. Of a large gallery, only those are scored that can be among them.

        ``hubs``: pictures that are near to whatever is asked for lose by it. ``before``: descriptions and paintings of earlier rounds, for
        a fusion that looks back; a painting whose file is gone is left out.

        ``ruled_out``: short texts such as "boats" or "red cat"; pictures that show it lose by it in every list (`ruling_out.py`).

        ``clicks``: what "more like this" on a page says of every picture (`clicks.py`) is added to every list. Of pictures that are
        ``disliked``, 0.4 of the mean likeness is taken from the dialog's scores (`listing.py`).
        """
        away = self._feedback.away(disliked)
        lists = [self._lists(text, painting, away), *(self._lists(*earlier, away, gone=True) for earlier in before)]
        added = self._added(clicks, ruled_out, lists[0]["dialog"])
        if hubs:
            added = self._of_hubs if added is None else added + self._of_hubs
        seen = np.zeros(len(self), dtype=np.bool_)
        seen[self.rows(shown)] = True
        places = {"dialog_num": dialog_num, "image_num": image_num, "round_number": round_number}
        return self._listing.scored(lists, added, seen, self._among, head, **places)

    def scores_by_text(self, text: str) -> NDArray[np.float32]:
        """How near every picture is to a text: cosines, (n,). Not to be written into."""
        return self._listing.cosines(self._text(text))

    def cosines(self, text: str, ids: Sequence[str]) -> NDArray[np.float32]:
        """How near pictures are to a text, (n,), in the order of ``ids``."""
        return self._listing.cosines(self._text(text), np.array([self.row(id_) for id_ in ids], dtype=np.intp))

    def ranks_by_text(self, text: str, ids: Sequence[str]) -> list[int]:
        """Where pictures stand in the whole ranking for a text, from 1."""
        cosines = self.scores_by_text(text)
        return [place(cosines, self.row(id_)) for id_ in ids]

    @property
    def rerank(self) -> int:
        """How many of the first results are ordered once more, by an encoder that can read text and picture together; 0: none."""
        return self._fits.rerank

    def reranked(self, fused: Fused, text: str) -> Fused:
        """An order with its first results ordered once more, how well each fits a text added: the encoder's matching head says that.

        Their files are opened for it; those that are gone or damaged keep their places.
        """
        head = fused.head(self.rerank)
        return reranked(fused, head, with_fits(fused, head, self._fits.of(text, fused.in_gallery(head)))) if len(head) else fused

    def cuts(self, text: str) -> bool:
        """Whether a text is longer than the encoder reads."""
        return self._encoder.cuts(text)

    def reads(self, text: str) -> bool:
        """Whether the encoder knows most words of a text: one that it has to take to pieces, as of another language, it only guesses at."""
        some = _WORD.findall(text)[:_WORDS_LOOKED_AT]
        return bool(some) and self._encoder.tokens(" ".join(some)) <= PIECES_A_WORD * len(some)

    def alike(self, one: str, other: str) -> float:
        """How far two texts find the same pictures: the correlation of their scores over the gallery, -1 to 1, whatever the scale of the
        encoder. In a gallery too small to tell it is 1."""
        if len(self) < _ENOUGH_TO_TELL:
            return 1.0
        if compact := self.vectors.compact:
            return compact.correlation(self._text(one).near, self._text(other).near)
        return float(np.corrcoef(self.scores_by_text(one), self.scores_by_text(other))[0, 1])

    @cached_property
    def _of_hubs(self) -> NDArray[np.float32]:
        """(n,): what hubs add to every list."""
        return np.float32(-HUB_WEIGHT) * self.hubs.values

    def _text(self, text: str) -> Sought:
        if self._like and text == self.like_words:
            return self._embeddings.of_picture(self._like)
        return self._embeddings.of_text(text)

    def _lists(
        self, text: str, painting: str | None, away: NDArray[np.float32] | None, *, gone: bool = False
    ) -> dict[ResultOrigin, Sought]:
        """The lists of a round, with what is disliked today; what was clicked is added once, beside them. ``gone``: the painting's file may
        be."""
        lists: dict[ResultOrigin, Sought] = {"dialog": self._text(text)._replace(away=away)}
        if painting and (not gone or painting_file(painting).is_file()):
            lists["image"] = self._embeddings.of_picture(painting)
        return lists

    def _added(self, clicks: Sequence[Click], ruled_out: Sequence[str], described: Sought) -> NDArray[np.float32] | None:
        like = self._embeddings.of_picture(self._like) if self._like else None
        return self._feedback.added(clicks, ruled_out, described, like)

    def _hits(self, sought: Sought, limit: int, added: NDArray[np.float32] | None = None) -> list[Hit]:
        """The first of a list; a score is the cosine with what it is near to."""
        nothing = np.zeros(len(self), dtype=np.bool_)
        scores = self._listing.scored([{"dialog": sought}], added, nothing, self._among, (FUSIONS.named("slots"), limit))
        best = scores.best(limit)
        ids = self.vectors.ids(scores.in_gallery(best))
        return [{"id": id_, "score": float(scores.text[row])} for id_, row in zip(ids, best, strict=True)]
