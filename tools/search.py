"""Search: the gallery ranked by a text or by a picture. Exact, over all of it; ties go to the smaller id."""

from __future__ import annotations

import re
from collections import OrderedDict
from copy import copy
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from ..contracts import PAGE, unwatched
from ..errors import GalleryError, ModelError
from ..store.conversations.paintings import painting_file
from ..store.gallery.vectors import Vectors, load_vectors
from ..store.pictures import content_id, open_picture
from .clicks import evidence
from .fits import Fits
from .fusion import Scores, first, fused_among, place, reranked, with_fits, with_page
from .fusion.order import spread, standardised
from .ruling_out import noun_of, push

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from ..contracts import Click, Encoder, Hit, PictureRecord, StepProgress, Store
    from ..store.gallery.filters import Filter
    from ..store.gallery.hubs import Hubs
    from .fusion import Fused, Lists, Result, Shares
    from .words.picture_words import PictureWords

DISLIKED = -0.4  # of likeness to what is to be kept away from, beside 1 for the text; measured in docs/log/2026-11-24-marks.md
PIECES_A_WORD = 2.3  # tokens; English has 1.0-1.7 of CLIP's, and other languages that an encoder does not know from 2.7 on
_WORD = re.compile(r"[^\W_]+")
_WORDS_LOOKED_AT = 20
_ENOUGH_TO_TELL = 30  # pictures
LIKE = 1.0  # of likeness to the picture that a search is begun with, beside 1 for the text
_SAME = 0.99  # cosine of what one picture tower makes of a picture at two times
REMEMBERED = 256  # embeddings kept: a conversation asks for the same description and painting several times
_SCORES_KEPT = 32 << 20  # bytes of scores: a round asks for those of its description twice, and for those of the rounds before


@dataclass(frozen=True)
class Candidates:
    """Pictures for Algorithm 1, in the order asked for: embeddings are (n, d) with rows of unit length."""

    ids: list[str]
    captions: list[str]
    images_embedded: NDArray[np.float32]
    captions_embedded: NDArray[np.float32]


class Search:
    """One gallery with the encoder that made it."""

    def __init__(
        self,
        encoder: Encoder,
        vectors: Vectors,
        held_out: Collection[str] = (),
        gallery: str = "",
        words: Callable[[StepProgress], PictureWords] | None = None,
    ) -> None:
        self._encoder = encoder
        self.gallery = gallery  # its name
        self.vectors = vectors
        self.among: NDArray[np.bool_] | None = None  # (n,) which pictures are ranked; nothing: all
        self._like = ""  # the file of a picture that what is looked for is like
        self._held_out = held_out
        self._find_words = words
        self._found_words: list[PictureWords] = []  # one, once they are found
        self._row = vectors.rows
        self._remembered: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()
        self._scored: OrderedDict[tuple[str, str], NDArray[np.float32]] = OrderedDict()
        self._fits = Fits(encoder, vectors.records)
        self._lock = Lock()

    @classmethod
    def open(cls, store: Store, gallery: str, encoder: Encoder) -> Search:
        """A search in this gallery. Raises GalleryError when it is not there, empty, or another encoder's."""
        with store.open(gallery, encoder.fingerprint) as there:
            return cls.over(load_vectors(there), encoder, gallery)

    @classmethod
    def over(
        cls,
        vectors: Vectors,
        encoder: Encoder,
        gallery: str,
        held_out: Collection[str] = (),
        words: Callable[[StepProgress], PictureWords] | None = None,
    ) -> Search:
        """A search in vectors of a gallery that this encoder made. ``held_out``: texts that are searched for, so that no hub is worked out
        from captions that say the same. ``words``: finds the words of the pictures when they are first wanted; without it they have none.
        Raises GalleryError when there are no vectors."""
        if not vectors.records:
            raise GalleryError(f"gallery {gallery!r} is empty: index pictures into it first")
        return cls(encoder, vectors, held_out, gallery, words)

    def __len__(self) -> int:
        return len(self.vectors.records)

    @property
    def ids(self) -> list[str]:
        """Every picture, sorted."""
        return list(self.vectors.rows)

    @cached_property
    def hubs(self) -> Hubs:
        """How much of a hub each picture is."""
        return self.vectors.hubs_without(self._held_out)

    def only(self, wanted: Filter) -> Search:
        """The same search, which ranks those pictures alone that a filter lets through. Raises InputError when there are none. Whatever is
        measured over the gallery (means, spreads, hubs, places) is measured over all of it."""
        if not wanted:
            return self
        narrowed = copy(self)
        narrowed.among = wanted.rows(self.vectors.columns)
        return narrowed

    def like(self, picture: Path) -> Search:
        """The same search for what is like the picture in a file, too: how near each picture is to it is added to every list."""
        alike = copy(self)
        alike._like = str(picture)
        return alike

    @cached_property
    def like_words(self) -> str:
        """What stands for a description where there is only a picture: what is known of the nearest in the gallery. To search for it is to
        search for that picture alone. Empty where there is none."""
        if not self._like:
            return ""
        nearest = self.vectors.records[self.first(self._scores_by_image(self._like), 1)[0]]
        return nearest.caption or self.looks_like(nearest.id) or "a picture like this one"

    def read_by(self, encoder: Encoder) -> Search:
        """The same pictures, with texts read by another encoder of the same picture tower. Raises GalleryError when it is another tower."""
        first = self.vectors.records[0].path
        seen = encoder.encode_images([open_picture(Path(first))])[0]
        if seen.shape != self.vectors.images[0].shape or float(seen @ self.vectors.images[0]) < _SAME:
            raise GalleryError(f"the other encoder does not see {first} as this gallery's does: give one with the same picture tower")
        return Search(encoder, self.vectors, self._held_out, self.gallery, self._find_words)

    def record(self, id_: str) -> PictureRecord:
        """Path, captions and size of a picture."""
        return self.vectors.records[self.row(id_)]

    def words(self, ids: Sequence[str]) -> list[tuple[str, ...]]:
        """What the encoder sees in each of these pictures, of the words of the prompt set, best first; nothing where there are no words."""
        return [self._words.words(self.row(id_)) if self._words else () for id_ in ids]

    def looks_like(self, id_: str) -> str:
        """The same in a line, for a picture that nobody has captioned; empty for one with a caption, which says more."""
        return "" if self.record(id_).caption or not self._words else self._words.line(self.row(id_))

    def prepare(self, progress: StepProgress = unwatched) -> None:
        """Work out now what would be worked out with the first page: the words, where a picture has no caption. ``progress`` is told of
        the texts that the encoder has to read for that."""
        if not self.vectors.captioned.all():
            self._all_words(progress)

    @property
    def _words(self) -> PictureWords | None:
        return self._all_words(unwatched)

    def _all_words(self, progress: StepProgress) -> PictureWords | None:
        if not self._found_words and self._find_words:
            self._found_words.append(self._find_words(progress))
        return self._found_words[0] if self._found_words else None

    def by_text(
        self, text: str, limit: int, clicks: Sequence[Click] = (), disliked: Sequence[str] = (), ruled_out: Sequence[str] = ()
    ) -> list[Hit]:
        """The pictures nearest to a text, best first; score is the cosine with it. What is marked or ruled out moves the order: see
        `scores`."""
        cosines = self.scores_by_text(text)
        by, said = self._away_from(cosines, self._likeness(disliked)), self._said(clicks, text, ruled_out)
        return self._hits(cosines, by if said is None else by + spread(by) * said, limit)

    def by_image(self, path: str, limit: int) -> list[Hit]:
        """The pictures nearest to the picture in a file."""
        cosines = self._scores_by_image(path)
        return self._hits(cosines, cosines, limit)

    def by_vector(self, vector: NDArray[np.float32], limit: int) -> list[Hit]:
        """The pictures nearest to an embedding, (d,) of unit length: exact, over all of them."""
        cosines = self._cosines(vector)
        return self._hits(cosines, cosines, limit)

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
    ) -> Scores:
        """What a fusion makes one order of: how near every picture is to a description and to a painting (the path of a file).

        ``hubs``: pictures that are near to whatever is asked for lose by it. ``before``: descriptions and paintings of earlier rounds, for
        a fusion that looks back; a painting whose file is gone is left out.

        ``ruled_out``: short texts such as "boats" or "red cat"; pictures that show it lose by it in every list (`ruling_out.py`).

        ``clicks``: what "more like this" on a page says of every picture (`clicks.py`) is added to every list. Of pictures that are
        disliked, 0.4 of the mean likeness is taken from the dialog's scores, as in Rocchio's relevance feedback. Pictures are more alike
        than a picture and a text, so the likeness is first brought to the spread that the text's scores have over the gallery.
        """
        cosines = self.scores_by_text(text)
        likeness = self._likeness(disliked)
        seen = np.zeros(len(self), dtype=np.bool_)
        seen[self._rows(shown)] = True
        scores = Scores(
            text=cosines,
            dialog=self._away_from(cosines, likeness),
            image=self._scores_by_image(painting) if painting else None,
            shown=seen,
            dialog_num=dialog_num,
            image_num=image_num,
            round_number=round_number,
            added=self._said(clicks, text, ruled_out),
            before=tuple(self._lists(*earlier, likeness) for earlier in before),
        )
        return scores.corrected(self.hubs.values) if hubs else scores

    def scores_by_text(self, text: str) -> NDArray[np.float32]:
        """How near every picture is to a text: cosines, (n,). Not to be written into."""
        if self._like and text == self.like_words:
            return self._scores_by_image(self._like)
        embedded = self._text(text)
        return self._kept(("text", text), lambda: self._cosines(embedded))

    def fused(self, fuse: Callable[[Scores], Fused], scores: Scores) -> Fused:
        """What a fusion makes of the scores, of the pictures that are ranked."""
        return fused_among(fuse, scores, self.among)

    def after(self, fused: Fused, seen: Collection[str]) -> Fused:
        """The same order with what comes next on its page, at most a page of it: none of what was ``seen``, by id."""
        rows = fused.order[: PAGE + len(seen)]
        return with_page(fused, rows[~np.isin(rows, self._rows(seen))][:PAGE])

    def first(self, by: NDArray[np.float32], limit: int) -> NDArray[np.intp]:
        """The rows with the highest of (n,) scores, best first, of the pictures that are ranked."""
        return first(by, limit, self.among)

    def results(self, fused: Fused, scores: Scores) -> list[Result]:
        """The page of a fusion; the score of a result is its cosine with what found it."""
        by = {"dialog": scores.text, "image": scores.text if scores.image is None else scores.image}
        return [
            {"id": id_, "score": float(by[origin][row]), "source": origin, "shares": _rounded(shares)}
            for id_, row, origin, shares in zip(self.vectors.ids(fused.page), fused.page, fused.origins, fused.shares, strict=True)
        ]

    @property
    def rerank(self) -> int:
        """How many of the first results are ordered once more, by an encoder that can read text and picture together; 0: none."""
        return self._fits.rerank

    def reranked(self, fused: Fused, text: str) -> Fused:
        """An order with its first results ordered once more, how well each fits a text added: the encoder's matching head says that.

        Their files are opened for it; those that are gone or damaged keep their places.
        """
        head = fused.head(self.rerank)
        return reranked(fused, head, with_fits(fused, head, self._fits.of(text, head))) if len(head) else fused

    def row(self, id_: str) -> int:
        """Where a picture stands in the scores. Raises GalleryError for one that is not there."""
        if id_ not in self._row:
            raise GalleryError(f"the gallery holds no picture {id_!r}: it has changed since it was searched; start a new conversation")
        return self._row[id_]

    def there(self, ids: Sequence[str]) -> list[str]:
        """Those of these pictures that the gallery holds, in the same order."""
        return [id_ for id_ in ids if id_ in self._row]

    def ranks_by_text(self, text: str, ids: Sequence[str]) -> list[int]:
        """Where pictures stand in the whole ranking for a text, from 1."""
        return self._ranks(self.scores_by_text(text), ids)

    def ranks_by_image(self, path: str, ids: Sequence[str]) -> list[int]:
        """Where pictures stand in the whole ranking for the picture in a file, from 1."""
        return self._ranks(self._scores_by_image(path), ids)

    def cosines(self, text: str, ids: Sequence[str]) -> NDArray[np.float32]:
        """How near pictures are to a text, (n,), in the order of ``ids``."""
        return self.scores_by_text(text)[[self.row(id_) for id_ in ids]]

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
        return float(np.corrcoef(self.scores_by_text(one), self.scores_by_text(other))[0, 1])

    def candidates(self, ids: Sequence[str]) -> Candidates:
        """What Algorithm 1 looks at, for pictures that a search has found."""
        rows = [self.row(id_) for id_ in ids]
        captions = [self.vectors.records[row].caption for row in rows]
        return Candidates(list(ids), captions, np.asarray(self.vectors.images[rows]), np.asarray(self.vectors.captions[rows]))

    def _text(self, text: str) -> NDArray[np.float32]:
        return self._embedded(("text", text), lambda: self._encoder.encode_texts([text])[0])

    def _scores_by_image(self, path: str) -> NDArray[np.float32]:
        file = painting_file(path)
        key = ("image", content_id(file))  # by content: the same path may hold another painting after a round was run again
        embedded = self._embedded(key, lambda: self._encoder.encode_images([open_picture(file)])[0])
        return self._kept(key, lambda: self._cosines(embedded))

    def _kept(self, key: tuple[str, str], score: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        """A number for every picture, (n,), of the last ones asked for without working them out again. Not to be written into."""
        with self._lock:
            if key in self._scored:
                self._scored.move_to_end(key)
                return self._scored[key]
        found = score()
        found.flags.writeable = False
        with self._lock:
            self._scored[key] = found
            while len(self._scored) > 1 and len(self._scored) * found.nbytes > _SCORES_KEPT:
                self._scored.popitem(last=False)
        return found

    def _embedded(self, key: tuple[str, str], encode: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        with self._lock:
            if key not in self._remembered:
                vector = encode()
                if not np.isfinite(vector).all():  # every comparison with it would be false, and the page a random one
                    raise ModelError(f"the encoder gave no numbers for a {key[0]}: try another `dtype` in the profile")
                self._remembered[key] = vector
            self._remembered.move_to_end(key)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
            return self._remembered[key]

    def _ranks(self, cosines: NDArray[np.float32], ids: Sequence[str]) -> list[int]:
        return [place(cosines, self.row(id_)) for id_ in ids]

    def _hits(self, cosines: NDArray[np.float32], by: NDArray[np.float32], limit: int) -> list[Hit]:
        rows = self.first(by, limit)
        return [{"id": id_, "score": float(score)} for id_, score in zip(self.vectors.ids(rows), cosines[rows], strict=True)]

    def _said(self, clicks: Sequence[Click], text: str, ruled_out: Sequence[str]) -> NDArray[np.float32] | None:
        """What all clicks, all that is ruled out and the picture that the search is begun with say of every picture together, (n,); nothing
        without any. Of a page those pictures count that the gallery still has."""
        said = []
        for click in clicks:
            if click.liked in self._row:
                page = self.there(click.page or (click.liked,))
                said.append(self._kept(("click", " ".join((click.liked, *page))), partial(self._evidence, page, click.liked)))
        if self._like:
            said.append(standardised(self._scores_by_image(self._like), LIKE))
        said += [self._kept(("ruled out", f"{each}\n{text}"), partial(self._push, each, text)) for each in dict.fromkeys(ruled_out)]
        return sum(said[1:], said[0]) if said else None

    def _push(self, ruled_out: str, text: str) -> NDArray[np.float32]:
        noun = noun_of(ruled_out)
        by_noun = self.scores_by_text(noun) if noun else None
        return push(self.scores_by_text(ruled_out), self.scores_by_text(text), by_noun)

    def _evidence(self, page: Sequence[str], liked: str) -> NDArray[np.float32]:
        # One product for the whole page: ten passes take three times as long. Rounded, so that equal pictures stay equal (see `cosines`).
        likeness = np.round(self.vectors.images[self._rows(page)] @ self.vectors.images.T, 4)
        return evidence(likeness, page.index(liked))

    def _likeness(self, disliked: Sequence[str]) -> NDArray[np.float32] | None:
        """How near every picture is to what is disliked, (n,); nothing where nothing is."""
        rows = self._rows(disliked)
        return self._cosines(np.mean(self.vectors.images[rows], axis=0)) if rows else None

    @staticmethod
    def _away_from(by: NDArray[np.float32], likeness: NDArray[np.float32] | None) -> NDArray[np.float32]:
        return by if likeness is None else by + DISLIKED * likeness * (spread(by) / spread(likeness))

    def _lists(self, text: str, painting: str | None, likeness: NDArray[np.float32] | None) -> Lists:
        """The lists of an earlier round, with what is disliked today; what was clicked is added once, beside them."""
        lists: Lists = {"dialog": self._away_from(self.scores_by_text(text), likeness)}
        if painting and painting_file(painting).is_file():
            lists["image"] = self._scores_by_image(painting)
        return lists

    def _rows(self, ids: Collection[str]) -> list[int]:
        """Of those that the gallery holds; it may have changed since they were shown."""
        return [self._row[id_] for id_ in ids if id_ in self._row]

    def _cosines(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        return cosines(self.vectors.images, vector)


def cosines(images: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of the rows of (n, d) with (d,), all of unit length: (n,). The same row gives the same number wherever it stands, so that equal
    pictures have equal scores; with ``images @ vector`` the last digit depends on the place."""
    found: NDArray[np.float32] = np.einsum("nd,d->n", images, vector)
    return found


def _rounded(shares: Shares) -> Shares:
    return {origin: round(share, 3) for origin, share in shares.items()}
