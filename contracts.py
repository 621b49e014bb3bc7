"""The seams: what the rest of the package may ask of a model, of the user and of a store, and what they exchange.

One adapter per file implements each. Everything else is handed these and knows no library behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, NotRequired, Protocol, runtime_checkable

from typing_extensions import ReadOnly, TypedDict

from .plain import cleaned, shown

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

StepProgress = Callable[[int, int], None]  # steps done, steps in all


def unwatched(done: int, total: int) -> None:
    """The progress that nobody follows."""


# Models


class Encoder(Protocol):
    """Text and pictures in one space (CLIP, BLIP)."""

    @property
    def fingerprint(self) -> str:
        """Identifies weights and configuration; a gallery remembers it, because vectors of two encoders do not compare."""

    @property
    def dimension(self) -> int:
        """Length d of every vector."""

    def encode_texts(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """(n, d), rows of unit length."""

    def encode_images(self, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n, d), rows of unit length."""

    def cuts(self, text: str) -> bool:
        """Whether a text is longer than the encoder reads, so that its end does not count."""

    def tokens(self, text: str) -> int:
        """How many pieces the encoder takes a text apart into, those that mark its beginning and end aside: many for words it does not
        know. As many as it reads for a longer text."""


@runtime_checkable
class Matcher(Protocol):
    """An encoder that can also read a text together with pictures (BLIP's matching head): slower by far, and more exact."""

    @property
    def rerank(self) -> int:
        """How many of the first results it orders; 0: none, and `match` is not called."""

    def match(self, text: str, images: Sequence[Image.Image]) -> NDArray[np.float32]:
        """(n,): how well each picture fits the text; higher is better."""


class Example(NamedTuple):
    """An earlier turn of a chat that shows a model how it is done."""

    asked: str
    replied: str


class LanguageModel(Protocol):
    """The LLM: asks, judges, rewrites, re-prompts."""

    def reply(self, prompt: str, *, again: int = 0, examples: Sequence[Example] = (), begin: str = "") -> str:
        """One user message in, stripped text out, thinking removed. Raises BrokenReply when every try came back empty.

        ``again``: 0 for a reply as the profile says; from 1 on for another one to the same prompt, drawn, and the same for the same number.
        ``examples`` come before the message. ``begin``: the words that the reply begins with, and that are part of it; where a model cannot
        be made to, they stand at the end of the message, so that one beginning does not get the reply of another.
        """

    def choose(self, prompt: str, answers: Sequence[str], *, examples: Sequence[Example] = ()) -> str:
        """The likeliest of these answers to a message; where likelihoods are not to be had, the one that the reply names, or nothing."""


class VisionModel(Protocol):
    """The VLM: answers about pictures; as the simulated user it is the only model that is ever handed the target."""

    def reply(self, prompt: str, images: Sequence[Image.Image]) -> str:
        """One user message, pictures before the text, in the order given. Raises BrokenReply when every try came back empty."""


class Painter(Protocol):
    """The text-to-image model."""

    def paint(self, prompt: str, seed: int, progress: StepProgress = unwatched) -> Image.Image:
        """One RGB picture; the same prompt and seed give the same picture. ``progress`` is called after each step. Raises BrokenReply when
        what came out is no picture."""


# The user


class UserReply(TypedDict):
    """What the user says to a question. Empty text: they skipped it. Plain JSON, because it is kept in the state."""

    text: str
    accepted: str | None  # id of a result, when they say that it is the picture they have in mind
    more_like: NotRequired[list[str]]  # ids of results to look for the like of
    not_these: NotRequired[list[str]]  # ids of results to keep away from
    show_again: NotRequired[bool]  # from here on, what was shown before counts as not shown
    description: NotRequired[str]  # what is understood, as the user wants it worded
    prompt: NotRequired[str]  # the same of what is painted
    ruled_out: NotRequired[list[str]]  # the whole list of what the picture does not show, as the user wants it
    further: NotRequired[Sequence[ShownResult]]  # results beyond the ten that they looked at before they said anything
    english: NotRequired[str]  # the text as it was understood, where it is in another language


class ShownResult(TypedDict):
    """A result as the user has seen it."""

    id: ReadOnly[str]


class EarlierRound(TypedDict):
    """What the user has lived through in a round: what they were asked, what they said, and the page that came of it."""

    question: ReadOnly[str]  # empty when nothing was asked
    answer: ReadOnly[UserReply]
    results: ReadOnly[Sequence[ShownResult]]
    further: NotRequired[ReadOnly[Sequence[ShownResult]]]  # of the page before: results beyond its ten that they looked at


class User(Protocol):
    """Who has a picture in mind: a person, or the simulator that holds the target.

    ``earlier``: the rounds from 0 to the one before this. There are as many as this round's number, and a reply may name their results.
    """

    def answer(self, question: str, earlier: Sequence[EarlierRound]) -> UserReply:
        """The answer to a question about the picture in mind."""

    def offer(self, words: Sequence[str], earlier: Sequence[EarlierRound]) -> UserReply:
        """What they say where nothing can be asked; ``words`` tell apart what fits so far, and may be taken or denied."""

    def compare(self, question: str, painting: str, earlier: Sequence[EarlierRound]) -> UserReply:
        """What is wrong with a painting (path of a PNG file) compared with the picture in mind."""

    def point(self, results: Sequence[tuple[str, str]]) -> UserReply:
        """The result nearest to the picture in mind, marked as "more like this". ``results``: id and path of each, best first."""


# Search

PAGE = 10  # results shown at a time (equation 1: dial_num + image_num)
ResultOrigin = Literal["dialog", "image"]  # which of the two lists brought a result: that of the description, or of the painting


class Hit(TypedDict):
    """One picture of a ranked list, best first."""

    id: str
    score: float


class Click(NamedTuple):
    """Of the pictures of a page, by id, the one of which the user wants more."""

    page: tuple[str, ...]
    liked: str


# Galleries


@dataclass(frozen=True)
class PictureRecord:
    """One picture as a gallery knows it."""

    id: str
    path: str
    captions: tuple[str, ...]
    width: int
    height: int
    also: tuple[str, ...] = ()  # other paths of the same content
    size: int = 0  # of the file, in bytes
    modified: int = 0  # when the file was last written, in ns
    by_model: bool = False  # whether a model wrote the captions; they give way to a person's
    taken: str | None = None  # ISO 8601, by the camera's clock; empty where no camera said; None where an older version did not look

    @property
    def date(self) -> datetime | None:
        """When it was taken, by the clock of the place; else when its file was last written, by the clock of this machine."""
        try:
            if self.taken:
                return datetime.fromisoformat(self.taken).replace(tzinfo=None)
            return datetime.fromtimestamp(self.modified // 10**9) if self.modified else None
        except (OverflowError, OSError, ValueError):  # a year that no calendar has
            return None

    @property
    def caption(self) -> str:
        """The caption that speaks for the picture, in one clean line: the first; empty when there is none."""
        return cleaned(self.captions[0]) if self.captions else ""

    @property
    def title(self) -> str:
        """What to show for the picture in words: its caption, or else the name of its file."""
        return self.caption or shown(Path(self.path).name)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file that holds this picture."""
        return (self.path, *self.also)


@dataclass(frozen=True)
class Row:
    """A record with its embeddings, ready to be stored: image (d,), captions (number of captions, d), rows of unit length.

    Without captions, `captions` is the image itself, (1, d).
    """

    record: PictureRecord
    image: NDArray[np.float32]
    captions: NDArray[np.float32]


@dataclass(frozen=True)
class GalleryInfo:
    """What is known of a gallery without reading its pictures."""

    name: str
    fingerprint: str  # of the encoder that made it
    dimension: int
    profile: str  # by which its pictures are searched when no other is named; empty in one that was made without
    revision: str  # another with every completed indexing; empty while one is under way, or after one was killed
    count: int  # pictures


@dataclass(frozen=True)
class Repaired:
    """What a repair found wrong (nothing: the gallery is sound and was left as it is), how many pictures it kept, and the paths of those
    whose embeddings are in no place: they have to be indexed again."""

    found: tuple[str, ...]
    kept: int
    lost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Difference:
    """What is another in a gallery than at an earlier revision. records: of what was written since, by id; embedded: those of them whose
    embeddings may be others; gone: of these ids, those that are there no more."""

    records: dict[str, PictureRecord]
    embedded: Sequence[str]
    gone: Callable[[Collection[str]], Collection[str]]


class Gallery(AbstractContextManager["Gallery"], Protocol):
    """An open gallery, to read from. Close it, or use it in a ``with``."""

    @property
    def info(self) -> GalleryInfo:
        """As it is now, read anew."""

    @property
    def cache(self) -> Path:
        """A folder on this machine for what is worked out from the gallery; it is there as long as the gallery is."""

    def __len__(self) -> int: ...

    def records(self) -> dict[str, PictureRecord]:
        """Every picture by id. Together with `embeddings` it is whole only when the revision is the same before and after."""

    def embeddings(self, ids: Sequence[str]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Image and first-caption embeddings of these pictures, in this order: (n, d) each. Raises GalleryError for one that is lost."""

    def since(self, revision: str) -> Difference | None:
        """What has changed since a revision; nothing from a store that does not know, or of a revision that was never this gallery's."""

    def close(self) -> None:
        """Let go of it."""


class WritableGallery(Gallery, Protocol):
    """An open gallery, to write into; nobody else writes meanwhile.

    Whatever changes something takes the revision away first, so that a gallery whose writer was killed is never taken for a finished one.
    lost: paths of pictures whose embeddings were in no place when a damaged gallery was made anew by opening it.
    """

    @property
    def lost(self) -> tuple[str, ...]: ...

    def rows(self, ids: Sequence[str]) -> list[Row]:
        """All that is kept of these pictures, to be put aside; those whose embeddings are lost are passed over."""

    def add(self, rows: Sequence[Row]) -> None:
        """Store pictures, replacing those of the same id. A picture that is there is there completely, whenever the process was killed."""

    def relabel(self, records: Sequence[PictureRecord]) -> None:
        """Write what has changed about pictures that are there, other than content and captions: where they are, when they
        were taken."""

    def remove(self, ids: Sequence[str]) -> None:
        """Forget pictures; ids that are not there are passed over."""

    def complete(self) -> None:
        """Say that an indexing has come to its end: a new revision, unless nothing has changed since the last."""


class Store(Protocol):
    """Where galleries are kept. `store/gallery/chroma.py` implements it for folders, `chroma_server.py` for a server; nothing else knows
    the database behind it.

    A name that cannot be a gallery's raises InputError everywhere.
    """

    def names(self) -> list[str]:
        """Every gallery, sorted by name, those included that cannot be opened."""

    def describe(self, name: str) -> GalleryInfo:
        """What is known of a gallery; quick when nothing has changed. Raises GalleryError when there is none, or it cannot be used."""

    def open(self, name: str, fingerprint: str | None = None) -> Gallery:
        """Open a gallery to read. With a fingerprint, refuse one that another encoder made. Raises GalleryError."""

    def write(self, name: str, fingerprint: str, dimension: int, profile: str = "") -> AbstractContextManager[WritableGallery]:
        """Open a gallery to write into, or make it; a ``profile`` is remembered at once. One writer at a time. Raises GalleryError."""

    def delete(self, name: str) -> None:
        """Delete a gallery, also one that cannot be opened; the pictures themselves are not touched. Raises GalleryError when it is none,
        or somebody writes into it."""

    def damage(self, name: str) -> list[str]:
        """What is wrong with the files of a gallery, a line each. Changes nothing. Raises GalleryError when there is none."""

    def repair(self, name: str) -> Repaired:
        """Make a damaged gallery anew of what can be read. Raises GalleryError when there is none, or nothing can be read."""

    def size(self, name: str) -> int:
        """Bytes that a gallery takes. Raises GalleryError when there is none."""

    def place(self, name: str) -> str:
        """Where a gallery lies, in words for a person: a folder, an address."""

    def cache(self, name: str) -> Path:
        """As `Gallery.cache`, without opening the gallery."""
