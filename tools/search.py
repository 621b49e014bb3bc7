"""Search: the gallery ranked by a text or by a picture. Exact, over all of it; ties go to the smaller id.

Of a large gallery, the head of an order is found in two steps: a pass over its embeddings in 8 bits passes over whatever cannot be in the
head for certain (`store/gallery/compact.py`), and what is left is scored exactly. Whoever wants a whole order has every picture scored.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from copy import copy
from dataclasses import dataclass, replace
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
from .fusion import FUSIONS, HUB_WEIGHT, Scales, Scores, first, fused_among, place, reranked, with_fits, with_page
from .fusion.order import spread, standardised
from .listing import Listing, Sought
from .ruling_out import noun_of, push

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from numpy.typing import NDArray

    from ..contracts import Click, Encoder, Hit, PictureRecord, ResultOrigin, StepProgress, Store
    from ..store.gallery.filters import Filter
    from ..store.gallery.hubs import Hubs
    from .fusion import Fused, Fusion, Result, Shares
    from .words.picture_words import PictureWords

PIECES_A_WORD = 2.3  # tokens; English has 1.0-1.7 of CLIP's, and other languages that an encoder does not know from 2.7 on
_WORD = re.compile(r"[^\W_]+")
_WORDS_LOOKED_AT = 20
_ENOUGH_TO_TELL = 30  # pictures
LIKE = 1.0  # of likeness to the picture that a search is begun with, beside 1 for the text
_SAME = 0.99  # cosine of what one picture tower makes of a picture at two times
REMEMBERED = 256  # embeddings kept: a conversation asks for the same description and painting several times


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
        self._listing = Listing(vectors)
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
        nearest = self.record(self.by_image(self._like, 1)[0]["id"])
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
        return self._hits(Sought(*self._text(text), self._mean(disliked)), limit, self._said(clicks, text, ruled_out))

    def by_image(self, path: str, limit: int) -> list[Hit]:
        """The pictures nearest to the picture in a file."""
        return self._hits(Sought(*self._painting(path)), limit)

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
        away = self._mean(disliked)
        lists = [self._lists(text, painting, away), *(self._lists(*earlier, away, gone=True) for earlier in before)]
        added = self._said(clicks, text, ruled_out)
        if hubs:
            added = self._of_hubs if added is None else added + self._of_hubs
        seen = np.zeros(len(self), dtype=np.bool_)
        seen[self._rows(shown)] = True
        scales, rows = None, None
        if compact := self.vectors.compact:
            scales = Scales(
                tuple({origin: self._listing.scale(sought, compact) for origin, sought in each.items()} for each in lists), _mean_of(added)
            )
            passed = seen if self.among is None else seen | ~self.among
            rows = self._listing.shortlist(*head, lists, scales, round_number, added, passed) if head else None
        now, *earlier_lists = [{origin: self._listing.scores(sought, rows) for origin, sought in each.items()} for each in lists]
        return Scores(
            text=self._listing.cosines(lists[0]["dialog"], rows),
            dialog=now["dialog"],
            image=now.get("image"),
            shown=seen if rows is None else seen[rows],
            dialog_num=dialog_num,
            image_num=image_num,
            round_number=round_number,
            added=added if rows is None or added is None else added[rows],
            before=tuple(earlier_lists),
            scales=scales,
            rows=rows,
        )

    def scores_by_text(self, text: str) -> NDArray[np.float32]:
        """How near every picture is to a text: cosines, (n,). Not to be written into."""
        return self._listing.cosines(Sought(*self._text(text)))

    def fused(self, fuse: Callable[[Scores], Fused], scores: Scores) -> Fused:
        """What a fusion makes of the scores, of the pictures that are ranked."""
        if scores.rows is None:
            return fused_among(fuse, scores, self.among)
        return replace(fused_among(fuse, scores, None if self.among is None else self.among[scores.rows]), rows=scores.rows)

    def after(self, fused: Fused, seen: Collection[str]) -> Fused:
        """The same order with what comes next on its page, at most a page of it: none of what was ``seen``, by id."""
        rows = fused.order[: PAGE + len(seen)]
        return with_page(fused, rows[~np.isin(fused.in_gallery(rows), self._rows(seen))][:PAGE])

    def best(self, scores: Scores, limit: int) -> NDArray[np.intp]:
        """Where the first of the dialog's list stand in the scores, best first, of the pictures that are ranked."""
        among = self.among if self.among is None or scores.rows is None else self.among[scores.rows]
        return first(scores.lists()["dialog"], limit, among)

    def results(self, fused: Fused, scores: Scores) -> list[Result]:
        """The page of a fusion; the score of a result is its cosine with what found it."""
        by = {"dialog": scores.text, "image": scores.text if scores.image is None else scores.image}
        return [
            {"id": id_, "score": float(by[origin][row]), "source": origin, "shares": _rounded(shares)}
            for id_, row, origin, shares in zip(
                self.vectors.ids(fused.in_gallery(fused.page)), fused.page, fused.origins, fused.shares, strict=True
            )
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
        return reranked(fused, head, with_fits(fused, head, self._fits.of(text, fused.in_gallery(head)))) if len(head) else fused

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
        return self._ranks(self._listing.cosines(Sought(*self._painting(path))), ids)

    def cosines(self, text: str, ids: Sequence[str]) -> NDArray[np.float32]:
        """How near pictures are to a text, (n,), in the order of ``ids``."""
        return self._listing.cosines(Sought(*self._text(text)), np.array([self.row(id_) for id_ in ids], dtype=np.intp))

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
            return compact.correlation(self._text(one)[1], self._text(other)[1])
        return float(np.corrcoef(self.scores_by_text(one), self.scores_by_text(other))[0, 1])

    def candidates(self, ids: Sequence[str]) -> Candidates:
        """What Algorithm 1 looks at, for pictures that a search has found."""
        rows = [self.row(id_) for id_ in ids]
        captions = [self.vectors.records[row].caption for row in rows]
        return Candidates(list(ids), captions, np.asarray(self.vectors.images[rows]), np.asarray(self.vectors.captions[rows]))

    def _text(self, text: str) -> tuple[tuple[str, str], NDArray[np.float32]]:
        if self._like and text == self.like_words:
            return self._painting(self._like)
        key = ("text", text)
        return key, self._embedded(key, lambda: self._encoder.encode_texts([text])[0])

    def _painting(self, path: str) -> tuple[tuple[str, str], NDArray[np.float32]]:
        file = painting_file(path)
        key = ("image", content_id(file))  # by content: the same path may hold another painting after a round was run again
        return key, self._embedded(key, lambda: self._encoder.encode_images([open_picture(file)])[0])

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

    def _hits(self, sought: Sought, limit: int, said: NDArray[np.float32] | None = None) -> list[Hit]:
        """The first of a list, with what is ``said``, (n,), added; a score is the cosine with what it is near to."""
        scale, rows = None, None
        if compact := self.vectors.compact:
            scale, passed = self._listing.scale(sought, compact), None if self.among is None else ~self.among
            alone = Scales(({"dialog": scale},))
            rows = self._listing.shortlist(FUSIONS.named("slots"), limit, [{"dialog": sought}], alone, added=said, passed=passed)
        by = self._listing.scores(sought, rows)
        if said is not None:
            by = by + (scale.spread if scale else spread(by)) * (said if rows is None else said[rows])
        best = first(by, limit, self.among if rows is None else None)
        scores = self._listing.cosines(sought, rows)[best]
        ids = self.vectors.ids(best if rows is None else rows[best])
        return [{"id": id_, "score": float(score)} for id_, score in zip(ids, scores, strict=True)]

    def _said(self, clicks: Sequence[Click], text: str, ruled_out: Sequence[str]) -> NDArray[np.float32] | None:
        """What all clicks, all that is ruled out and the picture that the search is begun with say of every picture together, (n,); nothing
        without any. Of a page those pictures count that the gallery still has."""
        said = []
        for click in clicks:
            if click.liked in self._row:
                page = self.there(click.page or (click.liked,))
                said.append(self._listing.kept(("click", " ".join((click.liked, *page))), partial(self._evidence, page, click.liked)))
        if self._like:
            said.append(standardised(self._listing.cosines(Sought(*self._painting(self._like))), LIKE))
        said += [self._listing.kept(("ruled out", f"{each}\n{text}"), partial(self._push, each, text)) for each in dict.fromkeys(ruled_out)]
        return sum(said[1:], said[0]) if said else None

    def _push(self, ruled_out: str, text: str) -> NDArray[np.float32]:
        noun = noun_of(ruled_out)
        by_noun = self.scores_by_text(noun) if noun else None
        return push(self.scores_by_text(ruled_out), self.scores_by_text(text), by_noun)

    def _evidence(self, page: Sequence[str], liked: str) -> NDArray[np.float32]:
        # One product for the whole page: ten passes take three times as long. Rounded, so that equal pictures stay equal.
        likeness = np.round(self.vectors.images[self._rows(page)] @ self.vectors.images.T, 4)
        return evidence(likeness, page.index(liked))

    def _mean(self, disliked: Sequence[str]) -> NDArray[np.float32] | None:
        """The middle of what is disliked, (d,); nothing where nothing is."""
        rows = self._rows(disliked)
        return np.mean(self.vectors.images[rows], axis=0) if rows else None

    def _lists(
        self, text: str, painting: str | None, away: NDArray[np.float32] | None, *, gone: bool = False
    ) -> dict[ResultOrigin, Sought]:
        """The lists of a round, with what is disliked today; what was clicked is added once, beside them. ``gone``: the painting's file may
        be."""
        lists: dict[ResultOrigin, Sought] = {"dialog": Sought(*self._text(text), away)}
        if painting and (not gone or painting_file(painting).is_file()):
            lists["image"] = Sought(*self._painting(painting))
        return lists

    @cached_property
    def _of_hubs(self) -> NDArray[np.float32]:
        """(n,): what hubs add to every list."""
        return np.float32(-HUB_WEIGHT) * self.hubs.values

    def _rows(self, ids: Collection[str]) -> list[int]:
        """Of those that the gallery holds; it may have changed since they were shown."""
        return [self._row[id_] for id_ in ids if id_ in self._row]


def _mean_of(added: NDArray[np.float32] | None) -> float:
    return 0.0 if added is None else float(added.mean())


def _rounded(shares: Shares) -> Shares:
    return {origin: round(share, 3) for origin, share in shares.items()}
